/** What the register knows of one dispatch, beside the list or, on a phone, in its place. */
import { memo, useCallback } from 'react';
import { Link } from 'react-aria-components';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { officeLabel } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { useUnreadText } from '../dispatch/gone-keys.tsx';
import { LifeLine } from '../dispatch/life-line.tsx';
import { refine } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { BackIcon, FileIcon } from '../kit/icons.tsx';
import { ClassificationMark, PrecedenceMark } from '../kit/marks.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { useLocale, useWords } from '../words/words.ts';
import { Due, stateText } from './grid-row.tsx';

export const Pane = memo(function Pane({ row, now }: { readonly row: RegisterRow | null; readonly now: number }) {
  const words = useWords();
  return (
    <aside className="pane" aria-label={words.register.detail}>
      {row === null ? <p className="soft pane-empty">{words.register.pick}</p> : <Detail row={row} now={now} />}
    </aside>
  );
});

function Detail({ row, now }: { readonly row: RegisterRow; readonly now: number }) {
  const [words, unreadText] = [useWords(), useUnreadText()];
  const { content } = row;
  return (
    <>
      <div className="pane-mark" data-secrecy={content?.classification ?? 'none'}>
        {content !== null && <ClassificationMark value={content.classification} />}
        <PrecedenceMark value={row.precedence} />
        {row.exercise && <span className="stamp">{words.exercise}</span>}
      </div>
      <div className="pane-body">
        <span className="pane-back"><Button variant="quiet" onPress={() => refine({ open: '' })}><BackIcon />{words.register.back}</Button></span>
        <h2>{content?.subject ?? unreadText(row)}</h2>
        {row.suspected === true && <p className="caution">{words.register.suspected}</p>}
        <Facts row={row} now={now} />
        <p><Link className="button primary" href={`/dispatch/${row.dispatch}`}>{words.register.look}</Link></p>
        <Life key={row.dispatch} dispatch={row.dispatch} />
      </div>
    </>
  );
}

/** Its way so far; nothing where the station cannot be asked: what it is stands above all the same. */
function Life({ dispatch }: { readonly dispatch: string }) {
  const { session } = useEntered();
  const { value, reload } = useLoaded(useCallback((signal: AbortSignal) => traceDispatch(session, dispatch, signal), [session, dispatch]));
  useLive(reload);
  return value !== null && <LifeLine trace={value} siteOf={(code) => session.view.station(code)?.site ?? code} officeOf={(ref) => officeLabel(session, ref)} />;
}

function Facts({ row, now }: { readonly row: RegisterRow; readonly now: number }) {
  const [words, locale] = [useWords(), useLocale()];
  const { content, direction, number, others, inSteadOf, given } = row;
  const isIn = direction === 'in';
  const due = isIn ? row.replyBy : row.deliverBy;
  return (
    <dl className="facts">
      <dt>{isIn ? words.register.column.numberIn : words.register.column.numberOut}</dt><dd>{number === null ? words.register.noNumber : number.number}</dd>
      {content !== null && <><dt>{words.register.fact.symbol}</dt><dd>{content.documentType} {content.symbol}</dd></>}
      <dt>{isIn ? words.register.fact.from : words.register.fact.to}</dt><dd>{others.map((name) => <span key={name} className="line">{name}</span>)}</dd>
      {inSteadOf !== undefined && <><dt>{words.register.fact.inStead}</dt><dd>{inSteadOf.join(', ')}</dd></>}
      {content !== null && content.signer !== '' && <><dt>{words.register.fact.signer}</dt><dd>{content.signer}</dd></>}
      <dt>{isIn ? words.register.fact.arrived : words.register.fact.sent}</dt><dd>{dateText(row.time)}</dd>
      {due !== null && <><dt>{words.register.fact.due}</dt><dd>{dateText(due)} <Due row={row} now={now} /></dd></>}
      <dt>{words.register.fact.state}</dt><dd>{stateText(row, words)}</dd>
      {given && <><dt>{words.register.fact.given}</dt><dd>{given}</dd></>}
      <dt>{words.register.fact.size}</dt><dd>{sizeText(row.bytes, locale)}</dd>
      {content !== null && content.files.length > 0 && (
        <><dt>{words.register.fact.files}</dt><dd>{content.files.map((file) => <span key={file} className="line"><FileIcon /> {file}</span>)}</dd></>
      )}
      <dt>{words.register.fact.id}</dt><dd><code>{row.dispatch.slice(0, 12)}</code></dd>
    </dl>
  );
}

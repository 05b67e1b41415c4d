/** What lies on the desk unopened: all that its envelope says, and the one act that opens it for the office. */
import { openDispatch } from '#client/dispatch/incoming.ts';
import { officeLabel } from '#model/peer-names.ts';
import { sayUnreadable } from '#client/dispatch/unreadable.ts';
import { sameOffice } from '#model/resealing.ts';
import { Refusal } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { Button } from '../kit/button.tsx';
import { Confirm } from '../kit/confirm.tsx';
import { Fault } from '../kit/fault.tsx';
import { PrecedenceMark } from '../kit/marks.tsx';
import { useWork } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { GoneKeys, useKeysGone } from './gone-keys.tsx';
import { SealLink } from './seal-link.tsx';
import type { ShownDispatch } from './shown-dispatch.ts';

interface SealedProps {
  readonly shown: ShownDispatch;
  readonly onOpened: () => void;
}

/** With these no device of the office may be able to open it. */
const UNREADABLE: readonly string[] = ['key-missing', 'cannot-open'];

/** What was opened, or sent from here, and counts no more for what somebody signed: opening it again tells nothing else. */
function isExposed({ closed }: ShownDispatch): boolean {
  return closed?.code === 'signature-exposed';
}

export function SealedCard({ shown, onOpened }: SealedProps) {
  const { session, office } = useEntered();
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const { work, items } = useLongWork(session);
  const { dispatch, row, closed, direction } = shown;
  const mayOpen = direction === 'in' && session.may('say opened', office);
  const why = fault ?? closed;
  const gone = useKeysGone()(why);
  const isUnopened = row === null || row.state === 'arrived' || row.state === 'unreadable';
  const item = items.find(({ key, state }) => key === dispatch && state !== 'failed');
  const bytes = item === undefined || item.all === null ? null : { done: item.done, all: item.all };
  const from = officeLabel(session, shown.trace.header.from);
  const way = direction === 'out' ? fill(words.dispatch.goneSent, { offices: shown.trace.header.to.map((to) => officeLabel(session, to.office)).join(', ') })
    : isUnopened ? words.dispatch.goneUnopened : fill(words.dispatch.goneOpened, { from });
  const open = (): void => run(async () => {
    const asked = { key: dispatch, kind: 'opening', name: from } as const;
    await work.run(asked, ({ signal, progress }) =>
      openDispatch(session, dispatch, office, { signal, progress: ({ bytes: done, bytesAll }) => progress(done, bytesAll) }));
    onOpened();
  });
  return (
    <article className="sheet sealed" aria-label={isExposed(shown) ? words.dispatch.exposed : words.dispatch.sealed}>
      <Envelope shown={shown} />
      {isUnopened && gone === null && direction === 'in' && <p>{row?.state === 'unreadable' ? words.dispatch.saidUnreadable : mayOpen ? words.dispatch.sealedWhat : words.dispatch.mayNotOpen}</p>}
      <Opened bytes={bytes} />
      {gone === null ? <Fault error={why} /> : <GoneKeys gone={gone} way={way} />}
      <div className="acts">
        <SealLink fault={why} />
        {mayOpen && row?.state !== 'unreadable' && gone === null && !isExposed(shown) && <Button variant="primary" isDisabled={isBusy} onPress={open}>{isBusy ? words.receive.opening : words.receive.open}</Button>}
        {mayOpen && row?.state === 'arrived' && why instanceof Refusal && UNREADABLE.includes(why.code) && (
          <Confirm ask={words.dispatch.sayUnreadable} title={words.dispatch.unreadableTitle} what={words.dispatch.unreadableWhat} onConfirm={() => run(async () => { await sayUnreadable(session, dispatch, office); onOpened(); })} />
        )}
      </div>
    </article>
  );
}

function Envelope({ shown }: { readonly shown: ShownDispatch }) {
  const { trace: { header, accepted }, row } = shown;
  const { session, office } = useEntered();
  const [words, locale] = [useWords(), useLocale()];
  const mine = header.to.find((to) => sameOffice(to.office, { organisation: session.view.organisation.id, office }));
  return (
    <>
      <div className="sheet-marks">
        {header.exercise && <span className="stamp">{words.exercise}</span>}
        <PrecedenceMark value={mine?.precedence ?? 'routine'} />
      </div>
      <h2>{isExposed(shown) ? words.dispatch.exposed : words.dispatch.sealed}</h2>
      <dl className="facts">
        <dt>{words.draft.from}</dt><dd>{officeLabel(session, header.from)}</dd>
        {row?.inSteadOf !== undefined && <><dt>{words.register.fact.inStead}</dt><dd>{row.inSteadOf.join(', ')}</dd></>}
        {row !== null && <><dt>{words.register.fact.arrived}</dt><dd>{dateText(row.time)}</dd></>}
        {row === null && accepted !== null && <><dt>{words.register.fact.sent}</dt><dd>{dateText(accepted)}</dd></>}
        {header.deliverBy !== undefined && <><dt>{words.dispatch.deliverBy}</dt><dd>{dateText(header.deliverBy)}</dd></>}
        {header.replyBy !== undefined && <><dt>{words.dispatch.replyBy}</dt><dd>{dateText(header.replyBy)}</dd></>}
        {row !== null && <><dt>{words.register.fact.size}</dt><dd>{sizeText(row.bytes, locale)}{row.parts > 0 && <>, {fill(words.dispatch.parts, { count: row.parts })}</>}</dd></>}
      </dl>
    </>
  );
}

function Opened({ bytes }: { readonly bytes: { readonly done: number; readonly all: number } | null }) {
  const [words, locale] = [useWords(), useLocale()];
  if (bytes === null) return null;
  return <p className="progress" role="status"><progress value={bytes.done} max={Math.max(1, bytes.all)} aria-label={words.files.title} /> {fill(words.dispatch.fetching, { done: sizeText(bytes.done, locale), all: sizeText(bytes.all, locale) })}</p>;
}

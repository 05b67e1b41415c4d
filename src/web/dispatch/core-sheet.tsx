/**
 * A dispatch as it would lie on the desk: marks always in sight, addressees, dates, text, files. Whoever signs signs what stands
 * here: whatever of a core a person can judge is shown.
 */
import { Fragment, lazy, Suspense } from 'react';
import { hex } from '#core/bytes.ts';
import { printable, printableText } from '#core/printable.ts';
import { RELATION_WORDS } from '#core/relation-words.ts';
import type { Session } from '#client/session.ts';
import type { Holding } from '#client/dispatch/taking.ts';
import { type Known, officeLabel, officeText, personLabel } from '#model/peer-names.ts';
import type { Core } from '#wire/core.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { ClassificationMark, PrecedenceMark } from '../kit/marks.tsx';
import { dateText } from '../kit/writing.ts';
import { useLocale, useWords } from '../words/words.ts';
import { Referred } from './referred.tsx';

export interface CoreSheetProps {
  /** One of another organisation is told by its name there, never by that of ours with the same code. */
  readonly known: Known;
  readonly core: Core;
  /** The sender's number, `12/UBND-VP`; absent before it was given. */
  readonly symbol?: string;
  readonly incoming?: number;
  /** By whom its files are looked at, and for which office they are taken to a machine: null for a draft's, which are not. */
  readonly opened: { readonly session: Session; readonly of: Holding | null; readonly partKeys: readonly Uint8Array[] };
}

const DATES = ['deliverBy', 'replyBy', 'expires'] as const;

const Attachments = lazy(async () => ({ default: (await import('./attachments.tsx')).Attachments }));

export function CoreSheet({ known, core, symbol, incoming, opened }: CoreSheetProps) {
  const [words, locale] = [useWords(), useLocale()];
  const [urgent = 'routine', ...others] = core.to.map(({ precedence }) => precedence).toSorted((one, other) => PRECEDENCE_RANK[other] - PRECEDENCE_RANK[one]);
  const isMixed = others.some((precedence) => precedence !== urgent);
  return (
    <article className="sheet" data-secrecy={core.classification}>
      <div className="sheet-marks">
        {core.exercise && <span className="stamp">{words.exercise}</span>}
        <ClassificationMark value={core.classification} />
        <PrecedenceMark value={urgent} />
      </div>
      <h3>{printable(core.subject)}</h3>
      <dl className="facts">
        {symbol === undefined ? <><dt>{words.compose.documentType}</dt><dd>{printable(core.documentType)}</dd></> : <><dt>{printable(core.documentType)}</dt><dd>{printable(symbol)}</dd></>}
        {incoming !== undefined && <><dt>{words.receive.number}</dt><dd>{incoming}</dd></>}
        <dt>{words.draft.from}</dt><dd>{officeLabel(known, core.from)}</dd>
        <dt>{words.draft.to}</dt><dd>{core.to.map((to) => <span key={officeText(known.view, to.office)} className="line">{officeLabel(known, to.office)} <span className="soft">({words.mark.role[to.role]}{isMixed && `, ${words.mark.precedence[to.precedence]}`})</span></span>)}</dd>
        {core.reference !== undefined && <><dt>{core.relation === undefined ? words.sign.answers : RELATION_WORDS[locale][core.relation].name}</dt><dd><Referred dispatch={hex(core.reference)} /></dd></>}
        {DATES.map((date) => core[date] !== undefined && <Fragment key={date}><dt>{words.compose.date[date]}</dt><dd>{dateText(core[date])}</dd></Fragment>)}
        <dt>{words.sign.author}</dt><dd>{personLabel(known, core.from, core.author)}, {dateText(core.created)}</dd>
      </dl>
      <div className="letter">{printableText(core.text)}</div>
      {core.parts.length > 0 && <Suspense fallback={<p className="waiting" role="status">{words.loading}</p>}><Attachments session={opened.session} of={opened.of} parts={core.parts} keys={opened.partKeys} /></Suspense>}
    </article>
  );
}

/** An entry of the ledger in plain words: the ones that `tram watch` says. */
import type { LedgerEntryRead } from '#client/ledger-check.ts';
import { hex } from '#core/bytes.ts';
import { EVENT_WORDS } from '#core/event-words.ts';
import type { Locale } from '#core/refusal-sentence.ts';
import { type Known, officeLabel, stationLabel } from '#model/peer-names.ts';
import { LEDGER_EVENT_KINDS } from '#wire/api/events.ts';
import type { Words } from '../words/shape.ts';
import { fill } from '../words/words.ts';

export type LedgerKind = (typeof LEDGER_EVENT_KINDS)[number];

/** Enough of an id to name it. */
export const ID_DIGITS = 12;

export function isLedgerKind(kind: string): kind is LedgerKind {
  return (LEDGER_EVENT_KINDS as readonly string[]).includes(kind);
}

/** The dispatch that it is about, in hexadecimal; null where it is about none. */
export function dispatchOf({ kind, subject }: LedgerEntryRead): string | null {
  return subject === undefined || kind === 'directory-grown' || kind === 'draft-step' ? null : hex(subject);
}

export function entryText(entry: LedgerEntryRead, known: Known, words: Words, locale: Locale): string {
  const { kind, fields: { number, draft, step, receipt, code, count, sealing } } = entry;
  if (!isLedgerKind(kind)) return kind;
  const dispatch = dispatchOf(entry);
  const steps: Readonly<Record<string, string>> = words.ledger.step;
  return fill(EVENT_WORDS[locale][kind], {
    ...(dispatch !== null && { dispatch: dispatch.slice(0, ID_DIGITS) }),
    ...(draft !== undefined && { draft: hex(draft).slice(0, ID_DIGITS) }),
    ...(number !== undefined && { number: `${number.number}/${number.series}` }),
    ...(step !== undefined && { step: steps[step] ?? step }),
    ...(receipt !== undefined && { receipt: words.ledger.receipt[receipt] }),
    ...(code !== undefined && kind === 'receipt' && { station: stationLabel(known, code) }),
    ...(count !== undefined && { size: count }),
    ...(sealing !== undefined && { sealing }),
  });
}

export function entryOffice({ fields: { office } }: LedgerEntryRead, known: Known): string {
  return office === undefined ? '' : officeLabel(known, office);
}

/** What the links write into the ledger: docs/protocol/ledger.md §Event kinds. */
import { eventFields, type EventFields } from '#wire/event.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Transaction } from '#station/kernel/store.ts';

type LinkEventKind =
  | 'queued' | 'sent' | 'custody-received' | 'custody-taken' | 'refused' | 'duplicate' | 'gap' | 'incarnation' | 'no-room' | 'bundle-written'
  | 'bundle-read';

/** Writes one event of the links within a transaction. */
export type RecordEvent = (
  tx: Transaction,
  kind: LinkEventKind,
  subject: Uint8Array | undefined,
  fields: EventFields,
) => Promise<void>;

export function recordIn(ledger: Pick<Ledger, 'append'>): RecordEvent {
  return async (tx, kind, subject, fields) => {
    await ledger.append(tx, { kind, subject, fields: eventFields.encode(fields) });
  };
}

/** Which entries of the ledger a caller is told, and what of them: ids and public facts, judged by the rights of now. */

import { hex } from '#core/bytes.ts';
import type { LedgerEntry } from '#station/kernel/ledger.ts';
import type { Snapshot } from '#station/kernel/store.ts';
import { LEDGER_EVENT_KINDS, type LiveEvent } from '#wire/api/events.ts';
import { event as eventCodec, eventFields, type EventFields } from '#wire/event.ts';
import type { Audience, FeedCaller } from './deps.ts';

type Kind = (typeof LEDGER_EVENT_KINDS)[number];

/** The caller's own part of some entries, in their order. */
export async function tell(audience: Audience, db: Snapshot, caller: FeedCaller, entries: readonly LedgerEntry[]): Promise<LiveEvent[]> {
  return (await heard(audience, db, caller, entries)).map(({ fields, kind, ...entry }) => eventOf(audience, entry, kind, fields));
}

export interface HeardEntry extends LedgerEntry {
  readonly kind: Kind;
  readonly fields: EventFields;
}

/** Those of some entries that the caller may hear of, in their order. */
export async function heard(audience: Audience, db: Snapshot, caller: FeedCaller, entries: readonly LedgerEntry[]): Promise<HeardEntry[]> {
  const own: HeardEntry[] = [];
  for (const entry of entries) {
    const { kind, subject } = entry;
    if (!isTold(kind)) continue;
    const fields = eventFields.decode(eventCodec.decode(entry.bytes).fields);
    if (await mayHear(audience, db, caller, kind, subject, fields)) own.push({ ...entry, kind, fields });
  }
  return own;
}

function isTold(kind: string): kind is Kind {
  return (LEDGER_EVENT_KINDS as readonly string[]).includes(kind);
}

async function mayHear(
  audience: Audience, db: Snapshot, caller: FeedCaller, kind: Kind, subject: Uint8Array | null, { office: at }: EventFields,
): Promise<boolean> {
  if (kind === 'directory-grown') return true;
  if (at === undefined) return false;
  const office = audience.shown(at);
  switch (kind) {
    case 'draft-step': return audience.may(caller, 'read a draft', office);
    case 'number-issued': case 'number-void': return audience.may(caller, 'read a register', office);
    case 'accepted': case 're-sealed': return audience.may(caller, 'read what went', office);
    case 'number-in': return audience.may(caller, 'read what came', office);
    // That office alone: what its people do on their machines is no business of the sender's.
    case 'downloaded': return audience.may(caller, await isOrigin(audience, db, office, subject) ? 'read what went' : 'read what came', office);
    // The office that it came to, and the one that it came from.
    case 'arrived': case 'expired': case 'redelivered': case 'receipt': return audience.may(caller, 'read what came', office) || wrote(audience, db, caller, subject);
  }
}

async function wrote(audience: Audience, db: Snapshot, caller: FeedCaller, dispatch: Uint8Array | null): Promise<boolean> {
  const origin = dispatch === null ? null : await audience.originOf(db, dispatch);
  return origin !== null && audience.may(caller, 'read what went', origin);
}

async function isOrigin(audience: Audience, db: Snapshot, office: string, dispatch: Uint8Array | null): Promise<boolean> {
  return dispatch !== null && await audience.originOf(db, dispatch) === office;
}

/** Field by field: what is not named here stays in the ledger. */
function eventOf(audience: Audience, { index, time, subject }: Pick<LedgerEntry, 'index' | 'time' | 'subject'>, kind: Kind, fields: EventFields): LiveEvent {
  const { office, draft, number, step, receipt, code, count, sealing } = fields;
  const isDirectory = kind === 'directory-grown';
  return {
    index, kind, time,
    ...(office === undefined ? {} : { office: audience.shown(office) }),
    ...(subject === null || isDirectory ? {} : { dispatch: hex(subject) }),
    ...(draft === undefined ? {} : { draft: hex(draft) }),
    ...(number === undefined ? {} : { number: { series: number.series, number: number.number } }),
    ...(step === undefined ? {} : { step }),
    ...(receipt === undefined ? {} : { receipt }),
    ...((kind === 're-sealed' || kind === 'redelivered') && sealing !== undefined ? { sealing } : {}),
    // A code alone is a station of ours; who speaks of an office abroad may be either side's, and the trace says which.
    ...(kind === 'receipt' && code !== undefined && office !== undefined && audience.isOurs(office) ? { station: code } : {}),
    ...(isDirectory && count !== undefined ? { size: count } : {}),
  };
}

/** The room's ledger events, exactly as docs/protocol/ledger.md lists them: persons only as sealed fields. */

import { utf8 } from '#core/bytes.ts';
import type { LedgerEvent } from '#station/kernel/ledger.ts';
import type { Transaction } from '#station/kernel/store.ts';
import { eventFields, type EventFields } from '#wire/event.ts';
import type { Room } from './deps.ts';

type EventKind =
  | 'draft-step' | 'number-issued' | 'number-void' | 'accepted' | 'arrived' | 'expired' | 'number-in' | 'receipt' | 'receipt-early' | 'refused' | 'suspected' | 're-sealed' | 'redelivered' | 'downloaded' | 'asked' | 'answered';

export interface RoomEvent {
  readonly kind: EventKind;
  readonly subject?: Uint8Array;
  readonly fields: EventFields;
  /** Who did it: stands sealed beside the ledger. */
  readonly person?: string;
  /** On which device: stands beside it, where the device matters by itself. */
  readonly device?: string;
}

/** Appends an event to the ledger in the caller's transaction. @returns its index */
export async function record(room: Pick<Room, 'ledger'>, tx: Transaction, event: RoomEvent): Promise<number> {
  const { index } = await room.ledger.append(tx, ledgerEvent(event));
  return index;
}

/** Appends events that happened together. */
export async function recordAll(room: Pick<Room, 'ledger'>, tx: Transaction, events: readonly RoomEvent[]): Promise<void> {
  await room.ledger.appendAll(tx, events.map(ledgerEvent));
}

function ledgerEvent({ kind, subject, fields, person, device }: RoomEvent): LedgerEvent {
  const sealed = person === undefined ? undefined : { person: utf8(person), ...(device !== undefined && { device: utf8(device) }) };
  return { kind, subject, fields: eventFields.encode(fields), sealed };
}

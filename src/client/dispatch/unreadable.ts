/**
 * Saying that an office cannot open what came to it: signed by its seal like any receipt, so that the origin seals it
 * again. Source: docs/protocol/receipts.md, docs/decisions/0024-unreadable-is-an-offices-word.md.
 */
import { Refusal } from '#core/refusals.ts';
import { checkEnvelopeHead, type EnvelopeHead, sameOffice } from '#model/envelope-head.ts';
import type { OfficeRef } from '#wire/names.ts';
import { decodedLater } from '#core/decoding.ts';
import { readEnvelope } from './incoming.ts';
import { putReceipts, receiverOf } from './receipting.ts';
import type { ReceiptOrder } from './receipts.ts';
import type { Session } from '../session.ts';

/** With these no device of the office may be able to open it; anything else is a fault of the letter or of this device. */
const CLOSED: readonly string[] = ['key-missing', 'cannot-open'];

/**
 * Says so by a person's decision: their device tries first.
 * @param reason for the origin office only
 * @throws Refusal `opens-here` where this device opens it; `not-entitled`, `not-addressed-here`, `dispatch-unknown`,
 *   `dispatch-expired`, `opened-before` where the office has opened it, and what else is wrong with the letter
 */
export async function sayUnreadable(session: Session, dispatch: string, office: string, reason?: string): Promise<void> {
  const receiver = await receiverOf(session, 'unreadable', office);
  const bytes = await session.api.bytes('envelope', { path: { dispatch }, query: { office } });
  const head = await decodedLater('cbor-malformed', () => checkEnvelopeHead(session.crypto, session.view, bytes, { verified: session.verified, peers: session.peers }));
  const order = orderOf(head, { organisation: session.view.organisation.id, office }, reason);
  if (!(await isClosed(session, dispatch, office, bytes))) throw new Refusal('opens-here', { dispatch });
  await putReceipts(session, receiver, [order], session.now());
}

async function isClosed(session: Session, dispatch: string, office: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await readEnvelope(session, dispatch, office, bytes);
    return false;
  } catch (error) {
    if (error instanceof Refusal && CLOSED.includes(error.code)) return true;
    throw error;
  }
}

function orderOf({ id, header, sealing }: EnvelopeHead, { organisation, office }: OfficeRef, note: string | undefined): ReceiptOrder {
  const to = header.to.find((addressee) => sameOffice(addressee.office, { organisation, office }));
  if (to === undefined) throw new Refusal('not-addressed-here', { office });
  return { dispatch: id, sealing: sealing.number, office: to.office, origin: header.from, note };
}

/**
 * Signed entries go to the station, and come back in the directory: at once where it gives entries their index, and over the
 * links elsewhere. An errand that somebody asked for waits for that a while; what goes on by itself does not, for a post may
 * be cut off for days. Source: docs/protocol/directory.md §Proposing.
 */
import { base64url, hex } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { directoryEntry } from '#wire/directory.ts';
import { isAway } from '../away.ts';
import type { KeyDesk } from '../office-keys/key-desk.ts';
import { pause } from '../pause.ts';

/** Somebody sits before it: a round trip over links that stand takes a second or two. */
export const PATIENCE_MS = 10 * SECOND_MS;

const LOOK_EVERY_MS = 250;
const ENTRIES_PER_PROPOSAL = 32;

export interface Patience {
  /** How long to wait for what was lodged to come back; 0 by default. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Lodged {
  /** `sent`: on its way to the station that gives entries their index, and not back yet. */
  readonly outcome: 'sequenced' | 'sent';
  readonly size: number;
}

type Desk = Pick<KeyDesk, 'api' | 'clock' | 'crypto' | 'directory' | 'view'>;

/** @throws Refusal the log's own, of those who judge it at once; who gives up waiting is told `sent` */
export async function lodge(desk: Desk, entries: readonly Uint8Array[], { patienceMs = 0, signal }: Patience = {}): Promise<Lodged> {
  let outcome: Lodged['outcome'] = 'sequenced';
  for (let at = 0; at < entries.length; at += ENTRIES_PER_PROPOSAL) {
    ({ outcome } = await desk.api.call('propose', { body: { entries: entries.slice(at, at + ENTRIES_PER_PROPOSAL).map(base64url) } }));
  }
  await desk.directory.sync(signal);
  if (outcome === 'sent' && (await isBack(desk, entries, { patienceMs, signal }))) outcome = 'sequenced';
  return { outcome, size: desk.view.point.size };
}

async function isBack(desk: Desk, entries: readonly Uint8Array[], { patienceMs = 0, signal }: Patience): Promise<boolean> {
  const { clock, crypto, directory } = desk;
  const digests = entries.map((bytes) => hex(crypto.hash.sha256(directoryEntry.decode(bytes).statement)));
  const areHere = (): boolean => digests.every((digest) => desk.view.hasStatement(digest));
  const untilMs = clock.monotonicMs() + patienceMs;
  try {
    while (!areHere() && clock.monotonicMs() < untilMs) {
      await pause(desk, LOOK_EVERY_MS, signal);
      await directory.sync(signal);
    }
  } catch (error) {
    // It is lodged, whoever gives up waiting and whatever becomes of this connection.
    if (!isAway(error) && !(error instanceof Refusal && error.code === 'cancelled')) throw error;
  }
  return areHere();
}

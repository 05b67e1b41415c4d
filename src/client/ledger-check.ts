/**
 * The station's ledger, read and checked on a person's device: every leaf is hashed into the tree anew, the tree is the one
 * that the station and its neighbours signed, it continues the one that was checked before, and each entry that this
 * person may read is the very one that stands there. Source: docs/protocol/ledger.md §Checkpoints, api.md §Ledger.
 */
import { equal, fromBase64url, fromHex, hex, utf8 } from '#core/bytes.ts';
import { CompactTree, leafHash } from '#core/compact-tree.ts';
import { SECOND_MS, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { ledgerOrigin, logKeysOf, witnessKeysOf, witnessName } from '#model/ledger-names.ts';
import { decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import { event as eventCodec, eventFields, type Event, type EventFields } from '#wire/event.ts';
import { decodeNote } from '#wire/note.ts';
import { decodedOr } from '#core/decoding.ts';
import type { Session } from './session.ts';

const LEAF_BYTES = 32;

export interface LedgerEntryRead extends Pick<Event, 'index' | 'time' | 'kind' | 'subject'> {
  readonly fields: EventFields;
}

export interface LedgerPage {
  /** Entries that the ledger has. */
  readonly size: number;
  readonly from: number;
  readonly leaves: readonly Uint8Array[];
  /** What this person may read of them. */
  readonly entries: readonly LedgerEntryRead[];
}

/**
 * Some entries from an index on, each checked to be what its leaf was made of.
 * @throws Refusal `ledger-inconsistent` where one is not; `offset-differs` beyond the end
 */
export async function readLedger({ api, crypto: { hash } }: Session, from: number, signal?: AbortSignal): Promise<LedgerPage> {
  const answer = await api.call('ledger', { query: { from }, signal });
  const bytes = fromBase64url(answer.leaves) ?? wrong('answer');
  if (answer.from !== from || bytes.length % LEAF_BYTES !== 0 || from + bytes.length / LEAF_BYTES > answer.size) wrong('answer');
  const leaves = Array.from({ length: bytes.length / LEAF_BYTES }, (_, i) => bytes.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES));
  const entries = answer.entries.map(({ index, bytes: text }): LedgerEntryRead => {
    const entry = fromBase64url(text) ?? wrong('answer');
    const leaf = leaves[index - from] ?? wrong('answer');
    if (!equal(leafHash(hash, entry), leaf)) wrong('entry');
    const read = decodedOr('ledger-inconsistent', () => eventCodec.decode(entry));
    if (read.index !== index) wrong('entry');
    return { index, time: read.time, kind: read.kind, subject: read.subject, fields: decodedOr('ledger-inconsistent', () => eventFields.decode(read.fields)) };
  });
  return { size: answer.size, from, leaves, entries };
}

/** A tree that was checked: of so many entries, with that root in hexadecimal. */
export interface CheckedTree {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
}

export interface LedgerVerdict {
  /** What was checked now, to be kept for the next time. */
  readonly tree: CheckedTree;
  /** Of these many entries the station signed the tree. */
  readonly signed: number;
  readonly signedAt: Instant | null;
  /** Neighbours that put their names under the same tree. */
  readonly witnesses: readonly string[];
  /** Entries that were read whole, and stand in the tree. */
  readonly own: number;
  /** What this device had checked before and found unchanged; null the first time. */
  readonly continues: number | null;
  /** Whether the station was restored from a copy since this device checked it: then nothing can be said of what was before. */
  readonly isNewIncarnation: boolean;
}

export interface CheckOrder {
  readonly station: string;
  /** Hexadecimal, as the station says it. */
  readonly incarnation: string;
  /** What an earlier check gave, where there was one. */
  readonly before: CheckedTree | null;
  readonly progress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the whole ledger and checks it.
 * @throws Refusal `ledger-inconsistent` (detail `reason`): another tree than was signed, shown before, or an entry that is
 *   not in it; `signature-wrong`; `station-unknown`; `cancelled`
 */
export async function checkLedger(session: Session, { station, incarnation, before, progress, signal }: CheckOrder): Promise<LedgerVerdict> {
  const { crypto, view } = session;
  const origin = ledgerOrigin(view.organisation.id, station, fromHex(incarnation) ?? wrong('answer'));
  const signed = await signedTree(session, station, origin, signal);
  // A folder restored from a copy may have lost its tail, and says so by another incarnation.
  const earlier = before?.origin === origin && before.size > 0 ? before : null;
  const tree = new CompactTree(crypto.hash);
  let [own, size] = [0, Math.max(signed.size, earlier?.size ?? 0)];
  while (tree.size < size) {
    if (signal?.aborted === true) throw new Refusal('cancelled');
    const page = await readLedger(session, tree.size, signal);
    if (page.leaves.length === 0) wrong('short');
    size = page.size;
    own += page.entries.length;
    for (const leaf of page.leaves) {
      tree.push(leaf);
      if (tree.size === signed.size && !equal(tree.root(), signed.root)) wrong('signed');
      if (tree.size === earlier?.size && hex(tree.root()) !== earlier.root) wrong('before');
    }
    progress?.(tree.size, size);
  }
  // A ledger that has become shorter than what was signed or seen has lost its end.
  if (tree.size < Math.max(signed.size, earlier?.size ?? 0)) wrong('short');
  return {
    tree: { origin, size: tree.size, root: hex(tree.root()) }, signed: signed.size, signedAt: signed.at, witnesses: signed.witnesses, own,
    continues: earlier?.size ?? null, isNewIncarnation: before !== null && before.origin !== origin,
  };
}

interface SignedTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly at: Instant | null;
  readonly witnesses: readonly string[];
}

/** The newest checkpoint: both keys of the station, and each neighbour both of whose keys cosigned. */
async function signedTree({ api, crypto, view }: Session, station: string, origin: string, signal: AbortSignal | undefined): Promise<SignedTree> {
  const known = view.station(station);
  if (known === null) throw new Refusal('station-unknown', { station });
  const { note: text } = await api.call('ledgerCheckpoint', { signal });
  if (text === null) return { size: 0, root: new CompactTree(crypto.hash).root(), at: null, witnesses: [] };
  const note = decodedOr('ledger-inconsistent', () => decodeNote(utf8(text)));
  const checkpoint = decodedOr('ledger-inconsistent', () => decodeCheckpoint(note.text));
  if (checkpoint.origin !== origin) wrong('origin');
  const signed = await verifyCheckpointNote(crypto.signatures, note, logKeysOf(crypto.hash, origin, known.logKeys));
  if (signed?.length !== 2) throw new Refusal('signature-wrong', { origin });
  const seconds = signed.find(({ timeSeconds }) => timeSeconds !== null)?.timeSeconds ?? 0;
  const witnesses: string[] = [];
  for (const other of view.stations().filter((one) => one.station !== station)) {
    const keys = witnessKeysOf(crypto.hash, witnessName(view.organisation.id, other.station), other.logKeys);
    const cosigned = await verifyCheckpointNote(crypto.signatures, note, keys);
    if (cosigned === null) throw new Refusal('signature-wrong', { origin: other.station });
    if (cosigned.length === 2) witnesses.push(other.station);
  }
  return { size: checkpoint.size, root: checkpoint.root, at: seconds === 0 ? null : seconds * SECOND_MS, witnesses };
}

function wrong(reason: string): never {
  throw new Refusal('ledger-inconsistent', { reason });
}

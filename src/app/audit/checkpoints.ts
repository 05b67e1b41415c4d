/**
 * Claims: every checkpoint, of this ledger and of neighbours' as last seen, is signed by both log keys; this ledger's
 * roots are those of its entries; cosignatures are the neighbours'. Source: docs/protocol/ledger.md §Checkpoints.
 */
import { equal, fromHex, hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { ledgerOrigin, logKeysOf, witnessKeysOf, witnessName } from '#model/ledger-names.ts';
import { type Checkpoint, decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import type { LogKeys } from '#wire/directory.ts';
import { decodeNote, type Note } from '#wire/note.ts';
import type { Placed } from './database.ts';
import { demandCanonical } from './directory.ts';
import { MOMENT_MS } from './facts.ts';
import type { AuditRun } from './run.ts';
import type { Item } from './tally.ts';

/** A neighbour's clock may be off by as much as anybody's; ours signs a moment before it stores. */
const ORIGIN = /^tram\/([0-9a-f]{32})\/ledger\/([a-z0-9-]{1,32})\/([0-9a-f]{32})$/;
const WITNESS = /^tram\/([0-9a-f]{32})\/witness\/([a-z0-9-]{1,32})$/;

interface Origin {
  readonly organisation: string;
  readonly station: string;
  readonly incarnation: string;
}

export async function auditCheckpoints(run: AuditRun): Promise<void> {
  const claim = run.tally.claim('ledger-checkpoints');
  const texts = new Map<string, string>();
  let own = 0;
  for (const row of run.db.rows('checkpoint')) {
    const item = claim.item(row.place);
    const note = item.attempt('is no signed note', () => {
      demandCanonical(row.note);
      return decodeNote(row.note);
    });
    const checkpoint = note === null ? null : item.attempt('is no checkpoint', () => decodeCheckpoint(note.text));
    const origin = originOf(row.origin);
    item.demand(origin !== null, 'is no origin of a ledger of Trạm');
    if (note === null || checkpoint === null || origin === null) continue;
    texts.set(`${row.origin} ${row.size}`, note.text);
    compareRow(row, checkpoint, item);
    await checkSignatures(run, row, note, origin, item);
    if (origin.station !== run.station) continue;
    own += 1;
    checkOwn(run, row, origin, item);
  }
  claim.check('checkpoint', own > 0 || run.ledger.size === 0 || run.station === '', 'this ledger was never signed');
  await auditCosignatures(run, texts);
}

function compareRow(row: Placed<'checkpoint'>, { origin, size, root, extensions }: Checkpoint, item: Item): void {
  item.demand(origin === row.origin, 'its origin is not that of its note');
  item.demand(size === row.size, 'its size is not that of its note');
  item.demand(equal(root, row.root), 'its root is not that of its note');
  item.demand(extensions.length === 0, 'has extension lines, which nobody writes');
}

/** Signed by both keys that its station had at some time, and by nobody else. */
async function checkSignatures(run: AuditRun, row: Placed<'checkpoint'>, note: Note, origin: Origin, item: Item): Promise<void> {
  const { provider, directory } = run;
  const organisation = directory?.state.organisation.id;
  item.demand(organisation !== undefined && hex(organisation) === origin.organisation, 'is of another organisation');
  item.demand(note.signatures.length === 2, `has ${note.signatures.length} signatures, not two`);
  const verified = await item.attemptAsync('does not verify', () =>
    firstThatVerifies(directory?.logKeys.get(origin.station) ?? [], async (keys) => {
      const signed = await verifyCheckpointNote(provider.signatures, note, logKeysOf(provider.hash, row.origin, keys));
      return signed?.length === 2 ? signed : null;
    }));
  if (verified === null) return item.fault(`is not signed by both log keys of ${origin.station}`);
  const seconds = verified.find(({ timeSeconds }) => timeSeconds !== null)?.timeSeconds ?? 0;
  const allowedMs = origin.station === run.station ? MOMENT_MS : DAY_MS;
  item.demand(seconds === 0 || Math.abs(row.time - seconds * 1_000) <= allowedMs, 'its time is not that of its signature');
}

async function firstThatVerifies<T>(all: readonly LogKeys[], verify: (keys: LogKeys) => Promise<T | null>): Promise<T | null> {
  for (const keys of all.toReversed()) {
    const verified = await verify(keys);
    if (verified !== null) return verified;
  }
  return null;
}

function checkOwn({ ledger, facts }: AuditRun, { size, root }: Placed<'checkpoint'>, { incarnation }: Origin, item: Item): void {
  const derived = ledger.rootAt(size);
  if (!item.demand(derived !== null, `the ledger has ${ledger.size} entries only`)) return;
  item.demand(equal(derived!, root), `the first ${size} entries have another root`);
  const last = facts.at(size - 1);
  item.demand(last === null || last.incarnation === incarnation, 'is of another incarnation than its last entry');
}

async function auditCosignatures(run: AuditRun, texts: ReadonlyMap<string, string>): Promise<void> {
  const { tally, db, provider, directory, identity } = run;
  const claim = tally.claim('witness-cosignatures');
  for (const row of db.rows('cosignature')) {
    const item = claim.item(row.place);
    const text = texts.get(`${row.origin} ${row.size}`);
    const [, organisation = '', station = ''] = WITNESS.exec(row.name) ?? [];
    item.demand(originOf(row.origin)?.station === run.station, 'is of another ledger than ours');
    item.demand(organisation === originOf(row.origin)?.organisation, 'is by a witness of another organisation');
    item.demand(identity === null || station !== identity.station, 'is by ourselves');
    if (!item.demand(text !== undefined, 'is of a checkpoint that is not here')) continue;
    const note: Note = { text: text!, signatures: [{ name: row.name, keyId: row.key_id, signature: row.signature }] };
    const verified = await item.attemptAsync('does not verify', () =>
      firstThatVerifies(directory?.logKeys.get(station) ?? [], async (keys) => {
        const signed = await verifyCheckpointNote(provider.signatures, note, witnessKeysOf(provider.hash, row.name, keys));
        return signed?.length === 1 ? signed : null;
      }));
    item.demand(verified !== null, `is not by a log key of ${station || 'any station'}`);
  }
}

/** What a link says its neighbour witnessed, for the links' claims: both algorithms of that neighbour at that size. */
export function cosignedSizes(run: AuditRun, peer: string, incarnation: string): Set<number> {
  const organisation = run.directory?.state.organisation.id;
  if (organisation === undefined) return new Set();
  const origin = ledgerOrigin(organisation, run.station, fromHex(incarnation)!);
  const name = witnessName(organisation, peer);
  const counts = new Map<number, number>();
  for (const row of run.db.rows('cosignature')) {
    if (row.origin === origin && row.name === name) counts.set(row.size, (counts.get(row.size) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count === 2).map(([size]) => size));
}

function originOf(text: string): Origin | null {
  const [, organisation, station, incarnation] = ORIGIN.exec(text) ?? [];
  if (organisation === undefined || station === undefined || incarnation === undefined) return null;
  return { organisation, station, incarnation };
}

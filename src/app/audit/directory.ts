/**
 * Claims: the directory log holds from its founding entry, which is the one that the station's identity names; the
 * newest checkpoint covers it; the ledger saw it grow. Source: docs/protocol/directory.md.
 */
import { equal, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { verifyDirectoryCheckpoint } from '#model/directory-log.ts';
import { claimOf } from '#model/verified-log.ts';
import { type ApplyOptions, type DirectoryState, foldEntries } from '#model/directory.ts';
import { DIRECTORY_BODIES, directoryEntry, entryStatement, type LogKeys } from '#wire/directory.ts';
import { decodeNote, encodeNote } from '#wire/note.ts';
import type { StationIdentity } from '../station-folder.ts';
import type { AuditDatabase } from './database.ts';
import { type Facts, push } from './facts.ts';
import type { Claim, Tally } from './tally.ts';
import { wordsOf } from './tally.ts';

export class AuditedDirectory {
  readonly state: DirectoryState;
  /** All log keys that a station ever had, the newest last: old checkpoints are under old keys. */
  readonly logKeys: ReadonlyMap<string, readonly LogKeys[]>;
  readonly #provider: CryptoProvider;
  readonly #entries: readonly Uint8Array[];
  readonly #trust: Trust;
  readonly #earlier = new Map<number, DirectoryState | null>();

  constructor(provider: CryptoProvider, state: DirectoryState, entries: readonly Uint8Array[], trust: Trust) {
    this.#provider = provider;
    this.state = state;
    this.#entries = entries;
    this.#trust = trust;
    this.logKeys = logKeysOf(entries);
  }

  /** The directory at an earlier size, of the entries that hold. */
  async stateAt(size: number): Promise<DirectoryState | null> {
    if (size >= this.#entries.length) return this.state;
    if (!this.#earlier.has(size)) this.#earlier.set(size, await foldEntries(this.#provider, null, this.#entries.slice(0, size), this.#trust));
    return this.#earlier.get(size)!;
  }
}

/** Who vouches for keys: whoever does at the station that is audited. */
export type Trust = Pick<ApplyOptions, 'authority'>;

interface Sources {
  readonly db: AuditDatabase;
  readonly tally: Tally;
  readonly provider: CryptoProvider;
  readonly identity: StationIdentity | null;
  readonly facts: Facts;
  readonly trust: Trust;
}

/** @returns null where not even the founding entry holds */
export async function auditDirectory(sources: Sources): Promise<AuditedDirectory | null> {
  const { tally, provider, identity, trust } = sources;
  const claim = tally.claim('directory-entries');
  const entries = readEntries(sources, claim);
  const { state, held } = await foldWhatHolds(sources, entries, claim);
  if (state === null) {
    claim.missing('directory_entry:0', 'there is no founding entry that holds');
    return null;
  }
  const isFounded = identity === null || equal(state.organisation.founding, identity.founding);
  claim.check('directory_entry:0', isFounded, 'is not the founding entry that identity.json names');
  await auditCheckpoint(sources, state, entries.length);
  auditGrowth(sources, state, entries.length);
  auditOwnWords(sources, state, entries);
  return new AuditedDirectory(provider, state, entries.slice(0, held), trust);
}

function readEntries({ db }: Sources, claim: Claim): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (const { entry_index: index, bytes, place } of db.rows('directory_entry')) {
    const item = claim.item(place);
    item.demand(index === entries.length, `stands where entry ${entries.length} should`);
    const entry = item.attempt('is no entry', () => directoryEntry.decode(bytes));
    if (entry !== null) item.attempt('its statement cannot be read', () => entryStatement.decode(entry.statement));
    entries.push(bytes);
  }
  return entries;
}

/** Everything up to the first entry that is refused: nothing after it was signed with a log that has it otherwise. */
async function foldWhatHolds(
  { provider, trust }: Sources, entries: readonly Uint8Array[], claim: Claim,
): Promise<{ state: DirectoryState | null; held: number }> {
  try {
    return { state: await foldEntries(provider, null, entries, trust), held: entries.length };
  } catch (error) {
    const index = error instanceof Refusal ? Number(error.detail['index']) : Number.NaN;
    claim.missing(`directory_entry:${Number.isNaN(index) ? '?' : index}`, `does not hold: ${wordsOf(error)}`);
    const held = Number.isNaN(index) ? 0 : index;
    claim.fault(`directory_entry:${held + 1}`, `and the ${entries.length - held - 1} after it stand on one that does not hold`, false);
    return { state: await foldEntries(provider, null, entries.slice(0, held), trust), held };
  }
}

/** What is counted of a device is an entry that it signed, and a new key where the row says so. */
function auditOwnWords({ db, tally }: Sources, state: DirectoryState, entries: readonly Uint8Array[]): void {
  const claim = tally.claim('own-words');
  for (const { entry_index: index, device, keys, place } of db.rows('own_word')) {
    const item = claim.item(place);
    const bytes = entries[index];
    if (bytes === undefined) {
      item.demand(false, 'is of an entry that is not in the directory');
      continue;
    }
    const entry = item.attempt('is of no entry', () => directoryEntry.decode(bytes));
    if (entry === null) continue;
    const signers = entry.signatures.map(({ p256Certificate, mldsaCertificate }) => state.identify(p256Certificate, mldsaCertificate));
    item.demand(signers.some((one) => one?.kind === 'device' && one.device === device), 'is not of a device that signed the entry');
    const { kind, body } = entryStatement.decode(entry.statement);
    const key = kind === 'office-key' ? DIRECTORY_BODIES['office-key'].decode(body) : null;
    item.demand(keys === (key === null ? null : `${key.office} ${key.purpose}`), 'its key is not that of the entry');
  }
}

async function auditCheckpoint({ db, tally, provider }: Sources, state: DirectoryState, stored: number): Promise<void> {
  const claim = tally.claim('directory-checkpoint');
  let count = 0;
  for (const { size, note, place } of db.rows('directory_checkpoint')) {
    count += 1;
    const item = claim.item(place);
    item.demand(count === 1, 'is a second one: there is only the newest');
    item.demand(size === stored, `there are ${stored} entries`);
    item.attempt('is no signed note', () => demandCanonical(note));
    const point = await item.attemptAsync('does not verify', () =>
      verifyDirectoryCheckpoint(provider, state.organisation.id, state.sequencer.logKeys, note));
    if (point === null) continue;
    item.demand(point.size === size, `its note is of size ${point.size}`);
    const root = state.rootAt(point.size);
    item.demand(root !== null && equal(root, point.root), 'its root is not that of the entries');
  }
  if (count === 0) claim.missing('directory_checkpoint', 'is missing');
  for (const { number, mark, place } of db.rows('directory_verified')) {
    const item = claim.item(place);
    item.demand(number === 1, 'is a second one');
    const claimed = item.attempt('is no mark', () => claimOf(mark));
    const root = claimed === null ? null : state.rootAt(claimed.point.size);
    item.demand(claimed === null || (root !== null && equal(root, claimed.point.root)), 'is not of this log');
  }
}

/** @throws Error where a note has other bytes than its own encoding */
export function demandCanonical(note: Uint8Array): void {
  if (!equal(encodeNote(decodeNote(note)), note)) throw new Error('has other bytes than its encoding');
}

/** The ledger's events of growth: sizes that rise up to the present one, each with the root that the log had then. */
function auditGrowth({ tally, facts }: Sources, state: DirectoryState, stored: number): void {
  const claim = tally.claim('directory-growth');
  let last = 0;
  for (const { index, subject, fields: { count = 0 } } of facts.of('directory-grown')) {
    const item = claim.item(`ledger_entry:${index}`);
    item.demand(count > last, `the directory did not grow from ${last} to ${count}`);
    const root = state.rootAt(count);
    if (item.demand(root !== null, `there are no ${count} entries that hold`)) item.demand(hex(root!) === subject, `the first ${count} entries have another root`);
    last = Math.max(last, count);
  }
  claim.check('directory_entry', last === stored, `there are ${stored} entries, and the ledger saw ${last}`);
}

function logKeysOf(entries: readonly Uint8Array[]): Map<string, LogKeys[]> {
  const keys = new Map<string, LogKeys[]>();
  for (const bytes of entries) {
    const { kind, body } = entryStatement.decode(directoryEntry.decode(bytes).statement);
    if (kind !== 'station') continue;
    const { station, logKeys } = DIRECTORY_BODIES.station.decode(body);
    push(keys, station, logKeys);
  }
  return keys;
}

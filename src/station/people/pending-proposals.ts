/**
 * Entries that one registrar signed and that wait for the second: few, for some weeks, shown to registrars only. What is
 * in the log no longer waits. Nothing here is believed: the log judges every entry when it is lodged.
 * Source: docs/protocol/directory.md §Waiting entries.
 */

import { hex } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { decodedOr } from '#core/decoding.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import { readAsked } from '#model/asked-statement.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { proposalId } from '#model/proposals.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { directoryEntry, type DirectoryEntry } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { PENDING_ENTRIES_MAX, pendingEntries } from '#wire/proposal.ts';
import { VerifiedRoots, verifySignature } from '#wire/sign.ts';
import type { Signature } from '#wire/signature.ts';
import { sql } from 'kysely';
import type { PeopleDeps } from './deps.ts';
import { type Caller, demandRegistrar, type Here, isRegistrar } from './policy.ts';
import type { PeopleTables } from './store.ts';
import { forgetWithdrawn, keepWithdrawn, type Withdrawn, withdrawnOf } from './withdrawn-proposals.ts';

export const PENDING_DAYS = 30;
export const PENDING_MAX = 64;
/** Of one registrar: another's find a place all the same. */
export const PENDING_OF_ONE_MAX = PENDING_MAX / 2;
/** Of one registrar, as encoded: the largest proposal and some more. Another's find room all the same. */
export const PENDING_BYTES_MAX = PENDING_ENTRIES_MAX * LIMITS.directoryEntryBytes + 2 ** 20;
/** Of all of them: what waits is told in one answer, which a device reads to 16 MiB, in base64. */
const WHOLE_BYTES_MAX = 2 * PENDING_BYTES_MAX;
/** With what was withdrawn, which gives way to what waits. */
const ANSWER_BYTES_MAX = WHOLE_BYTES_MAX + 2 ** 20;
const SIGNATURES_MAX = 4;
/** A longer statement, which no honest device makes, may leave no room for signatures beside those that stand there. */
const STATEMENT_BYTES_SIGNED = LIMITS.directoryEntryBytes / 2;

export interface Pending {
  readonly proposal: string;
  readonly person: string;
  readonly created: Instant;
  readonly expires: Instant;
  readonly entries: readonly Uint8Array[];
  /** The request that they answer, where one was handed in with them. */
  readonly asked: Uint8Array | null;
}

/** What is asked of the log: whether a statement stands in it. */
export interface LodgedStatements {
  hasStatement(digestHex: string): boolean;
}

export class PendingProposals {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView & LodgedStatements;
  readonly #tables: Tables<PeopleTables>;
  readonly #listeners = new Set<() => void>();
  /** The entries of a proposal are signed in one go, and verified so. */
  readonly #verified = new VerifiedRoots(PENDING_ENTRIES_MAX * SIGNATURES_MAX);

  constructor(deps: PeopleDeps, view: () => DirectoryView & LodgedStatements) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** What waits, oldest first, and what was withdrawn, newest first. @throws Refusal `registrar-required` */
  async list(caller: Caller): Promise<{ readonly proposals: Pending[]; readonly withdrawn: Withdrawn[] }> {
    demandRegistrar(this.#here(), caller);
    const proposals = (await this.#standing()).map((row) => ({ ...row, entries: encoded(row.entries) }));
    const left = ANSWER_BYTES_MAX - sum(proposals.flatMap(({ entries, asked }) => [asked ?? new Uint8Array(0), ...entries]).map(({ length }) => length));
    return { proposals, withdrawn: await this.#tables.read((db) => withdrawnOf(db, this.#now(), left, (statements) => this.#isLodged(statements))) };
  }

  /** One name for each of the same with the same signatures, for a registrar; null for everybody else. */
  async waiting({ person }: Pick<Caller, 'person'>): Promise<string[] | null> {
    if (!isRegistrar(this.#view(), person)) return null;
    return (await this.#standing()).map(({ proposal, created }) => `${proposal}/${created}`);
  }

  /** Calls back when what waits for a second registrar has changed; the returned function ends it. A listener must not throw. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #standing(): Promise<(Omit<Pending, 'entries'> & { readonly entries: readonly DirectoryEntry[] })[]> {
    const rows = await this.#tables.read((db) =>
      db.selectFrom('pending_proposal').selectAll().where('expires', '>', this.#now()).orderBy('created').limit(PENDING_MAX).execute());
    let sizeBytes = 0;
    return rows
      .filter(({ bytes, asked }) => (sizeBytes += bytes.length + (asked?.length ?? 0)) <= WHOLE_BYTES_MAX)
      .map(({ proposal, person, bytes, created, expires, asked }) => ({ proposal, person, created, expires, entries: pendingEntries.decode(bytes), asked }))
      .filter(({ entries }) => !this.#isLodged(statementsOf(entries)));
  }

  /**
   * Keeps entries; the same again adds its signatures to those that are there, and takes none away that counts.
   * @throws Refusal `registrar-required`, `cbor-malformed`, `proposals-full`
   */
  async put(caller: Caller, entries: readonly Uint8Array[], asked: Uint8Array | null = null): Promise<Pick<Pending, 'proposal' | 'expires'>> {
    demandRegistrar(this.#here(), caller);
    const decoded = entries.map(decode);
    if (asked !== null) decodedOr('cbor-malformed', () => readAsked(asked));
    const proposal = this.#idOf(decoded);
    const created = this.#now();
    const expires = created + PENDING_DAYS * DAY_MS;
    await this.#tables.commit(async (tx) => {
      await tx.deleteFrom('pending_proposal').where('expires', '<=', created).execute();
      await forgetWithdrawn(tx, created);
      const standing = await tx.selectFrom('pending_proposal').select(['bytes', 'asked', 'person']).where('proposal', '=', proposal).executeTakeFirst();
      await tx.deleteFrom('pending_proposal').where('proposal', '=', proposal).execute();
      const bytes = pendingEntries.encode(standing === undefined ? decoded : await this.#withStanding(decoded, pendingEntries.decode(standing.bytes)));
      const person = standing?.person ?? caller.person;
      // What its first registrar compared is theirs to say.
      const request = (person === caller.person ? asked ?? standing?.asked : standing?.asked ?? asked) ?? null;
      await this.#makeRoom(tx, person, bytes.length + (request?.length ?? 0));
      await tx.insertInto('pending_proposal').values({ proposal, person, bytes, created, expires, asked: request }).execute();
    });
    this.#changed();
    return { proposal, expires };
  }

  /** What stands in the log waits no longer; it is looked for only where room is short, since it takes decoding everything. */
  async #makeRoom(tx: Tx<PeopleTables>, person: string, sizeBytes: number): Promise<void> {
    if ((await shortOf(tx, person, sizeBytes)) === null) return;
    const held = await tx.selectFrom('pending_proposal').select(['proposal', 'bytes']).execute();
    const lodged = held.filter(({ bytes }) => this.#isLodged(statementsOf(pendingEntries.decode(bytes)))).map(({ proposal }) => proposal);
    if (lodged.length > 0) await tx.deleteFrom('pending_proposal').where('proposal', 'in', lodged).execute();
    const lacking = await shortOf(tx, person, sizeBytes);
    if (lacking !== null) throw new Refusal('proposals-full', lacking);
  }

  /** The same entries with the signatures that stood there, and those given beside them; of a registrar in force each, and right: who names another's certificates signs nothing. */
  #withStanding(entries: readonly DirectoryEntry[], standing: readonly DirectoryEntry[]): Promise<DirectoryEntry[]> {
    return Promise.all(entries.map(async (entry, index) => {
      const { statement } = entry;
      const kept = await this.#counting(statement, standing[index]!.signatures);
      if (statement.length > STATEMENT_BYTES_SIGNED) return kept.length === 0 ? entry : { statement, signatures: kept };
      const signatures = await this.#counting(statement, [...kept, ...entry.signatures]);
      return signatures.length === 0 ? entry : { statement, signatures };
    }));
  }

  /** Those of registrars in force that verify, one of each, the earlier ones where not all have a place. */
  async #counting(statement: Uint8Array, signatures: readonly Signature[]): Promise<Signature[]> {
    const { provider } = this.#deps;
    const counting = new Map<string, Signature>();
    for (const one of signatures) {
      const signer = this.#view().identify(one.p256Certificate, one.mldsaCertificate);
      if (signer?.kind !== 'registrar' || signer.endedBy !== null || counting.has(signer.person)) continue;
      if (await verifySignature(provider, signer.verifier, 'directory', statement, one, this.#verified)) counting.set(signer.person, one);
    }
    return [...counting.values()].slice(0, SIGNATURES_MAX);
  }

  /** It waits no longer, and its signatures are forgotten; registrars read who withdrew it, and why. @throws Refusal `registrar-required`, `proposal-unknown` */
  async drop(caller: Caller, proposal: string, why: string | null = null): Promise<void> {
    demandRegistrar(this.#here(), caller);
    await this.#tables.commit(async (tx) => {
      const at = this.#now();
      const row = await tx.selectFrom('pending_proposal').select(['person', 'created', 'expires', 'bytes']).where('proposal', '=', proposal).where('expires', '>', at).executeTakeFirst();
      const statements = row === undefined ? [] : statementsOf(pendingEntries.decode(row.bytes));
      if (row === undefined || this.#isLodged(statements)) throw new Refusal('proposal-unknown', { proposal });
      await tx.deleteFrom('pending_proposal').where('proposal', '=', proposal).execute();
      const { person, created, expires } = row;
      await forgetWithdrawn(tx, at);
      await keepWithdrawn(tx, { proposal, person, created, expires, by: caller.person, at, why, statements });
    });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #idOf(entries: readonly DirectoryEntry[]): string {
    return proposalId(this.#deps.provider, statementsOf(entries));
  }

  #isLodged(statements: readonly Uint8Array[]): boolean {
    const { hash } = this.#deps.provider;
    return statements.every((statement) => this.#view().hasStatement(hex(hash.sha256(statement))));
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }

  #here(): Here {
    return { view: this.#view(), station: this.#deps.station, now: this.#now() };
  }
}

function statementsOf(entries: readonly DirectoryEntry[]): Uint8Array[] {
  return entries.map(({ statement }) => statement);
}

function encoded(entries: readonly DirectoryEntry[]): Uint8Array[] {
  return entries.map((entry) => directoryEntry.encode(entry));
}

/** What is lacking for so many bytes more; null where nothing is. */
async function shortOf(tx: Tx<PeopleTables>, person: string, sizeBytes: number): Promise<RefusalDetail | null> {
  const held = await tx.selectFrom('pending_proposal').select(['person', sql<number>`length(bytes) + coalesce(length(asked), 0)`.as('sizeBytes')]).execute();
  const own = held.filter((one) => one.person === person);
  if (own.length >= PENDING_OF_ONE_MAX) return { mostOfOne: PENDING_OF_ONE_MAX };
  if (held.length >= PENDING_MAX) return { most: PENDING_MAX };
  const sizeOf = (rows: typeof held): number => sizeBytes + sum(rows.map((one) => Number(one.sizeBytes)));
  if (sizeOf(own) > PENDING_BYTES_MAX) return { bytesMax: PENDING_BYTES_MAX };
  return sizeOf(held) > WHOLE_BYTES_MAX ? {} : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, one) => whole + one, 0);
}

function decode(bytes: Uint8Array): DirectoryEntry {
  return decodedOr('cbor-malformed', () => directoryEntry.decode(bytes));
}

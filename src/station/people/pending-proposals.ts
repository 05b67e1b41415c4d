/**
 * Entries that one registrar signed and that wait for the second: few, for some weeks, shown to registrars only. What is
 * in the log no longer waits. Nothing here is believed: the log judges every entry when it is lodged.
 * Source: docs/protocol/directory.md §Waiting entries.
 */

import { hex } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { proposalId } from '#model/proposals.ts';
import type { Tables } from '#station/kernel/store.ts';
import { directoryEntry, type DirectoryEntry } from '#wire/directory.ts';
import { pendingEntries } from '#wire/proposal.ts';
import type { PeopleDeps } from './deps.ts';
import { type Caller, demandRegistrar, type Here } from './policy.ts';
import type { PeopleTables } from './store.ts';

export const PENDING_DAYS = 30;
export const PENDING_MAX = 64;

export interface Pending {
  readonly proposal: string;
  readonly person: string;
  readonly created: Instant;
  readonly expires: Instant;
  readonly entries: readonly Uint8Array[];
}

/** What is asked of the log: whether a statement stands in it. */
export interface LodgedStatements {
  hasStatement(digestHex: string): boolean;
}

export class PendingProposals {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView & LodgedStatements;
  readonly #tables: Tables<PeopleTables>;

  constructor(deps: PeopleDeps, view: () => DirectoryView & LodgedStatements) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** Oldest first. @throws Refusal `registrar-required` */
  async list(caller: Caller): Promise<Pending[]> {
    demandRegistrar(this.#here(), caller);
    const rows = await this.#tables.read((db) =>
      db.selectFrom('pending_proposal').selectAll().where('expires', '>', this.#now()).orderBy('created').limit(PENDING_MAX).execute());
    return rows
      .map(({ proposal, person, bytes, created, expires }) => ({ proposal, person, created, expires, entries: pendingEntries.decode(bytes) }))
      .filter(({ entries }) => !this.#isLodged(entries))
      .map((row) => ({ ...row, entries: row.entries.map((entry) => directoryEntry.encode(entry)) }));
  }

  /**
   * Keeps entries; the same again, signed by somebody else too, replaces what was there.
   * @throws Refusal `registrar-required`, `cbor-malformed`, `proposals-full`
   */
  async put(caller: Caller, entries: readonly Uint8Array[]): Promise<Pick<Pending, 'proposal' | 'expires'>> {
    demandRegistrar(this.#here(), caller);
    const decoded = entries.map(decode);
    const proposal = this.#idOf(decoded);
    const created = this.#now();
    const expires = created + PENDING_DAYS * DAY_MS;
    const row = { proposal, person: caller.person, bytes: pendingEntries.encode(decoded), created, expires };
    await this.#tables.commit(async (tx) => {
      const held = await tx.selectFrom('pending_proposal').select(['proposal', 'bytes', 'expires']).execute();
      const gone = held.filter((one) => one.proposal === proposal || one.expires <= created || this.#isLodged(pendingEntries.decode(one.bytes)));
      if (held.length - gone.length >= PENDING_MAX) throw new Refusal('proposals-full', { most: PENDING_MAX });
      if (gone.length > 0) await tx.deleteFrom('pending_proposal').where('proposal', 'in', gone.map((one) => one.proposal)).execute();
      await tx.insertInto('pending_proposal').values(row).execute();
    });
    return { proposal, expires };
  }

  /** @throws Refusal `registrar-required`, `proposal-unknown` */
  async drop(caller: Caller, proposal: string): Promise<void> {
    demandRegistrar(this.#here(), caller);
    const { numDeletedRows } = await this.#tables.commit((tx) => tx.deleteFrom('pending_proposal').where('proposal', '=', proposal).executeTakeFirst());
    if (numDeletedRows === 0n) throw new Refusal('proposal-unknown', { proposal });
  }

  #idOf(entries: readonly DirectoryEntry[]): string {
    return proposalId(this.#deps.provider, entries.map(({ statement }) => statement));
  }

  #isLodged(entries: readonly DirectoryEntry[]): boolean {
    const { hash } = this.#deps.provider;
    return entries.every(({ statement }) => this.#view().hasStatement(hex(hash.sha256(statement))));
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }

  #here(): Here {
    return { view: this.#view(), station: this.#deps.station, now: this.#now() };
  }
}

function decode(bytes: Uint8Array): DirectoryEntry {
  try {
    return directoryEntry.decode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Refusal('cbor-malformed', { field: error.field, offset: error.offset }, { cause: error });
  }
}

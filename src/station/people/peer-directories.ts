/**
 * What other organisations show of their directories, as far as there is an agreement with them, ended ones too: what came
 * under one stays checkable. Whoever brings it (a peer's exchange station, a neighbour, a registrar with a file) is
 * believed in nothing. Source: docs/protocol/federation.md §Handing on.
 */
import { fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { newestWith } from '#model/agreements.ts';
import type { Peers } from '#model/directories.ts';
import type { ApplyOptions } from '#model/directory.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { makeDisclosure, showsFrom } from '#model/disclosure.ts';
import { acceptFromPeer, acceptHandedOn, acceptShown, type AcceptedShown } from '#model/shown-directory.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { eventFields } from '#wire/event.ts';
import type { LogPoint } from '#wire/names.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import type { PeopleDeps } from './deps.ts';
import type { DirectoryReplica } from './directory-replica.ts';
import type { PeopleTables } from './store.ts';

/** A peer whose directory is held. */
export interface HeldPeer {
  /** 16 bytes. */
  readonly organisation: Uint8Array;
  readonly point: LogPoint;
  /** Of an encoded ShownDirectory. */
  readonly bytes: Uint8Array;
}

/** What was shown of a log and does not follow from the one held. */
export interface ShownRefusal {
  readonly code: string;
  readonly at: Instant;
}

/** Who showed it: a neighbour; and what it said that it shows. */
export interface ShownBy {
  readonly peer: string;
  readonly size: number;
  readonly root?: Uint8Array | undefined;
}

/** Roots in hexadecimal, empty where none was said. */
type Told = ShownRefusal & { readonly root: string };

/** More wrong logs than this of one peer are told in the ledger when its log has grown, or not at all. */
const TOLD_MAX = 16;
/** Of each peer: a large one shows some thousand entries, anew each time that it grows. Some 5 MB. */
const SIGNATURES_MAX = 32_768;

export class PeerDirectories {
  readonly #deps: PeopleDeps;
  readonly #directory: DirectoryReplica;
  readonly #tables: Tables<PeopleTables>;
  readonly #options: ApplyOptions;
  readonly #held = new Map<string, AcceptedShown>();
  readonly #refusals = new Map<string, ShownRefusal>();
  /** What the ledger was told since the log grew last, over `confirm` and restarts. */
  readonly #told = new Map<string, readonly Told[]>();
  readonly #verified = new Map<string, VerifiedRoots>();
  readonly #listeners = new Set<() => void>();
  readonly #taking = new Turns();

  private constructor(deps: PeopleDeps, directory: DirectoryReplica) {
    this.#deps = deps;
    this.#directory = directory;
    this.#tables = deps.store.of<PeopleTables>();
    this.#options = deps.authority === undefined ? {} : { authority: deps.authority };
  }

  /** Loads and re-verifies what is held. @throws Refusal `database-damaged` */
  static async open(deps: PeopleDeps, directory: DirectoryReplica): Promise<PeerDirectories> {
    const peers = new PeerDirectories(deps, directory);
    if (directory.isEmpty) return peers;
    const rows = await peers.#tables.read((db) => db.selectFrom('peer_directory').selectAll().execute());
    const refusals = await peers.#tables.read((db) => db.selectFrom('peer_refusal').selectAll().execute());
    const told = await peers.#tables.read((db) => db.selectFrom('peer_refusal_told').selectAll().orderBy('at').execute());
    for (const { organisation, code, at } of refusals) peers.#refusals.set(organisation, { code, at });
    for (const { organisation, ...one } of told) peers.#told.set(organisation, [...peers.#told.get(organisation) ?? [], one]);
    for (const { organisation, bytes } of rows) peers.#held.set(organisation, await peers.#reload(organisation, bytes));
    return peers;
  }

  readonly peers: Peers = { view: (organisation) => this.#held.get(hex(organisation))?.state ?? null };

  held(): readonly HeldPeer[] {
    return [...this.#held.values()].map(({ state, point, bytes }) => ({ organisation: state.organisation.id, point, bytes }));
  }

  /** Null where what was shown last of its log was in order. */
  refusal(organisation: Uint8Array): ShownRefusal | null {
    return this.#refusals.get(hex(organisation)) ?? null;
  }

  /**
   * Remembers that something was shown and not taken. The ledger is told of each organisation, code and root once until the
   * log grows: who shows it again, after whatever else, fills no ledger.
   * @returns whether it was new
   */
  async refuse(organisation: Uint8Array, code: string, { peer, size, root }: ShownBy): Promise<boolean> {
    const key = hex(organisation);
    const told = this.#told.get(key) ?? [];
    const name = root === undefined ? '' : hex(root);
    const before = told.find((one) => one.code === code && one.root === name) ?? (told.length >= TOLD_MAX ? told.at(-1) : undefined);
    if (before !== undefined) {
      await this.#nowRefused(key, before);
      return false;
    }
    const at = this.#deps.clock.now();
    this.#told.set(key, [...told, { code, root: name, at }]);
    this.#refusals.set(key, { code, at });
    await this.#tables.commit(async (tx) => {
      await keepRefusal(tx, key, { code, at });
      await tx.insertInto('peer_refusal_told').values({ organisation: key, code, root: name, at }).execute();
      await this.#deps.ledger.append(tx, { kind: 'refused', fields: eventFields.encode({ peer, code, at, count: size, ...(root === undefined ? {} : { digest: root }) }) });
    });
    return true;
  }

  /** As it was told: nothing is written where that is what stands. */
  async #nowRefused(organisation: string, { code, at }: ShownRefusal): Promise<void> {
    const now = this.#refusals.get(organisation);
    if (now?.code === code && now.at === at) return;
    this.#refusals.set(organisation, { code, at });
    await this.#tables.commit((tx) => keepRefusal(tx, organisation, { code, at }));
  }

  /** The peer itself shows the very log that is held. */
  async confirm(organisation: Uint8Array): Promise<void> {
    if (!this.#refusals.delete(hex(organisation))) return;
    await this.#tables.commit(async (tx) => void (await tx.deleteFrom('peer_refusal').where('organisation', '=', hex(organisation)).execute()));
  }

  /** Calls back after each change; the returned function ends it. A listener must not throw. */
  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes in what the peer itself shows.
   * @throws DecodeError; Refusal `agreement-missing`, and those of acceptDisclosure
   */
  takeDisclosure(organisation: Uint8Array, bytes: Uint8Array): Promise<LogPoint> {
    return this.#take(organisation, (agreement, kept) => acceptFromPeer(this.#deps.provider, agreement, kept, bytes, this.#optionsFor(organisation)));
  }

  /** Takes in what somebody of ours hands on. @throws as takeDisclosure */
  takeShown(organisation: Uint8Array, bytes: Uint8Array): Promise<LogPoint> {
    return this.#take(organisation, (agreement, kept) =>
      acceptHandedOn(this.#deps.provider, agreement, kept, bytes, this.#optionsFor(organisation)));
  }

  /**
   * What a peer may see of our own directory, growing from what it has seen.
   * @param from a size of our log, 0 for all of it
   */
  async disclose(agreement: AgreementRecord, from: number): Promise<Uint8Array> {
    const { entries, checkpoint } = await this.#directory.entriesFrom(0);
    const view = this.#directory.view();
    if (from > entries.length) throw new Refusal('directory-rolled-back', { held: from, offered: entries.length });
    return makeDisclosure(this.#deps.provider, { view, entries, checkpoint }, agreement, from);
  }

  /** Whether the peer may see an entry of our log beyond that size. */
  async showsMore(agreement: AgreementRecord, size: number): Promise<boolean> {
    const { entries } = await this.#directory.entriesFrom(0);
    return showsFrom(entries, agreement, size);
  }

  /** What of a peer was verified once is not verified again; its own log alone can make it forgotten. */
  #optionsFor(organisation: Uint8Array): ApplyOptions {
    const key = hex(organisation);
    const verified = this.#verified.get(key) ?? new VerifiedRoots(SIGNATURES_MAX);
    if (this.#held.has(key)) this.#verified.set(key, verified);
    return { ...this.#options, verified };
  }

  #take(organisation: Uint8Array, judge: (agreement: AgreementRecord, kept: AcceptedShown | null) => Promise<AcceptedShown>): Promise<LogPoint> {
    const work = async (): Promise<LogPoint> => {
      const agreement = agreementOf(this.#directory.view(), organisation);
      const kept = this.#held.get(hex(organisation)) ?? null;
      const accepted = await judge(agreement, kept);
      if (kept === null || accepted.point.size > kept.point.size) await this.#commit(agreement, accepted);
      return accepted.point;
    };
    return this.#taking.next(work);
  }

  async #commit({ peer, organisation }: AgreementRecord, accepted: AcceptedShown): Promise<void> {
    const { point: { size, root }, bytes } = accepted;
    const row = { organisation: hex(organisation), size, bytes };
    await this.#tables.commit(async (tx) => {
      await tx.insertInto('peer_directory').values(row).onConflict((on) => on.column('organisation').doUpdateSet({ size, bytes })).execute();
      await tx.deleteFrom('peer_refusal').where('organisation', '=', row.organisation).execute();
      await tx.deleteFrom('peer_refusal_told').where('organisation', '=', row.organisation).execute();
      await this.#deps.ledger.append(tx, { kind: 'peer-grown', subject: root, fields: eventFields.encode({ peer, count: size }) });
    });
    this.#held.set(row.organisation, accepted);
    this.#refusals.delete(row.organisation);
    this.#told.delete(row.organisation);
    for (const listener of this.#listeners) listener();
  }

  async #reload(organisation: string, bytes: Uint8Array): Promise<AcceptedShown> {
    try {
      const agreement = agreementOf(this.#directory.view(), fromHex(organisation) ?? new Uint8Array(0));
      return await acceptShown(this.#deps.provider, agreement, null, bytes, this.#options);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      throw new Refusal('database-damaged', { what: 'peer-directory' }, { cause: error });
    }
  }
}

async function keepRefusal(tx: Tx<PeopleTables>, organisation: string, refusal: ShownRefusal): Promise<void> {
  await tx.insertInto('peer_refusal').values({ organisation, ...refusal }).onConflict((on) => on.column('organisation').doUpdateSet({ ...refusal })).execute();
}

/** @throws Refusal `agreement-missing` */
function agreementOf(view: DirectoryView, organisation: Uint8Array): AgreementRecord {
  const agreement = newestWith(view, organisation);
  if (agreement === null) throw new Refusal('agreement-missing', { reason: 'ours' });
  return agreement;
}

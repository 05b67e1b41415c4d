/** What every errand of a person's device is done with: keys, directory, station, clock and chance. */
import type { z } from 'zod';
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import type { HttpTransport, KeyringStore } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { ApplyOptions, DirectoryState } from '#model/directory.ts';
import { type Act, ACT_OF_ENDORSEMENT, mayAct } from '#model/rights.ts';
import { PROPOSED_MAX } from '#wire/api/directory.ts';
import type { officeKeysAnswer } from '#wire/api/office-keys.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import type { EndorsementPurpose } from '#wire/core.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import { StationApi } from './api.ts';
import { takeAsAdmitted } from './office-keys/as-admitted.ts';
import { checkClock } from './dispatch/compose.ts';
import { DirectorySync, type Lacking, proofOf } from './directory/directory-sync.ts';
import type { Actor } from './dispatch/draft.ts';
import { type EventsAsked, liveEvents } from './events.ts';
import { dropDestroyed, giveLacking, type KeepOptions, keepOffice, type KeptOffice } from './office-keys/keep-office.ts';
import { type OpenKeyring, withOfficeKeys } from './keyring/keyring.ts';
import { openWraps } from './office-keys/office-keys.ts';
import { ownPartWork, type PartWork } from './parts/part-work.ts';
import { PeersSync } from './directory/peers-sync.ts';
import { enrolOpaque, keepRingCopy } from './keyring/ring-copy.ts';
import { actingPosition, actorOf, signer } from './signers.ts';

export interface SessionDeps extends ApplyOptions {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly transport: HttpTransport;
  readonly ring: OpenKeyring;
  /** Where directory entries of earlier runs are kept; public bytes. */
  readonly directoryCache?: KeyringStore;
  /** Where what other organisations show is kept; public bytes. */
  readonly peersCache?: KeyringStore;
  /** Who seals and opens files; this thread unless given. */
  readonly parts?: (session: Session) => PartWork;
  /** How office keys are kept: periods, and how much of it at once. */
  readonly keep?: KeepOptions;
}

/** Keeps what the station said of dispatches that somebody looked at: kept-letters.ts. */
export interface LetterKeeper {
  keep(what: string, bytes: Uint8Array): Promise<void>;
  read(what: string): Promise<Uint8Array | null>;
  /** Forgets letters of every office but these. */
  keepOnly(offices: readonly string[]): Promise<void>;
  /** How many letters. */
  count(): Promise<number>;
  forget(): Promise<void>;
}

/** A station that was restored from a backup shows less than this device has seen. */
interface Lost {
  readonly lacking: Lacking;
  readonly rolledBack: Refusal;
}

/** One unlocked device at its station. */
export class Session {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly ring: OpenKeyring;
  readonly api: StationApi;
  readonly directory: DirectorySync;
  /** What other organisations show of theirs. */
  readonly peers: PeersSync;
  /** Sealing and opening of files. */
  readonly parts: PartWork;
  /** Where this device keeps letters that were looked at; null: nowhere. */
  letters: LetterKeeper | null = null;
  /** Signatures of batches that were verified once. */
  readonly verified = new VerifiedRoots();
  #copyRevision = 0;
  #station = '';
  /** What `begin` did for office keys, and what it could not do. */
  readonly kept: KeptOffice[] = [];
  /** Directory entries that `begin` gave back to a station that had lost them, and why it has not taken them; null where it has. */
  gaveBack: { readonly entries: number; readonly refused: RefusalCode | null } | null = null;
  readonly #keep: KeepOptions;
  /** Offices of whose keys another device of this person lacks some, by the station's word when this one began. */
  readonly #lackedByOwn = new Set<string>();
  readonly #keyStates = new Map<string, z.output<typeof officeKeysAnswer>>();

  constructor(deps: SessionDeps) {
    const { crypto, random, clock, transport, ring, directoryCache, peersCache, authority } = deps;
    this.crypto = crypto;
    this.random = random;
    this.clock = clock;
    this.ring = ring;
    this.#keep = deps.keep ?? {};
    this.parts = deps.parts?.(this) ?? ownPartWork(this);
    this.api = new StationApi({ transport, clock, random });
    this.directory = new DirectorySync({
      crypto,
      api: this.api,
      ring,
      ...(directoryCache === undefined ? {} : { cache: directoryCache }),
      ...(authority === undefined ? {} : { authority }),
    });
    this.peers = new PeersSync({
      crypto,
      api: this.api,
      ring,
      view: () => this.view,
      ...(peersCache === undefined ? {} : { cache: peersCache }),
      ...(authority === undefined ? {} : { authority }),
    });
  }

  /** Fetches what changed since, of the own directory and of others. @returns whether anything did */
  async refresh(signal?: AbortSignal): Promise<boolean> {
    const { size } = this.view.point;
    const isGrown = (await this.directory.sync(signal)).point.size !== size;
    return (await this.peers.sync(signal)) || isGrown;
  }

  /** The directory as last accepted. */
  get view(): DirectoryState {
    return this.directory.view;
  }

  /** Where this device logged in; empty until it did. */
  get station(): string {
    return this.#station;
  }

  now(): number {
    const now = this.clock.now();
    checkClock(now);
    return now;
  }

  /** Checks the directory first, then proves this device, then takes the office keys that wait for it. */
  async begin(signal?: AbortSignal): Promise<void> {
    const lost = await this.#syncOrLost(signal);
    const { copyRevision, station } = await this.api.logIn(this.crypto, this.ring, this.view);
    [this.#copyRevision, this.#station] = [copyRevision, station];
    if (lost !== null) await this.#giveBack(lost, signal);
    await this.peers.sync(signal);
    await takeAsAdmitted(this);
    await this.takeOfficeKeys();
    for (const office of this.#officesKept()) this.kept.push(await this.keepOffice(office));
  }

  /** @returns what the station lost and why its directory is not taken, where that is the beginning of what this device holds */
  async #syncOrLost(signal?: AbortSignal): Promise<Lost | null> {
    try {
      await this.directory.sync(signal);
      return null;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'directory-rolled-back') throw error;
      const lacking = await this.directory.lackingAt(signal);
      if (lacking.entries.length === 0) throw error;
      return { lacking, rolledBack: error };
    }
  }

  /**
   * To the station that gives entries their index: the same entries get the same ones again. Where it does not take them, this
   * device works on with what it holds. A station that is told by the next one is not believed before it was.
   */
  async #giveBack({ lacking, rolledBack }: Lost, signal?: AbortSignal): Promise<void> {
    if (this.view.sequencer.station !== this.#station) throw rolledBack;
    const { entries } = lacking;
    const checkpoint = proofOf(lacking);
    try {
      // Without a proof they are proposals like any other.
      const [atOnce, proof] = checkpoint === null ? [PROPOSED_MAX, {}] : [entries.length, { checkpoint }];
      for (let at = 0; at < entries.length; at += atOnce) {
        const body = { entries: entries.slice(at, at + atOnce).map(base64url), ...proof };
        await this.api.call('propose', { body, signal });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.gaveBack = { entries: entries.length, refused: error.code };
      return;
    }
    await this.directory.sync(signal);
    this.gaveBack = { entries: entries.length, refused: null };
  }

  /** Makes, rolls, gives and destroys keys of an office as this person may. See keep-office.ts. */
  keepOffice(office: string, options: KeepOptions = {}): Promise<KeptOffice> {
    return keepOffice(this, office, { ...this.#keep, ...options });
  }

  /** Offices whose keys this person makes, whose mail this person may read, or whose keys their new machine waits for. */
  #officesKept(): string[] {
    return this.offices().filter((office) => this.may('re-wrap what came', office) || this.may('seal again', office) || this.#lackedByOwn.has(office));
  }

  /** Another device than this one, of the same person. */
  #isOwnOther(device: string): boolean {
    const own = actorOf(this.ring);
    return device !== own.device && this.view.device(device)?.person === own.person;
  }

  /** Leaves the newest sealed copy of the ring with the station, where it has an older one or none. */
  async keepCopy(): Promise<void> {
    if (!this.api.isLoggedIn || this.ring.revision <= this.#copyRevision) return;
    const kept = await keepRingCopy(this, this.ring);
    if (kept !== null) this.#copyRevision = kept.revision;
  }

  /** Makes the passphrase one that the station can check without seeing it, where the ring has no OPAQUE slot yet. */
  async enrol(opaque: OpaqueClient, passphrase: string): Promise<void> {
    await enrolOpaque({ crypto: this.crypto, random: this.random, api: this.api, view: this.view, opaque, station: this.#station }, this.ring, passphrase);
    this.#copyRevision = this.ring.revision;
  }

  /** What happens at this person's offices from now on, or from an index on, for as long as it is wanted. */
  events(asked: EventsAsked = {}): AsyncGenerator<LiveEvent> {
    return liveEvents(this, asked);
  }

  /** Offices in which this device's person holds a position now. */
  offices(): string[] {
    const { person } = actorOf(this.ring);
    return [...new Set(this.view.held(person, this.now()).map(({ office }) => office))];
  }

  /** Office keys that other devices wrapped for this one. */
  async takeOfficeKeys(): Promise<void> {
    for (const office of this.offices()) {
      if (!this.may('hold the keys', office)) continue;
      const { wraps } = await this.api.call('wraps', { path: { office } });
      const bytes = wraps.map(fromBase64url).filter((wrap) => wrap !== null);
      const opened = await openWraps(this.crypto, this.ring, this.view, bytes);
      if (opened.length > 0) await this.ring.change((contents) => withOfficeKeys(contents, opened));
      const state = await this.api.call('officeKeys', { path: { office } });
      this.#keyStates.set(office, state);
      const { destroyed, lacking } = state;
      if (lacking.some(({ device }) => this.#isOwnOther(device))) this.#lackedByOwn.add(office);
      await dropDestroyed(this, office, destroyed.map(({ number }) => number));
    }
  }

  /** What the station said of an office's keys when this device last took them: who lacks which. Null of offices that are not its own. */
  keyState(office: string): z.output<typeof officeKeysAnswer> | null {
    return this.#keyStates.get(office) ?? null;
  }

  /** Wraps the keys of an office that this device holds for every entitled device that lacks them. @returns how many wraps */
  shareOfficeKeys(office: string): Promise<number> {
    return giveLacking(this, office);
  }

  /** Whether this person may do something in an office now. What the office's seal signs needs the seal on this device besides. */
  may(act: Act, office: string): boolean {
    const { person } = this.ring.contents;
    return person !== undefined && mayAct({ view: this.view, person, at: this.now() }, act, office);
  }

  /** This person, as one of those who sign a dispatch of an office. @throws Refusal `not-entitled`, `key-missing` */
  async actor(purpose: EndorsementPurpose, office: string): Promise<Actor> {
    const { person } = actorOf(this.ring);
    const { position } = actingPosition(this.view, person, ACT_OF_ENDORSEMENT[purpose], office, this.now());
    return { person, position, signer: await signer(this.crypto, this.ring, this.view, { kind: 'device' }) };
  }
}

/** What every errand of a person's device is done with: keys, directory, station, clock and chance. */
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import type { HttpTransport, KeyringStore } from '#core/outside.ts';
import type { ApplyOptions, DirectoryState } from '#model/directory.ts';
import type { Right } from '#wire/directory.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import { StationApi } from './api.ts';
import { checkClock } from './compose.ts';
import { DirectorySync } from './directory-sync.ts';
import type { Actor } from './draft.ts';
import { type OpenKeyring, withOfficeKeys } from './keyring.ts';
import { entitledDevices, openWraps, wrapOfficeKeys } from './office-keys.ts';
import { enrolOpaque, keepRingCopy } from './ring-copy.ts';
import { actingPosition, actorOf, signer } from './signers.ts';

export interface SessionDeps extends ApplyOptions {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly transport: HttpTransport;
  readonly ring: OpenKeyring;
  /** Where directory entries of earlier runs are kept; public bytes. */
  readonly directoryCache?: KeyringStore;
}

/** One unlocked device at its station. */
export class Session {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly ring: OpenKeyring;
  readonly api: StationApi;
  readonly directory: DirectorySync;
  /** Signatures of batches that were verified once. */
  readonly verified = new VerifiedRoots();
  #copyRevision = 0;
  #station = '';

  constructor(deps: SessionDeps) {
    const { crypto, random, clock, transport, ring, directoryCache, authority } = deps;
    this.crypto = crypto;
    this.random = random;
    this.clock = clock;
    this.ring = ring;
    this.api = new StationApi({ transport, clock, random });
    this.directory = new DirectorySync({
      crypto,
      api: this.api,
      ring,
      ...(directoryCache === undefined ? {} : { cache: directoryCache }),
      ...(authority === undefined ? {} : { authority }),
    });
  }

  /** The directory as last accepted. */
  get view(): DirectoryState {
    return this.directory.view;
  }

  now(): number {
    const now = this.clock.now();
    checkClock(now);
    return now;
  }

  /** Checks the directory first, then proves this device, then takes the office keys that wait for it. */
  async begin(signal?: AbortSignal): Promise<void> {
    await this.directory.sync(signal);
    const { copyRevision, station } = await this.api.logIn(this.crypto, this.ring, this.view);
    [this.#copyRevision, this.#station] = [copyRevision, station];
    await this.takeOfficeKeys();
  }

  /** Leaves the newest sealed copy of the ring with the station, where it has an older one or none. */
  async keepCopy(): Promise<void> {
    if (!this.api.isLoggedIn || this.ring.revision <= this.#copyRevision) return;
    const kept = await keepRingCopy(this.crypto, this.api, this.ring);
    if (kept !== null) this.#copyRevision = kept.revision;
  }

  /** Makes the passphrase one that the station can check without seeing it, where the ring has no OPAQUE slot yet. */
  async enrol(opaque: OpaqueClient, passphrase: string): Promise<void> {
    await enrolOpaque({ crypto: this.crypto, opaque, api: this.api, station: this.#station }, this.ring, passphrase);
    this.#copyRevision = this.ring.revision;
  }

  /** Offices in which this device's person holds a position now. */
  offices(): string[] {
    const { person } = actorOf(this.ring);
    return [...new Set(this.view.held(person, this.now()).map(({ office }) => office))];
  }

  /** Office keys that other devices wrapped for this one. */
  async takeOfficeKeys(): Promise<void> {
    for (const office of this.offices()) {
      const { wraps } = await this.api.call('wraps', { path: { office } });
      const bytes = wraps.map(fromBase64url).filter((wrap) => wrap !== null);
      const opened = await openWraps(this.crypto, this.ring, this.view, bytes);
      if (opened.length > 0) await this.ring.change((contents) => withOfficeKeys(contents, opened));
    }
  }

  /** Wraps the keys of an office that this device holds for every other entitled device. @returns how many wraps */
  async shareOfficeKeys(office: string): Promise<number> {
    const own = actorOf(this.ring).device;
    const secrets = this.ring.contents.officeKeys.filter((key) => key.office === office);
    const devices = entitledDevices(this.view, office, this.now()).filter(({ device }) => device !== own);
    const wraps = await wrapOfficeKeys(this.crypto, secrets, devices);
    for (let at = 0; at < wraps.length; at += WRAPS_PER_CALL) {
      const batch = wraps.slice(at, at + WRAPS_PER_CALL).map(base64url);
      await this.api.call('putWraps', { path: { office }, body: { wraps: batch } });
    }
    return wraps.length;
  }

  /** This person, acting in an office with a right. @throws Refusal `not-entitled`, `key-missing` */
  async actor(right: Extract<Right, 'draft' | 'approve' | 'sign' | 'receive' | 'hand-over'>, office: string): Promise<Actor> {
    const { person } = actorOf(this.ring);
    const { position } = actingPosition(this.view, person, right, office, this.now());
    return { person, position, signer: await signer(this.crypto, this.ring, this.view, { kind: 'device' }) };
  }
}

const WRAPS_PER_CALL = 256;

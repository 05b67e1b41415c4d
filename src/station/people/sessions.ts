/**
 * Sessions of devices: a device signs a challenge with both keys and gets a token, of which only the digest is kept, in
 * memory. Wrong proofs are answered late and right ones at once: a signature cannot be guessed, so a counter would do
 * nothing but let a stranger lock somebody out. Source: docs/protocol/api.md §Session.
 */

import { base64url, concat, equal, fromBase64url, hex, uint64be, utf8 } from '#core/bytes.ts';
import { type Instant, MINUTE_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { DeviceRecord, DirectoryView } from '#model/directory-view.ts';
import type { Tables } from '#station/kernel/store.ts';
import { verifySignature } from '#wire/sign.ts';
import { type Signature, signature as signatureCodec } from '#wire/signature.ts';
import type { Challenges } from './challenges.ts';
import type { PeopleDeps } from './deps.ts';
import type { Caller } from './policy.ts';
import { type PeopleTables, rememberRevision } from './store.ts';

export interface LogIn {
  readonly device: string;
  /** Unpadded base64url. */
  readonly challenge: string;
  readonly signature: string;
  readonly keyringRevision: number;
}

export interface LoggedIn {
  readonly token: string;
  readonly expires: Instant;
  readonly person: string;
  readonly keyringRevision: number;
  /** Of the sealed copy that this station keeps; 0 for none. */
  readonly copyRevision: number;
}

interface Session extends Caller {
  /** SHA-256 of the token. */
  readonly digest: Uint8Array;
  /** On the monotonic clock. */
  idleUntilMs: number;
}

const LABEL = utf8('tram/v1/session\0');
const ZERO = Uint8Array.of(0);
const IDLE_MS = 30 * MINUTE_MS;
const SESSIONS_PER_DEVICE_MAX = 16;
const FAILURE_MS = 100;
const FAILURE_MS_MAX = 5_000;
/** Wrong proofs being held back at one time. */
const WAITING_MAX = 128;

export class Sessions {
  readonly #deps: PeopleDeps;
  readonly #idleMs: number;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;
  readonly #challenges: Challenges;
  readonly #sessions = new Map<string, Session>();
  readonly #loggedOut = new WeakSet<Caller>();
  /** Wrong proofs in a row, by device. */
  readonly #failures = new Map<string, number>();
  #waiting = 0;

  constructor(deps: PeopleDeps, view: () => DirectoryView, challenges: Challenges) {
    this.#deps = deps;
    this.#idleMs = deps.sessionIdleMs ?? IDLE_MS;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
    this.#challenges = challenges;
  }

  challenge(): { challenge: string; station: string; expires: Instant } {
    const { challenge, expires } = this.#challenges.issue();
    return { challenge: base64url(challenge), station: this.#deps.station, expires };
  }

  /** @throws Refusal `device-unknown`; `device-ended` to the device itself, told by its proof; `proof-wrong`, `keyring-rolled-back`, `too-many-attempts` */
  async logIn(request: LogIn): Promise<LoggedIn> {
    const device = this.#view().device(request.device);
    if (device === null) throw new Refusal('device-unknown', { device: request.device });
    if (device.endedBy !== null) throw new Refusal((await this.#proves(device, request)) ? 'device-ended' : 'device-unknown', { device: request.device });
    if (!(await this.#proves(device, request))) return this.#refuseLate(device.device);
    this.#failures.delete(device.device);
    const keyringRevision = await this.#rememberRevision(device.device, request.keyringRevision);
    return { ...this.#begin(device), person: device.person, keyringRevision, copyRevision: await this.#copyRevision(device.device) };
  }

  /** Begins a session of a device that proved itself by OPAQUE: it shows no ring, so it takes what this station has. @throws Refusal `proof-wrong` */
  async admit(code: string): Promise<LoggedIn> {
    const device = this.#view().device(code);
    if (device === null || device.endedBy !== null) throw new Refusal('proof-wrong');
    const keyringRevision = await this.#tables.commit((tx) => rememberRevision(tx, code, 0));
    return { ...this.#begin(device), person: device.person, keyringRevision, copyRevision: await this.#copyRevision(code) };
  }

  /** The caller behind a token, its idle time begun anew; null for none. A device that has ended has no session. */
  async authenticate(token: string): Promise<Caller | null> {
    const digest = this.#digest(token);
    const session = this.#sessions.get(hex(digest));
    if (session === undefined || !equal(session.digest, digest)) return null;
    const device = this.#view().device(session.device);
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs >= session.idleUntilMs || device === null || device.endedBy !== null) {
      this.#sessions.delete(hex(digest));
      return null;
    }
    session.idleUntilMs = nowMs + this.#idleMs;
    return session;
  }

  count(): number {
    const nowMs = this.#deps.clock.monotonicMs();
    return [...this.#sessions.values()].filter(({ idleUntilMs }) => nowMs < idleUntilMs).length;
  }

  /** Whether the session of this caller still stands; asking does not prolong it. */
  stands(caller: Caller): boolean {
    const { digest } = caller as Partial<Session>;
    const session = digest === undefined ? undefined : this.#sessions.get(hex(digest));
    if (session === undefined || session !== caller || this.#deps.clock.monotonicMs() >= session.idleUntilMs) return false;
    return this.mayGoOn(caller);
  }

  /** Whether a call of this caller that is under way may go on: it is not idle, however long it takes. */
  mayGoOn(caller: Caller): boolean {
    return !this.#loggedOut.has(caller) && this.#view().device(caller.device)?.endedBy === null;
  }

  /** Ends the session that this caller speaks in. */
  logOut(caller: Caller): void {
    this.#loggedOut.add(caller);
    for (const [key, session] of this.#sessions) if (session === caller) this.#sessions.delete(key);
  }

  async #proves(device: DeviceRecord, { challenge, signature, keyringRevision }: LogIn): Promise<boolean> {
    const { provider, station } = this.#deps;
    const bytes = fromBase64url(challenge);
    const proof = decodeSignature(signature);
    if (bytes === null || proof === null || !this.#challenges.isOpen(bytes)) return false;
    const item = concat(LABEL, utf8(station), ZERO, utf8(device.device), ZERO, bytes, uint64be(keyringRevision));
    return (await verifySignature(provider, device.verifier, 'session', item, proof)) && this.#challenges.use(bytes);
  }

  async #refuseLate(device: string): Promise<never> {
    if (this.#waiting >= WAITING_MAX) throw new Refusal('too-many-attempts');
    const failures = (this.#failures.get(device) ?? 0) + 1;
    this.#failures.set(device, failures);
    this.#waiting += 1;
    await new Promise<void>((resolve) => {
      this.#deps.clock.after(Math.min(FAILURE_MS * 2 ** (failures - 1), FAILURE_MS_MAX), resolve);
    });
    this.#waiting -= 1;
    throw new Refusal('proof-wrong');
  }

  /** A device that shows an older keyring than before was restored from a copy, or somebody else restored it. */
  async #rememberRevision(device: string, revision: number): Promise<number> {
    const known = await this.#tables.commit((tx) => rememberRevision(tx, device, revision));
    if (known > revision) throw new Refusal('keyring-rolled-back', { revision, leastRevision: known });
    return known;
  }

  async #copyRevision(device: string): Promise<number> {
    const row = await this.#tables.read((db) => db.selectFrom('ring_copy').select('revision').where('device', '=', device).executeTakeFirst());
    return row?.revision ?? 0;
  }

  #begin({ device, person }: DeviceRecord): { token: string; expires: Instant } {
    const { clock, random } = this.#deps;
    this.#forget(device);
    const token = base64url(random.bytes(32));
    const digest = this.#digest(token);
    const idleUntilMs = clock.monotonicMs() + this.#idleMs;
    this.#sessions.set(hex(digest), { person, device, digest, idleUntilMs });
    return { token, expires: clock.now() + this.#idleMs };
  }

  /** What has lapsed, and a device's oldest where it has too many. */
  #forget(device: string): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const [key, session] of this.#sessions) if (nowMs >= session.idleUntilMs) this.#sessions.delete(key);
    const own = [...this.#sessions].filter(([, session]) => session.device === device);
    for (const [key] of own.slice(0, Math.max(0, own.length + 1 - SESSIONS_PER_DEVICE_MAX))) this.#sessions.delete(key);
  }

  #digest(token: string): Uint8Array {
    return this.#deps.provider.hash.sha256(utf8(token));
  }
}

/** @returns null for what is none */
export function decodeSignature(text: string): Signature | null {
  const bytes = fromBase64url(text);
  if (bytes === null) return null;
  try {
    return signatureCodec.decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

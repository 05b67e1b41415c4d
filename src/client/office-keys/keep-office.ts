/**
 * What an entitled device does for its office's keys whenever it begins to work: makes the coming periods, rolls
 * everything when somebody who had the keys is gone, wraps for devices that lack them, says what nobody can open, lets go
 * of what nothing needs any more, and seals again what others could not open. Work is bounded, and what could not be done is said and never fails the errand.
 * Source: docs/protocol/keyring.md.
 */
import { base64url } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { isPast, keysNeeded, type PeriodPlan, WEEKLY } from '#model/key-periods.ts';
import { type Act, mayAct, mayHoldKeys } from '#model/rights.ts';
import { sayClosed } from './closed-arrivals.ts';
import type { KeyDesk } from './key-desk.ts';
import { PATIENCE_MS } from '../directory/lodging.ts';
import { dropKeys, makeKeys } from './making-keys.ts';
import { wrapOfficeKeys } from './office-keys.ts';
import { mayReseal, resealAsked, type ResealOutcome } from './resealing.ts';
import { rewrapArrivals, type RewrapOutcome } from './rewrapping.ts';
import { actorOf } from '../signers.ts';

export interface KeepOptions {
  readonly plan?: PeriodPlan;
  /** Wraps made at most: each costs a key encapsulation and 1.2 KiB. */
  readonly wrapsMax?: number;
  /** Arrived dispatches re-wrapped at most. */
  readonly arrivalsMax?: number;
  /** How long to wait for new keys to come back in the directory; 0 by default. */
  readonly patienceMs?: number;
}

/** Asked for by name, the work is done to its end: a session that only begins does a little of it. */
export const WHOLE = { wrapsMax: 4_096, arrivalsMax: 256, patienceMs: PATIENCE_MS } as const satisfies KeepOptions;

export interface KeptOffice {
  readonly office: string;
  /** Keys that the directory has now, made here. */
  readonly made: number;
  /** Whether everything was made anew, because somebody who had the keys is gone. */
  readonly rolled: boolean;
  /** Wraps made for other devices. */
  readonly given: number;
  /** Arrived dispatches sealed again to the storage key. */
  readonly rewrapped: number;
  /** Arrived dispatches that no device of the office can open, said so to their origins. */
  readonly unreadable: number;
  /** Dispatches of this office that others could not open, sealed again. */
  readonly resealed: number;
  /** Transport periods destroyed now, for good. */
  readonly destroyed: readonly number[];
  /** What could not be done, and why; the next session tries again. */
  readonly undone: readonly { readonly step: KeepStep; readonly code: RefusalCode }[];
}

export type KeepStep = 'make' | 'give' | 're-wrap' | 'say-unreadable' | 'destroy' | 're-seal';

const NONE: RewrapOutcome = { rewrapped: 0, closed: [] };
const NONE_RESEALED: ResealOutcome = { resealed: [], undone: [] };
const ARRIVALS_MAX = 64;
const WRAPS_PER_CALL = 256;
const DESTROYED_AT_ONCE = 16;

/**
 * Keeps an office's keys as far as this device's person may: whoever has the right `keys` makes, rolls and destroys;
 * whoever may hold them passes them on.
 * @throws Refusal `office-keys-not-entitled` for who may do neither; `station-unreachable`, `cancelled`
 */
export async function keepOffice(desk: KeyDesk, office: string, options: KeepOptions = {}): Promise<KeptOffice> {
  const may = (act: Act): boolean => mayAct({ view: desk.view, person: actorOf(desk.ring).person, at: desk.now() }, act, office);
  if (!may('hold the keys')) throw new Refusal('office-keys-not-entitled', { office });
  const undone: { step: KeepStep; code: RefusalCode }[] = [];
  const attempt = async <T>(step: KeepStep, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && STOPS.includes(error.code)) throw error;
      // What one office's keys brought about, by whomever, ends neither the other steps nor the session; it is said.
      undone.push({ step, code: error instanceof Refusal ? error.code : 'internal' });
      return otherwise;
    }
  };
  const { made, rolled } = may('make the keys') ? await attempt('make', { made: 0, rolled: false }, () => makeNeeded(desk, office, options)) : { made: 0, rolled: false };
  const given = await attempt('give', 0, () => giveLacking(desk, office, options));
  const mayRead = may('re-wrap what came');
  const { rewrapped, closed } = mayRead ? await attempt('re-wrap', NONE, () => rewrapArrivals(desk, office, options.arrivalsMax ?? ARRIVALS_MAX)) : NONE;
  const unreadable = await attempt('say-unreadable', 0, () => sayClosed(desk, office, closed));
  const destroyed = may('make the keys') ? await attempt('destroy', [], () => destroyPast(desk, office)) : [];
  const asked = mayReseal(desk, office) ? await attempt('re-seal', NONE_RESEALED, () => resealAsked(desk, office)) : NONE_RESEALED;
  for (const code of asked.undone) undone.push({ step: 're-seal', code });
  return { office, made, rolled, given, rewrapped, unreadable, resealed: asked.resealed.length, destroyed, undone };
}

/** With these the errand itself cannot go on. */
const STOPS: readonly RefusalCode[] = ['station-unreachable', 'cancelled', 'session-missing', 'session-expired', 'keyring-rolled-back'];

async function makeNeeded(desk: KeyDesk, office: string, { plan = WEEKLY, patienceMs = 0 }: KeepOptions): Promise<{ made: number; rolled: boolean }> {
  const isFirst = desk.view.officeKeys(office, 'storage').length === 0;
  const { keys, isRoll } = keysNeeded(desk.view, office, desk.now(), plan);
  const made = keys.length === 0 ? 0 : await makeKeys(desk, office, keys, [], { patienceMs });
  return { made, rolled: isRoll && !isFirst && made > 0 };
}

/** Wraps only what the station says that a device lacks, so that a roll in a large office costs little. @returns how many */
export async function giveLacking(desk: KeyDesk, office: string, { wrapsMax = WRAPS_PER_CALL }: KeepOptions = {}): Promise<number> {
  const { api, crypto, view, ring } = desk;
  const { lacking } = await api.call('officeKeys', { path: { office } });
  const wraps: Uint8Array[] = [];
  for (const { device, purpose, number } of lacking) {
    if (wraps.length >= wrapsMax) break;
    const [secret, record] = [ring.officeKey(office, purpose, number), view.device(device)];
    // A device of nobody entitled is the station's mistake or worse; it is given nothing.
    if (secret === null || record === null || record.endedBy !== null || !mayHoldKeys(view, record.person, office, desk.now())) continue;
    wraps.push(...(await wrapOfficeKeys(crypto, [{ office, purpose, number, secret }], [record])));
  }
  for (let at = 0; at < wraps.length; at += WRAPS_PER_CALL) {
    await api.call('putWraps', { path: { office }, body: { wraps: wraps.slice(at, at + WRAPS_PER_CALL).map(base64url) } });
  }
  return wraps.length;
}

/** Periods whose time and grace are over and that nothing waits for: erased at the station, then here. */
async function destroyPast(desk: KeyDesk, office: string): Promise<number[]> {
  const { api, view } = desk;
  const now = desk.now();
  const { destroyed, graceMs } = await api.call('officeKeys', { path: { office } });
  const gone = new Set(destroyed.map(({ number }) => number));
  const current = view.currentKey(office, 'transport', now);
  const past = view.officeKeys(office, 'transport')
    .filter((key) => key.number !== current?.number && !gone.has(key.number) && isPast(key, now - graceMs));
  const done: number[] = [];
  for (const { number } of past.slice(0, DESTROYED_AT_ONCE)) {
    try {
      await api.call('destroyKey', { path: { office }, body: { number } });
      done.push(number);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'key-in-use') throw error;
    }
  }
  await dropDestroyed(desk, office, [...gone, ...done]);
  return done;
}

/**
 * Drops the secrets of destroyed periods. The station's word alone takes no key from a device: its time must be over,
 * and another must be the one to seal to.
 */
export async function dropDestroyed(desk: KeyDesk, office: string, numbers: readonly number[]): Promise<void> {
  const { view, ring } = desk;
  const now = desk.now();
  const current = view.currentKey(office, 'transport', now);
  const over = view.officeKeys(office, 'transport')
    .filter((key) => numbers.includes(key.number) && key.number !== current?.number && isPast(key, now))
    .filter(({ number }) => ring.officeKey(office, 'transport', number) !== null);
  await dropKeys(desk, over.map(({ number }) => ({ office, purpose: 'transport' as const, number })));
}

/**
 * The life of an office's keys at its station: which devices still lack which, and the destruction of transport keys
 * that nothing needs any more. Source: docs/protocol/keyring.md §Periods, §Destruction.
 */

import { utf8 } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { isPast } from '#model/key-periods.ts';
import { keyDevices, mayHoldKeys } from '#model/rights.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { LACKING_MAX } from '#wire/api/office-keys.ts';
import { eventFields } from '#wire/event.ts';
import type { KeyPurpose } from '#wire/names.ts';
import type { PeopleDeps } from './deps.ts';
import { type Caller, demandKeys, demandSeesKeys, greatestToCome, type Here, mayReplaceWraps } from './policy.ts';
import type { PeopleTables } from './store.ts';

const GRACE_MS = 14 * DAY_MS;
const KEY_PURPOSES: readonly KeyPurpose[] = ['transport', 'storage'];

export interface LackingWrap {
  readonly device: string;
  readonly purpose: KeyPurpose;
  readonly number: number;
}

export interface KeyState {
  readonly lacking: readonly LackingWrap[];
  readonly destroyed: readonly { readonly number: number; readonly time: Instant }[];
  readonly graceMs: number;
}

export class KeyLife {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;

  constructor(deps: PeopleDeps, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** @throws Refusal `office-unknown`, `not-entitled` */
  async state(caller: Caller, office: string): Promise<KeyState> {
    const here = this.#here();
    demandSeesKeys(here, caller, office);
    const { held, destroyed } = await this.#tables.read(async (db) => ({
      held: await db.selectFrom('key_wrap').select(['device', 'purpose', 'number']).where('office', '=', office).execute(),
      destroyed: await db.selectFrom('key_destroyed').select(['number', 'time']).where('office', '=', office).orderBy('number').execute(),
    }));
    const gone = new Set(destroyed.map(({ number }) => number));
    const given = new Set(held.map(({ device, purpose, number }) => `${device} ${purpose} ${number}`));
    return { lacking: lackingOf(here, office, given, gone), destroyed, graceMs: this.#graceMs() };
  }

  /**
   * Erases the wraps of a transport key for every device, and their traces on the disk, and says so in the ledger. Done
   * already is no fault.
   * @throws Refusal `office-unknown`, `not-entitled`; `key-missing` where the directory has no such key; `key-in-use`
   *   while its time and the days of grace last, while it is the one to seal to, or while something that came needs it
   */
  async destroy(caller: Caller, office: string, number: number): Promise<void> {
    const here = this.#here();
    demandKeys(here, caller, office);
    if (!mayReplaceWraps(here, caller, office)) throw new Refusal('not-entitled', { office, act: 'destroy-keys' });
    this.#demandPast(here, office, number);
    await this.#tables.commit(async (tx) => {
      const before = await tx.selectFrom('key_destroyed').select('number').where('office', '=', office).where('number', '=', number).executeTakeFirst();
      if (before !== undefined) return;
      const waiting = await this.#deps.waitingFor(tx, office, number);
      if (waiting > 0) throw new Refusal('key-in-use', { office, number, waiting });
      await tx.deleteFrom('key_wrap').where('office', '=', office).where('purpose', '=', 'transport').where('number', '=', number).execute();
      const ledger = await this.#record(tx, caller, office, number);
      await tx.insertInto('key_destroyed').values({ office, number, time: here.now, ledger }).execute();
    });
    await this.#deps.store.scrub();
  }

  #demandPast({ view, now }: Here, office: string, number: number): void {
    const key = view.officeKeys(office, 'transport').find((one) => one.number === number);
    if (key === undefined) throw new Refusal('key-missing', { office, purpose: 'transport', number });
    const isNeeded = view.currentKey(office, 'transport', now)?.number === number || !isPast(key, now - this.#graceMs());
    if (isNeeded) throw new Refusal('key-in-use', { office, number });
  }

  async #record(tx: Tx<PeopleTables>, { person }: Caller, office: string, number: number): Promise<number> {
    const fields = eventFields.encode({ office: { organisation: this.#view().organisation.id, office }, code: `transport-${number}` });
    const { index } = await this.#deps.ledger.append(tx, { kind: 'key-destroyed', fields, sealed: { person: utf8(person) } });
    return index;
  }

  #graceMs(): number {
    return this.#deps.keyGraceMs ?? GRACE_MS;
  }

  #here(): Here {
    return { view: this.#view(), station: this.#deps.station, now: this.#deps.clock.now() };
  }
}

/** Whoever made a key has no wrap of it yet either: with one, the station can tell who lacks it. What is in use comes first: storage keys and the newest transport keys, whatever device they are for. */
function lackingOf({ view, now }: Here, office: string, given: ReadonlySet<string>, gone: ReadonlySet<number>): LackingWrap[] {
  const keys = [
    ...view.officeKeys(office, 'transport').filter(({ number }) => !gone.has(number)), ...view.officeKeys(office, 'storage'),
  ].toSorted((one, other) => other.fixedBy - one.fixedBy);
  const devices = keyDevices(view, office, now);
  const lacking: LackingWrap[] = [];
  for (const { purpose, number } of keys) {
    for (const { device } of devices) {
      if (lacking.length === LACKING_MAX) return lacking;
      if (!given.has(`${device} ${purpose} ${number}`)) lacking.push({ device, purpose, number });
    }
  }
  return lacking;
}

/**
 * A device that has ended gets no more keys, nor does that of somebody who may have them no longer; numbers far beyond those
 * that are fixed are of no key. @returns how many
 */
export async function eraseStaleWraps(tx: Tx<PeopleTables>, view: DirectoryView, now: Instant): Promise<number> {
  const rows = await tx.selectFrom('key_wrap').select(['device', 'office']).distinct().execute();
  let erased = 0;
  for (const { device, office } of rows) {
    const record = view.device(device);
    if (record !== null && record.endedBy === null && mayHoldKeys(view, record.person, office, now)) continue;
    await tx.deleteFrom('key_wrap').where('device', '=', device).where('office', '=', office).execute();
    erased += 1;
  }
  for (const office of new Set(rows.map((row) => row.office))) {
    for (const purpose of KEY_PURPOSES) {
      const { numDeletedRows } = await tx.deleteFrom('key_wrap').where('office', '=', office).where('purpose', '=', purpose)
        .where('number', '>', greatestToCome(view, office, purpose)).executeTakeFirst();
      erased += Number(numDeletedRows);
    }
  }
  return erased;
}

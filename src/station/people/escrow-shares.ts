/**
 * Shares of storage keys as this station keeps them for custodians: sealed to their devices, given out by their own
 * act, erased when their set of custodians or their device is no longer in force. Source: docs/protocol/escrow.md.
 */

import { utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { mayHoldKeys } from '#model/rights.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { type EscrowRelease, escrowRelease, type EscrowShare, escrowShare, type EscrowUse } from '#wire/escrow.ts';
import { type EventFields, eventFields } from '#wire/event.ts';
import type { PeopleDeps } from './deps.ts';
import {
  type Caller, demandCustodian, demandFixed, demandKeys, demandMayDeposit, demandMayReceive, demandSeesEscrow, type Here,
} from './policy.ts';
import type { PeopleTables } from './store.ts';

export interface EscrowState {
  readonly shares: readonly Uint8Array[];
  readonly releases: readonly Uint8Array[];
  readonly deposited: readonly { readonly number: number; readonly custodians: string[] }[];
  readonly rehearsed: number | null;
}

const ANSWERED_MAX = 4_096;

export class EscrowShares {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;

  constructor(deps: PeopleDeps, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** Newest first, where there is more than an answer holds. @throws Refusal `office-unknown`, `not-entitled` */
  async state(caller: Caller, office: string): Promise<EscrowState> {
    const here = this.#here();
    demandSeesEscrow(here, caller, office);
    // A custodian who was given shares, and left the office since, is a custodian still.
    const mayHold = mayHoldKeys(here.view, caller.person, office, here.now);
    const escrow = here.view.escrow(office)?.number ?? 0;
    return this.#tables.read(async (db) => {
      const held = db.selectFrom('escrow_share').where('office', '=', office).where('escrow', '=', escrow).orderBy('number', 'desc').orderBy('custodian');
      const own = await held.select('bytes').where('device', '=', caller.device).limit(ANSWERED_MAX).execute();
      const deposited = await held.select(['number', 'custodian']).distinct().limit(ANSWERED_MAX).execute();
      const given = await db.selectFrom('escrow_release').select('bytes')
        .where('office', '=', office).where('device', '=', caller.device).orderBy('number', 'desc').orderBy('custodian').limit(ANSWERED_MAX).execute();
      const last = await db.selectFrom('escrow_rehearsal').select('time').where('office', '=', office).executeTakeFirst();
      return {
        shares: own.map(({ bytes }) => bytes),
        releases: mayHold ? given.map(({ bytes }) => bytes) : [], deposited: byNumber(deposited), rehearsed: last?.time ?? null,
      };
    });
  }

  /**
   * Keeps shares, all or none; later ones replace earlier ones of the same key, custodian and device.
   * @throws Refusal `office-unknown`, `not-entitled`, `escrow-missing`, `escrow-changed`, `device-unknown`, `key-missing`,
   *   `request-malformed`, `cbor-malformed`
   */
  async deposit(caller: Caller, office: string, shares: readonly Uint8Array[]): Promise<void> {
    const here = this.#here();
    demandMayDeposit(here, caller, office);
    const decoded = shares.map((bytes) => ({ bytes, share: decodedOr('cbor-malformed', () => escrowShare.decode(bytes)) }));
    for (const { share } of decoded) demandShare(here, office, share);
    await this.#tables.commit(async (tx) => {
      for (const { bytes, share: { number, escrow, custodian, device } } of decoded) {
        await tx.insertInto('escrow_share').values({ office, number, escrow, custodian, device, bytes })
          .onConflict((conflict) => conflict.columns(['office', 'number', 'escrow', 'custodian', 'device']).doUpdateSet({ bytes })).execute();
      }
      await this.#record(tx, caller, 'escrow-deposited', { office: this.#ref(office), count: decoded.length });
    });
  }

  /**
   * Keeps what a custodian gives out, for the device that it is sealed to.
   * @throws Refusal `office-unknown`, `escrow-missing`, `not-entitled`, `device-unknown`, `escrow-changed`, `request-malformed`
   */
  async release(caller: Caller, office: string, releases: readonly Uint8Array[]): Promise<void> {
    const here = this.#here();
    const { number: current } = demandCustodian(here, caller, office);
    const decoded = releases.map((bytes) => ({ bytes, release: decodedOr('cbor-malformed', () => escrowRelease.decode(bytes)) }));
    for (const { release } of decoded) {
      if (release.office !== office || release.custodian !== caller.person) throw new Refusal('request-malformed', { field: 'custodian' });
      if (release.escrow !== current) throw new Refusal('escrow-changed', { office });
      demandMayReceive(here, release.device, office);
      demandFixed(here, { office, purpose: 'storage', number: release.number });
    }
    await this.#tables.commit(async (tx) => {
      for (const { bytes, release: { number, escrow, custodian, device, use } } of decoded) {
        await tx.insertInto('escrow_release').values({ office, number, escrow, custodian, device, use, bytes })
          .onConflict((conflict) => conflict.columns(['office', 'number', 'escrow', 'custodian', 'device', 'use']).doUpdateSet({ bytes })).execute();
      }
      for (const use of usesOf(decoded.map(({ release }) => release))) {
        const count = decoded.filter(({ release }) => release.use === use).length;
        await this.#record(tx, caller, 'escrow-released', { office: this.#ref(office), code: use, count });
      }
    });
  }

  /** Writes down that keys came back, and erases what was given out for it. @throws Refusal `office-unknown`, `not-entitled` */
  async conclude(caller: Caller, office: string, use: EscrowUse, numbers: readonly number[]): Promise<void> {
    demandKeys(this.#here(), caller, office);
    await this.#tables.commit(async (tx) => {
      const erased = await tx.deleteFrom('escrow_release')
        .where('office', '=', office).where('device', '=', caller.device).where('use', '=', use).where('number', 'in', numbers).executeTakeFirst();
      // Without shares given out to this device nothing came back through this station, and a file is the device's own word.
      const isSeen = Number(erased.numDeletedRows) > 0;
      if (use === 'rehearsal' && isSeen) {
        const time = this.#deps.clock.now();
        await tx.insertInto('escrow_rehearsal').values({ office, time }).onConflict((on) => on.column('office').doUpdateSet({ time })).execute();
      }
      await this.#record(tx, caller, 'escrow-outcome', { office: this.#ref(office), code: use, count: numbers.length });
    });
    await this.#deps.store.scrub();
  }

  #record(tx: Tx<PeopleTables>, { person }: Caller, kind: string, fields: EventFields): Promise<unknown> {
    return this.#deps.ledger.append(tx, { kind, fields: eventFields.encode(fields), sealed: { person: utf8(person) } });
  }

  #ref(office: string) {
    return { organisation: this.#view().organisation.id, office };
  }

  #here(): Here {
    return { view: this.#view(), station: this.#deps.station, now: this.#deps.clock.now() };
  }
}

/**
 * Shares of an earlier set of custodians, what was for devices that have ended, and what was given out to somebody who may
 * not hold the keys any more. @returns how many sets of one device were erased
 */
export async function eraseStaleShares(tx: Tx<PeopleTables>, view: DirectoryView, now: Instant): Promise<number> {
  let erased = 0;
  for (const table of ['escrow_share', 'escrow_release'] as const) {
    const rows = await tx.selectFrom(table).select(['office', 'escrow', 'device']).distinct().execute();
    for (const { office, escrow, device } of rows) {
      const record = view.device(device);
      const isInForce = view.escrow(office)?.number === escrow && record !== null && record.endedBy === null;
      if (isInForce && (table === 'escrow_share' || mayHoldKeys(view, record.person, office, now))) continue;
      await tx.deleteFrom(table).where('office', '=', office).where('escrow', '=', escrow).where('device', '=', device).execute();
      erased += 1;
    }
  }
  return erased;
}

function demandShare(here: Here, office: string, share: EscrowShare): void {
  const escrow = here.view.escrow(office);
  if (escrow === null) throw new Refusal('escrow-missing', { office });
  if (share.office !== office || !escrow.custodians.includes(share.custodian)) throw new Refusal('request-malformed', { field: 'custodian' });
  if (share.escrow !== escrow.number) throw new Refusal('escrow-changed', { office });
  const device = here.view.device(share.device);
  if (device === null || device.endedBy !== null || device.person !== share.custodian) throw new Refusal('device-unknown', { device: share.device });
  demandFixed(here, { office, purpose: 'storage', number: share.number });
}

function byNumber(rows: readonly { number: number; custodian: string }[]): { number: number; custodians: string[] }[] {
  return [...Map.groupBy(rows, ({ number }) => number)].map(([number, group]) => ({ number, custodians: [...new Set(group.map(({ custodian }) => custodian))] }));
}

function usesOf(releases: readonly EscrowRelease[]): EscrowUse[] {
  return [...new Set(releases.map(({ use }) => use))];
}

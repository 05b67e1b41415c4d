/**
 * The shelf of device requests: a person's new device leaves its request, a device of theirs finds it by its code and
 * vouches for it, a registrar finds what is vouched for and admits it. Nothing here is believed by anybody: each of them
 * judges the request by its own signatures. Source: docs/protocol/log-in.md §A new device, docs/decisions/0120.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '#core/clock.ts';
import { decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import { askedIn, checkDeviceRequest, demandVoucher, isFresh, readDeviceRequest, requestCodeOf, voucherInForce } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { registrarsElsewhere } from '#model/registrar-stations.ts';
import { Buckets, type Measure } from '#station/kernel/buckets.ts';
import type { Tables } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { deviceRequest, type DeviceRequestStatement, voucher as voucherCodec } from '#wire/invitation.ts';
import type { PeopleDeps } from './deps.ts';
import { type Caller, demandMayDrop, demandRegistrar, isRegistrar } from './policy.ts';
import { demandVouchedPlace, makePlace } from './request-places.ts';
import type { PeopleTables } from './store.ts';

export const LEFT_MS = DAY_MS;
/** A registrar may be away for some days. */
export const VOUCHED_MS = 7 * DAY_MS;
/** Of each person whom requests name, whoever leaves them. */
export const LEAVING: Measure = { most: 4, refillMs: 10 * MINUTE_MS };
/** Of each device that vouches. */
export const VOUCHING: Measure = { most: 8, refillMs: 10 * MINUTE_MS };

export interface Left {
  readonly expires: Instant;
}

type Row = PeopleTables['device_request'];
type Deps = Pick<PeopleDeps, 'store' | 'clock' | 'provider' | 'station' | 'room' | 'carryRequest'>;

export class DeviceRequests {
  readonly #deps: Deps;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;
  readonly #leaving: Buckets;
  readonly #vouching: Buckets;
  readonly #listeners = new Set<() => void>();

  constructor(deps: Deps, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
    this.#leaving = new Buckets(deps.clock, LEAVING);
    this.#vouching = new Buckets(deps.clock, VOUCHING);
  }

  /**
   * Keeps a request that nobody has vouched for; the same again changes nothing, and says whether somebody has by now. What it costs is of the budget of the
   * person whom it names, and only what is right costs.
   * @throws Refusal `cbor-malformed`, `request-malformed`, `organisation-unknown`, `request-stale`, `person-unknown`,
   *   `person-name-differs`, `name-taken`, `too-many-attempts`, `proof-wrong`, `disk-full`
   */
  async leave(bytes: Uint8Array): Promise<Left & { readonly vouched: boolean }> {
    const { provider } = this.#deps;
    const request = readDeviceRequest(bytes);
    if (request.voucher !== undefined) throw new Refusal('request-malformed', { field: 'voucher', reason: 'not_yet' });
    const asked = askedIn(request);
    this.#demandAwaited(asked);
    const code = requestCodeOf(provider, request);
    const held = await this.#row(code);
    if (held !== null) return { expires: held.expires, vouched: held.voucher !== null };
    demandBudget(this.#leaving.waitMs(asked.person));
    await checkDeviceRequest(provider, this.#view().organisation.id, request);
    this.#demandRoom(bytes.length);
    demandBudget(this.#leaving.take(asked.person));
    const now = this.#now();
    const { person, device } = asked;
    const row: Row = { code, person, device, voucher: null, bytes: deviceRequest.encode(request), left_at: now, expires: now + LEFT_MS, brought: null };
    await this.#tables.commit(async (tx) => {
      await tx.deleteFrom('device_request').where('expires', '<=', now).execute();
      await makePlace(tx, person);
      await tx.insertInto('device_request').values(row).onConflict((conflict) => conflict.column('code').doNothing()).execute();
    });
    return { expires: row.expires, vouched: false };
  }

  /** What lies under a code, with its voucher once it has one. @throws Refusal `request-unknown` */
  async find(code: string): Promise<Pick<Row, 'bytes' | 'expires'>> {
    const { bytes, expires } = await this.#demandRow(code);
    return { bytes, expires };
  }

  /**
   * A person's device vouches for a request of the same person; it then waits longer, for a registrar. Where none works here
   * it goes to the stations where they do, in the same commit.
   * @param voucher an encoded Voucher
   * @throws Refusal `request-unknown`, `cbor-malformed`, `voucher-wrong`, `too-many-attempts`, `requests-full`
   */
  async vouch({ person, device }: Caller, code: string, voucher: Uint8Array): Promise<Left> {
    const row = await this.#demandRow(code);
    const given = decodedOr('cbor-malformed', () => voucherCodec.decode(voucher));
    if (row.person !== person || given.device !== device) throw new Refusal('voucher-wrong', { device });
    if (row.voucher === device) return { expires: row.expires };
    demandBudget(this.#vouching.waitMs(device));
    const request = { ...readDeviceRequest(row.bytes), voucher: given };
    const bytes = deviceRequest.encode(request);
    await demandVoucher(this.#deps.provider, this.#view(), request, this.#now());
    demandBudget(this.#vouching.take(device));
    await this.sweep();
    const expires = this.#now() + VOUCHED_MS;
    const elsewhere = registrarsElsewhere(this.#view(), this.#deps.station, this.#now());
    await this.#tables.commit(async (tx) => {
      await demandVouchedPlace(tx, { person, code, brought: null });
      const { numUpdatedRows } = await tx.updateTable('device_request').set({ voucher: device, bytes, expires, brought: null }).where('code', '=', code).executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Refusal('request-unknown');
      for (const station of elsewhere) await this.#deps.carryRequest(tx, station, bytes);
    });
    this.#changed();
    return { expires };
  }

  /**
   * What another station sent because a registrar works here: judged as what is left and vouched for here is. What lies here
   * with that voucher changes nothing; without a voucher it is taken back, if the same neighbour brought it. How much of it a neighbour may bring is the links' to measure, as with everything.
   * @throws Refusal `cbor-malformed`, `request-stale`, `person-unknown`, `person-name-differs`, `name-taken`, `organisation-unknown`,
   *   `proof-wrong`, `voucher-wrong`, `requests-full`, `disk-full`
   */
  async bring(requests: readonly Uint8Array[], neighbour: string): Promise<void> {
    for (const bytes of requests) await this.#bringOne(bytes, neighbour);
  }

  async #bringOne(bytes: Uint8Array, neighbour: string): Promise<void> {
    const { provider } = this.#deps;
    const request = readDeviceRequest(bytes);
    const asked = askedIn(request);
    this.#demandAwaited(asked);
    const code = requestCodeOf(provider, request);
    if (request.voucher === undefined) return this.#takeBack(code, neighbour);
    const held = await this.#row(code);
    if (held !== null && held.voucher === request.voucher.device) return;
    await demandVoucher(provider, this.#view(), request, this.#now());
    await checkDeviceRequest(provider, this.#view().organisation.id, request);
    this.#demandRoom(bytes.length);
    await this.sweep();
    const { person, device } = asked;
    const now = this.#now();
    const row: Row = { code, person, device, voucher: request.voucher.device, bytes, left_at: now, expires: now + VOUCHED_MS, brought: neighbour };
    await this.#tables.commit(async (tx) => {
      await demandVouchedPlace(tx, row);
      await tx.deleteFrom('device_request').where('code', '=', code).execute();
      await tx.insertInto('device_request').values(row).execute();
    });
    this.#changed();
  }

  async #takeBack(code: string, neighbour: string): Promise<void> {
    const { numDeletedRows } = await this.#tables.commit((tx) =>
      tx.deleteFrom('device_request').where('code', '=', code).where('brought', '=', neighbour).executeTakeFirst());
    if (numDeletedRows > 0n) this.#changed();
  }

  /** What is vouched for and waits for a registrar, the oldest first. @throws Refusal `registrar-required` */
  async vouched(caller: Caller): Promise<(Left & { readonly code: string; readonly voucher: string })[]> {
    const now = this.#now();
    demandRegistrar({ view: this.#view(), station: this.#deps.station, now }, caller);
    const rows = await this.#tables.read((db) =>
      db.selectFrom('device_request').selectAll().where('voucher', 'is not', null).where('expires', '>', now).orderBy('left_at').execute());
    const counts = (row: Row): boolean => this.#stands(row, now) && voucherInForce(this.#view(), readDeviceRequest(row.bytes), now) !== null;
    return rows.filter(counts).map(({ code, voucher, expires }) => ({ code, voucher: voucher!, expires }));
  }

  /** One name for each of the same, for a registrar; null for everybody else. */
  async waiting(caller: Caller): Promise<string[] | null> {
    if (!isRegistrar(this.#view(), caller.person)) return null;
    return (await this.vouched(caller)).map(({ code, voucher }) => `${code}/${voucher}`);
  }

  /** Calls back when what waits for a registrar may have changed; the returned function ends it. A listener must not throw. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Turned down, by a registrar or by the person whom it names. What was sent to registrars elsewhere is taken back there too.
   * @throws Refusal `request-unknown`, `not-entitled`
   */
  async drop(caller: Caller, code: string): Promise<void> {
    const { person, voucher, brought, bytes } = await this.#demandRow(code);
    const [now, { station }] = [this.#now(), this.#deps];
    demandMayDrop({ view: this.#view(), station, now }, caller, person);
    const elsewhere = voucher === null || brought !== null ? [] : registrarsElsewhere(this.#view(), station, now);
    const { voucher: _, ...unvouched } = readDeviceRequest(bytes);
    await this.#tables.commit(async (tx) => {
      await tx.deleteFrom('device_request').where('code', '=', code).execute();
      for (const one of elsewhere) await this.#deps.carryRequest(tx, one, deviceRequest.encode(unvouched));
    });
    this.#changed();
  }

  /** Takes away what has lapsed, what was admitted, and what is of persons or vouched for by devices that have ended. */
  async sweep(): Promise<void> {
    const now = this.#now();
    const rows = await this.#tables.read((db) => db.selectFrom('device_request').select(['code', 'person', 'device', 'voucher', 'expires']).execute());
    const gone = rows.filter((row) => !this.#stands(row, now)).map(({ code }) => code);
    if (gone.length === 0) return;
    await this.#tables.commit(async (tx) => {
      for (const code of gone) await tx.deleteFrom('device_request').where('code', '=', code).execute();
    });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #demandRow(code: string): Promise<Row> {
    const row = await this.#row(code);
    if (row === null) throw new Refusal('request-unknown');
    return row;
  }

  async #row(code: string): Promise<Row | null> {
    const row = await this.#tables.read((db) => db.selectFrom('device_request').selectAll().where('code', '=', code).executeTakeFirst());
    return row !== undefined && this.#stands(row, this.#now()) ? row : null;
  }

  #stands({ person, device, voucher, expires }: Pick<Row, 'person' | 'device' | 'voucher' | 'expires'>, now: Instant): boolean {
    const view = this.#view();
    const isVoucherInForce = voucher === null || view.device(voucher)?.endedBy === null;
    return expires > now && isVoucherInForce && view.device(device) === null && view.person(person)?.endedBy === null;
  }

  /** Whether somebody may ever admit it as another device of a person: nothing else has a place here. */
  #demandAwaited(asked: DeviceRequestStatement): void {
    const view = this.#view();
    const person = view.person(asked.person);
    if (!isFresh(asked, this.#now())) throw new Refusal('request-stale', { device: asked.device });
    if (person?.endedBy !== null) throw new Refusal('person-unknown', { person: asked.person });
    if (person.name !== asked.name) throw new Refusal('person-name-differs', { person: person.person, name: person.name });
    if (view.device(asked.device) !== null) throw new Refusal('name-taken', { name: asked.device });
  }

  #demandRoom(sizeBytes: number): void {
    const { room } = this.#deps;
    if (room !== undefined) demandRoom(room.freeBytes(), sizeBytes, room.floorBytes);
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }
}

function demandBudget(waitMs: number): void {
  if (waitMs > 0) throw new Refusal('too-many-attempts', { seconds: Math.ceil(waitMs / 1_000) });
}

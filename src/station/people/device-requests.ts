/**
 * The shelf of device requests: a person's new device leaves its request, a device of theirs finds it by its code and
 * vouches for it, a registrar finds what is vouched for and admits it. Nothing here is believed by anybody: each of them
 * judges the request by its own signatures. What goes between stations is in carried-requests.ts. Source:
 * docs/protocol/log-in.md §A new device, docs/decisions/0120.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '#core/clock.ts';
import { decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import { askedIn, checkDeviceRequest, demandTakenBack, demandVoucher, readDeviceRequest, requestCodeOf, voucherInForce } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { Buckets, type Measure } from '#station/kernel/buckets.ts';
import { VOUCHED_LISTED } from '#wire/api/device-requests.ts';
import { deviceRequest, takingBack, voucher as voucherCodec } from '#wire/invitation.ts';
import { CarriedRequests } from './carried-requests.ts';
import type { PeopleDeps } from './deps.ts';
import { isEnded } from './ended-requests.ts';
import { type Caller, demandMayDrop, demandRegistrar, isRegistrar } from './policy.ts';
import { demandVouchedPlace, expiryOf, makePlace, VOUCHED_MS } from './request-places.ts';
import { type RequestRow, RequestRows } from './request-rows.ts';

export const LEFT_MS = DAY_MS;
/** Of each person whom requests name, whoever leaves them. */
export const LEAVING: Measure = { most: 4, refillMs: 10 * MINUTE_MS };
/** Of each device that vouches. */
export const VOUCHING: Measure = { most: 8, refillMs: 10 * MINUTE_MS };

export interface Left {
  readonly expires: Instant;
}

/** Where it waits for a registrar: this station, or those to which it was sent; none where it must go as a file. */
export type Vouched = Left & { readonly stations: readonly string[] };

type VouchedLine = Left & { readonly code: string; readonly voucher: string };

type Deps = Pick<PeopleDeps, 'store' | 'clock' | 'provider' | 'station' | 'room' | 'carryRequest'>;

export class DeviceRequests {
  readonly #deps: Deps;
  readonly #view: () => DirectoryView;
  readonly #rows: RequestRows;
  readonly #carried: CarriedRequests;
  readonly #leaving: Buckets;
  readonly #vouching: Buckets;

  constructor(deps: Deps, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#rows = new RequestRows(deps, view);
    this.#carried = new CarriedRequests(deps, view, this.#rows);
    this.#leaving = new Buckets(deps.clock, LEAVING);
    this.#vouching = new Buckets(deps.clock, VOUCHING);
  }

  /**
   * Keeps a request that nobody has vouched for; the same again changes nothing, and says whether somebody has by now. What it costs is of the budget of the
   * person whom it names, and only what is right costs.
   * @throws Refusal `cbor-malformed`, `request-malformed`, `organisation-unknown`, `request-stale`, `person-unknown`,
   *   `person-name-differs`, `name-taken`, `too-many-attempts`, `proof-wrong`, `disk-full`, `request-turned-down`
   */
  async leave(bytes: Uint8Array): Promise<Left & { readonly vouched: boolean }> {
    const { provider } = this.#deps;
    const request = readDeviceRequest(bytes);
    if (request.voucher !== undefined || request.takenBack !== undefined) throw new Refusal('request-malformed', { field: 'voucher', reason: 'not_yet' });
    const asked = askedIn(request);
    this.#rows.demandAwaited(asked);
    const code = requestCodeOf(provider, request);
    const held = await this.#rows.find(code);
    if (held !== null) return { expires: held.expires, vouched: held.voucher !== null };
    if (await this.#rows.tables.read((db) => isEnded(db, code))) throw new Refusal('request-turned-down', { device: asked.device });
    demandBudget(this.#leaving.waitMs(asked.person));
    await checkDeviceRequest(provider, this.#view().organisation.id, request);
    this.#rows.demandRoom(bytes.length);
    demandBudget(this.#leaving.take(asked.person));
    const now = this.#now();
    const { person, device } = asked;
    const row: RequestRow = { code, person, device, voucher: null, bytes: deviceRequest.encode(request), left_at: now, expires: now + LEFT_MS, brought: null, sent: null, origin: null };
    await this.#rows.tables.commit(async (tx) => {
      // What was vouched for and has lapsed is swept: registrars are told of it.
      await tx.deleteFrom('device_request').where('expires', '<=', now).where('voucher', 'is', null).execute();
      await makePlace(tx, person);
      await tx.insertInto('device_request').values(row).onConflict((conflict) => conflict.column('code').doNothing()).execute();
    });
    return { expires: row.expires, vouched: false };
  }

  /** What lies under a code, with its voucher once it has one. @throws Refusal `request-unknown`, `request-turned-down` */
  async find(code: string): Promise<Pick<RequestRow, 'bytes' | 'expires'>> {
    if (await this.#rows.tables.read((db) => isEnded(db, code))) throw new Refusal('request-turned-down');
    const { bytes, expires } = await this.#rows.demand(code);
    return { bytes, expires };
  }

  /**
   * A person's device vouches for a request of the same person; it then waits longer, for a registrar. Where none works here
   * it goes to the stations where they do, in the same commit; once more where it waits at none of them, or has lapsed there.
   * @param voucher an encoded Voucher
   * @throws Refusal `request-unknown`, `cbor-malformed`, `voucher-wrong`, `too-many-attempts`, `requests-full`, `request-turned-down`
   */
  async vouch({ person, device }: Caller, code: string, voucher: Uint8Array): Promise<Vouched> {
    const row = await this.#rows.demand(code);
    const given = decodedOr('cbor-malformed', () => voucherCodec.decode(voucher));
    if (row.person !== person || given.device !== device) throw new Refusal('voucher-wrong', { device });
    if (row.voucher === device && this.#waits(row)) return this.#vouched(row);
    demandBudget(this.#vouching.waitMs(device));
    const request = { ...readDeviceRequest(row.bytes), voucher: given };
    await demandVoucher(this.#deps.provider, this.#view(), request, this.#now());
    demandBudget(this.#vouching.take(device));
    await this.#rows.sweep();
    const kept = await this.#keepVouched({ ...row, voucher: device, bytes: deviceRequest.encode(request), left_at: this.#now() });
    this.#rows.changed();
    return this.#vouched(kept);
  }

  #waits(row: RequestRow): boolean {
    return row.left_at + VOUCHED_MS > this.#now() && this.#carried.waitsAt(row).length > 0;
  }

  /** @param row vouched for at `left_at` */
  #keepVouched(row: RequestRow): Promise<RequestRow> {
    const { code, device, voucher, bytes, left_at } = row;
    return this.#rows.tables.commit(async (tx) => {
      if (await isEnded(tx, code)) throw new Refusal('request-turned-down', { device });
      await demandVouchedPlace(tx, { ...row, brought: null });
      const sent = await this.#carried.send(tx, row);
      const expires = expiryOf({ bytes, left_at, sent });
      const kept = { voucher, bytes, left_at, expires, brought: null, sent, origin: null };
      const { numUpdatedRows } = await tx.updateTable('device_request').set(kept).where('code', '=', code).executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Refusal('request-unknown');
      return { ...row, ...kept };
    });
  }

  #vouched(row: RequestRow): Vouched {
    return { expires: row.expires, stations: this.#carried.waitsAt(row) };
  }

  /** What another station sent because a registrar works here (carried-requests.ts). */
  bring(requests: readonly Uint8Array[], neighbour: string, origin?: string): Promise<void> {
    return this.#carried.bring(requests, neighbour, origin);
  }

  /** What is vouched for and waits for a registrar, the oldest first. @throws Refusal `registrar-required` */
  async vouched(caller: Caller): Promise<VouchedLine[]> {
    const now = this.#now();
    demandRegistrar({ view: this.#view(), station: this.#deps.station, now }, caller);
    const rows = await this.#rows.tables.read((db) =>
      db.selectFrom('device_request').selectAll().where('voucher', 'is not', null).where('expires', '>', now).orderBy('left_at').execute());
    const counts = (row: RequestRow): boolean => this.#rows.stands(row) && voucherInForce(this.#view(), readDeviceRequest(row.bytes), now) !== null;
    return rows.filter(counts).map(({ code, voucher, expires }) => ({ code, voucher: voucher!, expires }));
  }

  /** So many of them at once, and how many there are beside. @throws Refusal `registrar-required` */
  async listed(caller: Caller): Promise<{ requests: VouchedLine[]; more?: number }> {
    const all = await this.vouched(caller);
    const more = all.length - VOUCHED_LISTED;
    return { requests: all.slice(0, VOUCHED_LISTED), ...(more > 0 && { more }) };
  }

  /** One name for each of them, for a registrar; null for everybody else. */
  async waiting(caller: Caller): Promise<string[] | null> {
    if (!isRegistrar(this.#view(), caller.person)) return null;
    return (await this.vouched(caller)).map(({ code, voucher }) => `${code}/${voucher}`);
  }

  /** Calls back when what waits for a registrar may have changed; the returned function ends it. A listener must not throw. */
  onChange(listener: () => void): () => void {
    return this.#rows.onChange(listener);
  }

  /**
   * Turned down, by a registrar or by the person whom it names. Once it was vouched for that is for good, and the stations
   * that may have it hear of it (carried-requests.ts).
   * @param word an encoded TakingBack of the caller's device
   * @returns stations that have it and to which no way leads now: they are told when one does
   * @throws Refusal `request-unknown`, `not-entitled`, `cbor-malformed`, `taking-back-wrong`
   */
  async drop(caller: Caller, code: string, word: Uint8Array): Promise<{ readonly unheard: readonly string[] }> {
    const { person, bytes } = await this.#rows.demand(code);
    demandMayDrop({ view: this.#view(), station: this.#deps.station, now: this.#now() }, caller, person);
    const takenBack = decodedOr('cbor-malformed', () => takingBack.decode(word));
    if (takenBack.device !== caller.device) throw new Refusal('taking-back-wrong', { device: caller.device });
    const { voucher: _, ...unvouched } = readDeviceRequest(bytes);
    const request = { ...unvouched, takenBack };
    await demandTakenBack(this.#deps.provider, this.#view(), request);
    const unheard = await this.#rows.tables.commit(async (tx) => {
      // While the signature was checked somebody may have vouched for it and it gone on, or it may be over.
      const row = await tx.selectFrom('device_request').selectAll().where('code', '=', code).executeTakeFirst();
      if (row === undefined) throw new Refusal('request-unknown');
      if (row.voucher !== null) return this.#carried.endHere(tx, row, request);
      await tx.deleteFrom('device_request').where('code', '=', code).execute();
      return [];
    });
    this.#rows.changed();
    return { unheard };
  }

  /** Takes away what stands no more, and tells stations that something is over to which no way led before. */
  async sweep(): Promise<void> {
    await this.#rows.sweep();
    await this.#carried.tellUntold();
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }
}

function demandBudget(waitMs: number): void {
  if (waitMs > 0) throw new Refusal('too-many-attempts', { seconds: Math.ceil(waitMs / 1_000) });
}

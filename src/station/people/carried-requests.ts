/**
 * Requests of devices between stations: a voucher goes to where a registrar works, what takes it back follows it there.
 * What comes is judged here as if it had been left here, whoever brings it. Source: docs/protocol/log-in.md §A new device,
 * docs/decisions/0140.
 */
import type { Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { askedIn, checkDeviceRequest, demandTakenBack, demandVoucher, readDeviceRequest, requestCodeOf, staleFrom } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { registrarsElsewhere, registrarStations } from '#model/registrar-stations.ts';
import type { Tx } from '#station/kernel/store.ts';
import type { DeviceRequest, DeviceRequestStatement } from '#wire/invitation.ts';
import type { PeopleDeps } from './deps.ts';
import { endRequest, isEnded, stillUntold, untoldIn } from './ended-requests.ts';
import { demandVouchedPlace, VOUCHED_MS } from './request-places.ts';
import type { RequestRow, RequestRows } from './request-rows.ts';
import type { PeopleTables } from './store.ts';

/** What may be taken later as it is: the neighbour keeps it, until the request is stale. */
const LATER = new Set(['directory-unheard', 'requests-full', 'disk-full']);

type Deps = Pick<PeopleDeps, 'clock' | 'provider' | 'station' | 'carryRequest'>;

export class CarriedRequests {
  readonly #deps: Deps;
  readonly #view: () => DirectoryView;
  readonly #rows: RequestRows;

  constructor(deps: Deps, view: () => DirectoryView, rows: RequestRows) {
    this.#deps = deps;
    this.#view = view;
    this.#rows = rows;
  }

  /** Sends a request with its voucher to where registrars work, in the caller's commit. @returns the stations to which it went; none where one works here */
  async send(tx: Tx<PeopleTables>, bytes: Uint8Array): Promise<string[]> {
    const sent: string[] = [];
    for (const station of registrarsElsewhere(this.#view(), this.#deps.station, this.#now())) {
      if (await this.#deps.carryRequest(tx, station, bytes)) sent.push(station);
    }
    return sent;
  }

  /** Lets the stations that a request went to know that it is over. @returns those to which no way leads now */
  async sendAfter(tx: Tx<PeopleTables>, stations: readonly string[], bytes: Uint8Array): Promise<string[]> {
    const unheard: string[] = [];
    for (const station of stations) if (!(await this.#deps.carryRequest(tx, station, bytes))) unheard.push(station);
    return unheard;
  }

  /** Tells whom no way led to when a request was ended. What still has none waits on, until the request is stale. */
  async tellUntold(): Promise<void> {
    const { tables } = this.#rows;
    const waiting = await tables.read((db) => untoldIn(db, this.#now()));
    for (const { code, word, untold } of waiting) {
      const stations = stationsIn(untold);
      await tables.commit(async (tx) => {
        const left = await this.sendAfter(tx, stations, word);
        if (left.length < stations.length) await stillUntold(tx, code, left);
      });
    }
  }

  /** Where a request waits for a registrar: here, or where it was sent. */
  waitsAt({ sent }: Pick<RequestRow, 'sent'>): string[] {
    const { station } = this.#deps;
    return registrarStations(this.#view(), this.#now()).includes(station) ? [station] : stationsIn(sent);
  }

  /**
   * What another station sent because a registrar works here: each judged for itself, as what is left and vouched for here
   * is. What lies here with that voucher changes nothing. How much a neighbour may bring is the links' to measure, as with everything.
   * @throws Refusal `directory-unheard`, `requests-full`, `disk-full` where one may be taken later; otherwise why the first
   *   was not taken: `cbor-malformed`, `request-stale`, `person-unknown`, `person-name-differs`, `name-taken`,
   *   `organisation-unknown`, `proof-wrong`, `voucher-wrong`, `taking-back-wrong`, `not-entitled`
   */
  async bring(requests: readonly Uint8Array[], neighbour: string): Promise<void> {
    let refused: Refusal | DecodeError | null = null;
    for (const bytes of requests) {
      try {
        await this.#bringOne(bytes, neighbour);
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof DecodeError)) throw error;
        if (refused === null || (error instanceof Refusal && LATER.has(error.code))) refused = error;
      }
    }
    if (refused !== null) throw refused;
  }

  async #bringOne(bytes: Uint8Array, neighbour: string): Promise<void> {
    const request = readDeviceRequest(bytes);
    const asked = askedIn(request);
    const code = requestCodeOf(this.#deps.provider, request);
    this.#rows.demandFresh(asked);
    if (await this.#rows.tables.read((db) => isEnded(db, code))) return;
    if (request.takenBack !== undefined) return this.#takeBack(code, asked, request);
    if (request.voucher === undefined) throw new Refusal('voucher-wrong');
    this.#demandHeardOf(request.voucher.device);
    this.#rows.demandAwaited(asked);
    const held = await this.#rows.find(code);
    if (held !== null && mayStay(held, request.voucher.device)) return;
    await this.#judge(request);
    this.#rows.demandRoom(bytes.length);
    await this.#rows.sweep();
    const now = this.#now();
    const { person, device } = asked;
    const isTaken = await this.#put({ code, person, device, voucher: request.voucher.device, bytes, left_at: now, expires: now + VOUCHED_MS, brought: neighbour, sent: null });
    if (isTaken) this.#rows.changed();
  }

  async #judge(request: DeviceRequest): Promise<void> {
    const { provider } = this.#deps;
    await demandVoucher(provider, this.#view(), request, this.#now());
    await checkDeviceRequest(provider, this.#view().organisation.id, request);
  }

  /** What happened while its signatures were checked counts: another item of the same connection may have taken it back. */
  #put(row: RequestRow): Promise<boolean> {
    return this.#rows.tables.commit(async (tx) => {
      const held = await tx.selectFrom('device_request').selectAll().where('code', '=', row.code).executeTakeFirst();
      if ((await isEnded(tx, row.code)) || (held !== undefined && mayStay(held, row.voucher!))) return false;
      await demandVouchedPlace(tx, row);
      await tx.deleteFrom('device_request').where('code', '=', row.code).execute();
      await tx.insertInto('device_request').values(row).execute();
      return true;
    });
  }

  async #takeBack(code: string, asked: DeviceRequestStatement, request: DeviceRequest): Promise<void> {
    const { device } = request.takenBack!;
    this.#demandHeardOf(device);
    await demandTakenBack(this.#deps.provider, this.#view(), request);
    const wasThere = await this.#rows.tables.commit((tx) => endRequest(tx, { code, person: asked.person, device, until: staleFrom(asked), word: null, untold: null }));
    if (wasThere) this.#rows.changed();
  }

  /** A device that the directory here does not have yet may be judged once it has grown. @throws Refusal `directory-unheard` */
  #demandHeardOf(device: string): void {
    if (this.#view().device(device) === null) throw new Refusal('directory-unheard', { reason: 'neighbours' });
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }
}

/** What was left and vouched for here stays the person's own here; of what was brought, the same. */
function mayStay({ voucher, brought }: RequestRow, by: string): boolean {
  return voucher !== null && (brought === null || voucher === by);
}

export function stationsIn(sent: string | null): string[] {
  return sent === null ? [] : sent.split(' ');
}

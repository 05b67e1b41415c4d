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
import { registrarsBeside, registrarsElsewhere, registrarStations, stationsElsewhere } from '#model/registrar-stations.ts';
import type { Tx } from '#station/kernel/store.ts';
import { type DeviceRequest, deviceRequest, type DeviceRequestStatement } from '#wire/invitation.ts';
import type { PeopleDeps } from './deps.ts';
import { endRequest, isEnded, stillUntold, untoldIn, untoldOf } from './ended-requests.ts';
import { isLack, RequestPatience } from './request-patience.ts';
import { demandVouchedPlace, expiryOf } from './request-places.ts';
import type { RequestRow, RequestRows } from './request-rows.ts';
import type { PeopleTables } from './store.ts';

/** Stations that one request went to, those of registrars who have moved since included. */
const SENT_MAX = 8;

type Deps = Pick<PeopleDeps, 'clock' | 'provider' | 'station' | 'carryRequest'>;

/** Who brought it, and the station that says that it sent it. */
interface From {
  readonly neighbour: string;
  readonly origin: string;
}

export class CarriedRequests {
  readonly #deps: Deps;
  readonly #view: () => DirectoryView;
  readonly #rows: RequestRows;
  readonly #patience: RequestPatience;

  constructor(deps: Deps, view: () => DirectoryView, rows: RequestRows) {
    this.#deps = deps;
    this.#view = view;
    this.#rows = rows;
    this.#patience = new RequestPatience(deps.clock);
  }

  /**
   * Sends a request with its voucher to where registrars work, in the caller's commit: nowhere where one works here.
   * @returns the stations that have it now, those to which it went before included, as the row keeps them
   */
  async send(tx: Tx<PeopleTables>, { code, bytes }: Pick<RequestRow, 'code' | 'bytes'>): Promise<string | null> {
    const before = await tx.selectFrom('device_request').select('sent').where('code', '=', code).executeTakeFirst();
    const sent: string[] = [];
    for (const station of registrarsElsewhere(this.#view(), this.#deps.station, this.#now())) {
      if (await this.#deps.carryRequest(tx, station, bytes)) sent.push(station);
    }
    return joined([...new Set([...sent, ...stationsIn(before?.sent ?? null)])].slice(0, SENT_MAX));
  }

  /**
   * A request is over by a word that was given here: wherever it may lie hears of it, registrars of other stations included.
   * @returns those to which no way leads now
   */
  endHere(tx: Tx<PeopleTables>, row: RequestRow, request: DeviceRequest): Promise<string[]> {
    const { sent, brought, origin, person } = row;
    if (brought === null) return this.#end(tx, row, request, stationsIn(sent));
    const [view, now, { station }] = [this.#view(), this.#now(), this.#deps];
    const others = [...(origin === null ? [] : [origin]), ...stationsElsewhere(view, person, station, now), ...registrarsBeside(view, station, now)];
    return this.#end(tx, row, request, others);
  }

  async #end(tx: Tx<PeopleTables>, { code, person }: Pick<RequestRow, 'code' | 'person'>, request: DeviceRequest, stations: readonly string[]): Promise<string[]> {
    const word = deviceRequest.encode(request);
    const untold = await this.#tell(tx, new Set(stations), word);
    await endRequest(tx, { code, person, device: request.takenBack!.device, until: staleFrom(askedIn(request)), word: untold.length === 0 ? null : word, untold: joined(untold) });
    return untold;
  }

  async #tell(tx: Tx<PeopleTables>, stations: Iterable<string>, word: Uint8Array): Promise<string[]> {
    const untold: string[] = [];
    for (const station of stations) if (!(await this.#deps.carryRequest(tx, station, word))) untold.push(station);
    return untold;
  }

  /**
   * Tells whom no way led to when a request was ended. What still has none waits on, until the request is stale.
   * @throws the first of what went wrong, once every other word was tried
   */
  async tellUntold(): Promise<void> {
    const { tables } = this.#rows;
    const wrong: unknown[] = [];
    for (const code of await tables.read((db) => untoldIn(db, this.#now()))) {
      await tables.commit((tx) => this.#tellUntoldOf(tx, code)).catch((error: unknown) => wrong.push(error));
    }
    if (wrong.length > 0) throw wrong[0];
  }

  /** Whom that is, the commit says: what tells at the same time may have been first. */
  async #tellUntoldOf(tx: Tx<PeopleTables>, code: string): Promise<void> {
    const waiting = await untoldOf(tx, code);
    if (waiting === null) return;
    const stations = stationsIn(waiting.untold);
    const left = await this.#tell(tx, stations, waiting.word);
    if (left.length < stations.length) await stillUntold(tx, code, left);
  }

  /** Where a request waits for a registrar: here, or where it was sent and one works still. */
  waitsAt({ sent }: Pick<RequestRow, 'sent'>): string[] {
    const { station } = this.#deps;
    const stations = registrarStations(this.#view(), this.#now());
    return stations.includes(station) ? [station] : stationsIn(sent).filter((one) => stations.includes(one));
  }

  /**
   * What another station sent because a registrar works here: each judged for itself, as what is left and vouched for here
   * is. What lies here with that voucher changes nothing. How much a neighbour may bring is the links' to measure, as with everything.
   * @param origin the station that says that it sent them
   * @throws Refusal `directory-unheard`, `requests-full`, `disk-full` where one may be taken later; otherwise why the first
   *   was not taken: `cbor-malformed`, `request-stale`, `person-unknown`, `person-name-differs`, `name-taken`,
   *   `organisation-unknown`, `proof-wrong`, `voucher-wrong`, `taking-back-wrong`, `not-entitled`, `too-many-attempts` where it was offered for a day
   */
  async bring(requests: readonly Uint8Array[], neighbour: string, origin: string = neighbour): Promise<void> {
    let refused: Refusal | DecodeError | null = null;
    for (const bytes of requests) {
      try {
        await this.#bringOne(bytes, { neighbour, origin });
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof DecodeError)) throw error;
        if (refused === null || (error instanceof Refusal && mayComeAgain(error))) refused = error;
      }
    }
    if (refused !== null) throw refused;
  }

  async #bringOne(bytes: Uint8Array, from: From): Promise<void> {
    const request = readDeviceRequest(bytes);
    const asked = askedIn(request);
    const code = requestCodeOf(this.#deps.provider, request);
    const { takenBack, voucher } = request;
    const what = takenBack === undefined ? `${code} voucher ${voucher?.device}` : `${code} word ${takenBack.device}`;
    // Whom nobody knows is one person here: names are made up as easily as devices.
    const offered = { neighbour: from.neighbour, what, person: this.#view().person(asked.person)?.person ?? null };
    try {
      this.#rows.demandFresh(asked);
      if (!(await this.#rows.tables.read((db) => isEnded(db, code)))) await (takenBack === undefined ? this.#takeVouched(code, request, bytes, from) : this.#takeBack(code, request));
      this.#patience.over(offered);
    } catch (error) {
      if (error instanceof Refusal && !mayComeAgain(error)) this.#patience.over(offered);
      if (!(error instanceof Refusal && isLack(error.code)) || this.#patience.mayWait(error.code, offered)) throw error;
      throw new Refusal('too-many-attempts');
    }
  }

  async #takeVouched(code: string, request: DeviceRequest, bytes: Uint8Array, { neighbour, origin }: From): Promise<void> {
    const { person, device } = this.#awaited(request);
    const voucher = request.voucher?.device;
    if (voucher === undefined) throw new Refusal('voucher-wrong');
    const held = await this.#rows.find(code);
    if (held !== null && mayStay(held, voucher)) return;
    await this.#demandHeardOf(voucher, request);
    await this.#judge(request);
    this.#rows.demandRoom(bytes.length);
    await this.#rows.sweep();
    const at = { left_at: this.#now(), sent: null, bytes };
    const known = origin === this.#deps.station || this.#view().station(origin) === null ? null : origin;
    const isTaken = await this.#put({ ...at, code, person, device, voucher, expires: expiryOf(at), brought: neighbour, origin: known });
    if (isTaken) this.#rows.changed();
  }

  #awaited(request: DeviceRequest): DeviceRequestStatement {
    const asked = askedIn(request);
    this.#rows.demandAwaited(asked);
    return asked;
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

  /** Where the voucher went on from here, the word goes too: registrars of several stations may have it. */
  async #takeBack(code: string, request: DeviceRequest): Promise<void> {
    const { person } = askedIn(request);
    if (this.#view().person(person) === null) throw await this.#unheard(request);
    await this.#demandHeardOf(request.takenBack!.device, request);
    await demandTakenBack(this.#deps.provider, this.#view(), request);
    const wasThere = await this.#rows.tables.commit(async (tx) => {
      const row = await tx.selectFrom('device_request').select('sent').where('code', '=', code).executeTakeFirst();
      await this.#end(tx, { code, person }, request, stationsIn(row?.sent ?? null));
      return row !== undefined;
    });
    if (wasThere) this.#rows.changed();
  }

  /** A device that the directory here does not have yet may be judged once it has grown. @throws Refusal `directory-unheard`; as #unheard */
  async #demandHeardOf(device: string, request: DeviceRequest): Promise<void> {
    if (this.#view().device(device) === null) throw await this.#unheard(request);
  }

  /** Nobody waits for what is wrong in itself. @throws Refusal those of checkDeviceRequest */
  async #unheard(request: DeviceRequest): Promise<Refusal> {
    await checkDeviceRequest(this.#deps.provider, this.#view().organisation.id, request);
    return new Refusal('directory-unheard', { reason: 'neighbours' });
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }
}

/** What was left and vouched for here stays the person's own here; of what was brought, the same. */
function mayStay({ voucher, brought }: RequestRow, by: string): boolean {
  return voucher !== null && (brought === null || voucher === by);
}

function mayComeAgain({ code }: Refusal): boolean {
  return isLack(code) || code === 'disk-full';
}

function joined(stations: readonly string[]): string | null {
  return stations.length === 0 ? null : stations.join(' ');
}

function stationsIn(sent: string | null): string[] {
  return sent === null ? [] : sent.split(' ');
}

/**
 * The shelf of device requests at a person's station, as devices use it: the new one leaves its request, an old one finds it
 * by its code and vouches, a registrar's sees what is vouched for. The station is believed in nothing.
 * Source: docs/protocol/log-in.md §A new device, docs/decisions/0120.
 */
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { checkDeviceRequest, demandVoucher, readDeviceRequest, readRequestCode, requestCodeOf, voucherInForce } from '#model/device-requests.ts';
import { type DeviceRequest, type DeviceRequestStatement, takingBack, voucher } from '#wire/invitation.ts';
import type { StationApi } from '../api.ts';
import { demandOwn, takeBack, vouchFor } from './device-request.ts';
import type { Session } from '../session.ts';

/**
 * Leaves a request, or finds that it lies there.
 * @returns whether somebody has vouched for it by now, by the station's word
 * @throws Refusal those of the route `leaveRequest`
 */
export async function leaveRequest({ api }: { api: StationApi }, request: Uint8Array): Promise<boolean> {
  return (await api.call('leaveRequest', { body: { request: base64url(request) } })).vouched;
}

export interface FoundRequest {
  readonly code: string;
  readonly request: DeviceRequest;
  readonly asked: DeviceRequestStatement;
}

type Finding = Pick<Session, 'crypto' | 'api' | 'view'>;

/**
 * What lies under a code, and is what the code stands for.
 * @throws Refusal `request-code-mistyped`, `request-unknown`, `request-turned-down`; `request-forged` where the station gives another request; those of checkDeviceRequest
 */
export async function findRequest({ crypto, api, view }: Finding, typed: string): Promise<FoundRequest> {
  const code = readRequestCode(typed);
  const request = await fetched(api, code);
  if (requestCodeOf(crypto, request) !== code) throw new Refusal('request-forged');
  return { code, request, asked: await checkDeviceRequest(crypto, view.organisation.id, request) };
}

/** The same, of a device for which this one may vouch. @throws Refusal `voucher-wrong`, `request-stale` too */
export async function findOwnRequest(session: Finding & Pick<Session, 'ring' | 'now'>, typed: string): Promise<FoundRequest> {
  const found = await findRequest(session, typed);
  demandOwn(session.ring, found.asked, session.now());
  return found;
}

export interface VouchedNow {
  readonly request: DeviceRequest;
  /** Where it waits for a registrar, by the station's word; nowhere where it must be carried as a file. */
  readonly stations: readonly string[];
}

/** Vouches for what was found and shown, and leaves the voucher with it. @throws Refusal those of vouchFor and of the route `vouchRequest` */
export async function vouchOnShelf(session: Session, { code, request }: FoundRequest): Promise<VouchedNow> {
  const { crypto, random, ring, view, api } = session;
  const vouched = await vouchFor({ crypto, random, ring, view, now: session.now() }, request);
  const { stations } = await api.call('vouchRequest', { path: { code }, body: { voucher: base64url(voucher.encode(vouched.voucher!)) } });
  return { request: vouched, stations };
}

type Dropping = Pick<Session, 'api' | 'crypto' | 'random' | 'ring' | 'view'>;

/**
 * Turns a request down, with this device's signature: a registrar's, or of the person whom the request names.
 * @returns stations that may have it and to which no way leads now: they are told when one does
 * @throws Refusal `request-unknown`, `not-entitled`; those of takeBack
 */
export async function turnDown(session: Dropping, { code, request }: Pick<FoundRequest, 'code' | 'request'>): Promise<readonly string[]> {
  const word = takingBack.encode(await takeBack(session, request));
  return (await session.api.call('dropRequest', { path: { code }, body: { takenBack: base64url(word) } })).unheard;
}

/** Why a request waits no more, for all that its station says: it lapsed, or was turned down; null while it waits. */
export async function whyGone({ api }: Pick<Session, 'api'>, code: string): Promise<'request-unknown' | 'request-turned-down' | null> {
  try {
    await api.call('leftRequest', { path: { code } });
    return null;
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'request-unknown' || error.code === 'request-turned-down')) return error.code;
    throw error;
  }
}

export interface VouchedRequest extends FoundRequest {
  readonly expires: Instant;
}

interface Judged {
  /** Null where it is not what the station says. */
  readonly found: FoundRequest | null;
  /** Of the directory by which it was judged. */
  readonly size: number;
}

export interface VouchedList {
  readonly requests: readonly VouchedRequest[];
  /** How many wait beside those that the station lists, by its word. */
  readonly more: number;
}

/** What waits for a registrar, each request fetched and its signatures checked once. */
export class VouchedShelf {
  readonly #session: Finding & Pick<Session, 'now'>;
  readonly #judged = new Map<string, Judged>();

  constructor(session: Finding & Pick<Session, 'now'>) {
    this.#session = session;
  }

  /** The oldest first; what is vouched for by a device that is in force no more is not there. @throws Refusal `registrar-required` */
  async list(): Promise<VouchedList> {
    const { requests, more = 0 } = await this.#session.api.call('vouchedRequests', {});
    const keys = new Set(requests.map(keyOf));
    for (const key of this.#judged.keys()) if (!keys.has(key)) this.#judged.delete(key);
    const listed: VouchedRequest[] = [];
    for (const one of requests) {
      const found = await this.#found(one);
      if (found !== null && this.#counts(found)) listed.push({ ...found, expires: one.expires });
    }
    return { requests: listed, more };
  }

  /** What waits under that code and counts, listed or not. @throws Refusal `registrar-required`, `request-unknown` */
  async find(code: string): Promise<FoundRequest> {
    const { requests, more } = await this.#session.api.call('vouchedRequests', {});
    const listed = requests.find((one) => one.code === code);
    const found = listed !== undefined ? await this.#found(listed) : more !== undefined ? await this.#judge({ code }) : null;
    if (found === null || !this.#counts(found)) throw new Refusal('request-unknown');
    return found;
  }

  #counts({ request }: FoundRequest): boolean {
    return voucherInForce(this.#session.view, request, this.#session.now()) !== null;
  }

  async #found(one: Listed): Promise<FoundRequest | null> {
    const { size } = this.#session.view.point;
    const before = this.#judged.get(keyOf(one));
    // What did not hold is judged again once the directory knows more.
    if (before !== undefined && (before.found !== null || before.size === size)) return before.found;
    const found = await this.#judge(one);
    this.#judged.set(keyOf(one), { found, size });
    return found;
  }

  async #judge({ code, voucher: device }: Pick<Listed, 'code'> & Partial<Listed>): Promise<FoundRequest | null> {
    const { crypto, view } = this.#session;
    try {
      const found = await findRequest(this.#session, code);
      if (device !== undefined && found.request.voucher?.device !== device) return null;
      await demandVoucher(crypto, view, found.request, this.#session.now());
      return found;
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'station-unreachable' && error.code !== 'cancelled') return null;
      throw error;
    }
  }
}

interface Listed {
  readonly code: string;
  readonly voucher: string;
}

function keyOf({ code, voucher: device }: Listed): string {
  return `${code} ${device}`;
}

async function fetched(api: StationApi, code: string): Promise<DeviceRequest> {
  const { request } = await api.call('leftRequest', { path: { code } });
  return readDeviceRequest(fromBase64url(request) ?? new Uint8Array(0));
}

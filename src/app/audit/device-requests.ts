/** Claims about requests of new devices: each under its own code, its columns as it says itself, vouched for by whom its voucher names. */
import { askedIn, readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import type { AuditRun } from './run.ts';

const INSTANT_MAX = 253_402_300_799_999;

export function auditDeviceRequests({ db, tally, provider }: AuditRun): void {
  const claim = tally.claim('device-requests');
  for (const row of db.rows('device_request')) {
    const item = claim.item(row.place);
    const read = item.attempt('is no request', () => {
      const request = readDeviceRequest(row.bytes);
      return { request, asked: askedIn(request) };
    });
    if (read === null) continue;
    const { request, asked } = read;
    item.demand(requestCodeOf(provider, request) === row.code, 'is not what it is called by');
    item.demand(asked.person === row.person && asked.device === row.device, 'is of another person or device than it says');
    item.demand((request.voucher?.device ?? null) === row.voucher, 'is not vouched for by whom its voucher names');
    item.demand(row.brought === null || row.voucher !== null, 'was brought, and nobody vouches for it');
    item.demand(row.left_at <= row.expires && row.expires <= INSTANT_MAX, 'waits until no time');
  }
}

/** Claims about requests of new devices: each under its own code, its columns as it says itself, vouched for by whom its voucher names. */
import { askedIn, readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import type { AuditRun } from './run.ts';

const INSTANT_MAX = 253_402_300_799_999;

/** As requests are called by (model/device-requests.ts). */
const CODE = /^[0-9A-HJKMNP-TV-Z]{20}$/;

export function auditDeviceRequests(run: AuditRun): void {
  const { db, tally, provider } = run;
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
    item.demand(row.sent === null || (row.voucher !== null && row.brought === null), 'was sent on, and was not vouched for here');
    item.demand(row.origin === null || row.brought !== null, 'came from elsewhere, and nobody brought it');
    item.demand(areStations(run, row.sent), 'was sent to no station');
    item.demand(areStations(run, row.origin), 'came from no station');
    item.demand(row.left_at <= row.expires && row.expires <= INSTANT_MAX, 'waits until no time');
  }
  auditEnded(run);
}

function areStations({ directory }: AuditRun, names: string | null): boolean {
  return names === null || directory === null || names.split(' ').every((station) => directory.state.station(station) !== null);
}

function auditEnded(run: AuditRun): void {
  const { db, tally, provider, directory } = run;
  const claim = tally.claim('device-requests');
  for (const { place, code, person, device, until, word, untold } of db.rows('device_request_ended')) {
    const item = claim.item(place);
    item.demand(CODE.test(code), 'is called by no code');
    item.demand(directory === null || (directory.state.person(person) !== null && directory.state.device(device) !== null), 'was ended by nobody');
    item.demand(until <= INSTANT_MAX, 'is remembered until no time');
    item.demand(areStations(run, untold), 'is to be told to no station');
    item.demand((untold === null) === (word === null), 'is to be told to nobody, or not what');
    if (word === null) continue;
    const read = item.attempt('is no word', () => readDeviceRequest(word));
    if (read !== null) item.demand(requestCodeOf(provider, read) === code && read.takenBack?.device === device, 'is another\'s word');
  }
}

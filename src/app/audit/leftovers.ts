/** Claims about what no event speaks of: wraps and revisions of devices, jobs. They are of their form and about somebody known. */
import { officeKeyWrap } from '#wire/keyring.ts';
import type { AuditRun } from './run.ts';

/** What src/station/compose.ts schedules: kind and key. Neither carries anything. */
const JOBS: Readonly<Record<string, string>> = { sweep: 'hourly', staging: 'hourly', checkpoint: 'daily' };
const INSTANT_MAX = 253_402_300_799_999;

export function auditWraps({ db, tally, directory }: AuditRun): void {
  const claim = tally.claim('key-wraps');
  const view = directory?.state ?? null;
  for (const row of db.rows('key_wrap')) {
    const item = claim.item(row.place);
    const wrap = item.attempt('is no wrapped key', () => officeKeyWrap.decode(row.bytes));
    if (wrap === null) continue;
    for (const field of ['office', 'purpose', 'number', 'device'] as const) {
      item.demand(wrap[field] === row[field], `its ${field} is not that of its row`);
    }
    if (view === null) continue;
    const device = view.device(row.device);
    item.demand(device !== null && device.endedBy === null, 'is for a device that is not in force');
    const isKey = view.officeKeys(wrap.office, wrap.purpose).some(({ number }) => number === wrap.number);
    item.demand(isKey, 'is of a key that is in no directory');
  }
  const revisions = tally.claim('device-revisions');
  for (const { device, place } of db.rows('device_revision')) {
    revisions.check(place, view === null || view.device(device) !== null, 'is of a device that is in no directory');
  }
}

export function auditJobs({ db, tally }: AuditRun): void {
  const claim = tally.claim('jobs');
  for (const row of db.rows('job')) {
    const item = claim.item(row.place);
    item.demand(JOBS[row.kind] === row.key && row.payload === null, 'is no work that a station has');
    item.demand(row.due <= INSTANT_MAX && row.lease_until <= INSTANT_MAX, 'is due at no time');
    item.demand(row.lease_number >= 1, 'was never scheduled');
  }
}

/** Since when a part that a neighbour began has not grown: nothing hangs on it but when it is dropped. */
export function auditStaging({ db, tally }: AuditRun): void {
  const claim = tally.claim('jobs');
  for (const row of db.rows('link_staging')) {
    const item = claim.item(row.place);
    item.demand(/^[0-9a-f]{64}$/.test(row.root), 'is no part');
    item.demand(row.bytes >= 0 && row.since <= INSTANT_MAX, 'holds or waits for what cannot be');
  }
}

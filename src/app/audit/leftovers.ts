/** Claims about what no event speaks of: wraps and revisions of devices, jobs. They are of their form and about somebody known. */
import { type EscrowRelease, escrowRelease, type EscrowShare, escrowShare } from '#wire/escrow.ts';
import { officeKeyWrap } from '#wire/keyring.ts';
import type { AuditRun } from './run.ts';

/** What src/station/compose.ts and health/chores.ts schedule: kind and key. Neither carries anything. */
const JOBS: Readonly<Record<string, string>> = { sweep: 'hourly', staging: 'hourly', chase: 'often', checkpoint: 'daily', backup: 'asked', doctor: 'asked' };
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

/** Shares lie here for custodians in force and under the newest set only; what no event can name, because it is erasable. */
export function auditEscrow({ db, tally, directory }: AuditRun): void {
  const claim = tally.claim('escrow');
  const view = directory?.state ?? null;
  for (const table of ['escrow_share', 'escrow_release'] as const) {
    const codec: { decode(bytes: Uint8Array): EscrowShare | EscrowRelease } = table === 'escrow_share' ? escrowShare : escrowRelease;
    for (const row of db.rows(table)) {
      const item = claim.item(row.place);
      const held = item.attempt('is no share', () => codec.decode(row.bytes));
      if (held === null) continue;
      for (const field of ['office', 'number', 'escrow', 'custodian', 'device'] as const) {
        item.demand(held[field] === row[field], `its ${field} is not that of its row`);
      }
      if ('use' in held) item.demand('use' in row && held.use === row.use, 'its use is not that of its row');
      if (view === null) continue;
      const escrow = view.escrow(row.office);
      item.demand(escrow?.number === row.escrow && escrow.custodians.includes(row.custodian), 'is of custodians who are no longer');
      item.demand(view.device(row.device)?.endedBy === null, 'is for a device that is not in force');
    }
  }
  for (const { office, time, place } of db.rows('escrow_rehearsal')) {
    claim.check(place, time <= INSTANT_MAX && (view === null || view.office(office) !== null), 'is of an office that is in no directory');
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

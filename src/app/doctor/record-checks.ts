/** What the database says: that it is sound, that ledger, checkpoints, jobs and parts are in order, and who may do what. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { equal } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { sealedPath } from '#station/kernel/blobs.ts';
import { stationMigrations } from '#station/compose.ts';
import { ledgerOrigin } from '#model/ledger-names.ts';
import { keysNeeded } from '#model/key-periods.ts';
import { whoMay } from '#model/rights.ts';
import { event as eventCodec } from '#wire/event.ts';
import { readLastBackup } from '../last-backup.ts';
import type { Facts, Find } from './facts.ts';

const JOB_LATE_MS = 15 * MINUTE_MS;
const UNWITNESSED_MS = 7 * DAY_MS;
const BACKUP_OLD_MS = 8 * DAY_MS;
const BACKUP_LATE_MS_MIN = 5 * MINUTE_MS;
const TAIL_ENTRIES = 16;

export async function checkDatabase({ db, databaseFinding }: Facts, find: Find): Promise<void> {
  if (db === null) return find(databaseFinding!.finding, { reason: databaseFinding!.reason });
  const damage = await db.damage();
  if (damage !== null) find('database-damaged', { reason: damage });
  const done = (await db.rows<{ name: string }>('select name from schema_migration')).map(({ name }) => name);
  const unknown = done.filter((name) => !(name in stationMigrations));
  if (unknown.length > 0) find('database-newer', { migration: unknown.toSorted().at(-1)! });
  const waiting = Object.keys(stationMigrations).filter((name) => !done.includes(name));
  if (waiting.length > 0) find('migrations-waiting', { count: waiting.length });
}

/** Rows of parts that are complete, whose blob is not there or not whole. */
export async function checkParts({ db, data }: Facts, find: Find): Promise<void> {
  const rows = (await db?.rows<{ root: string; size: number }>('select root, size from part where complete = 1')) ?? [];
  const missing = rows.filter(({ root, size }) => sizeOf(path.join(data, sealedPath(root))) !== size);
  if (missing.length > 0) find('parts-missing', { count: missing.length, part: missing[0]!.root.slice(0, 16) });
}

export async function checkLedger(facts: Facts, find: Find): Promise<void> {
  const { db } = facts;
  if (db === null) return;
  await checkRestored(facts, find);
  const { count, last } = (await db.one<{ count: number; last: number | null }>('select count(*) as count, max(entry_index) as last from ledger_entry'))!;
  if (count !== (last ?? -1) + 1) find('ledger-gap', { entries: count, last: last ?? 0 });
  const tail = await db.rows<{ entry_index: number; bytes: Uint8Array }>(
    `select entry_index, bytes from ledger_entry order by entry_index desc limit ${TAIL_ENTRIES}`);
  const wrong = tail.find(({ entry_index: index, bytes }) => indexOf(bytes) !== index);
  if (wrong !== undefined) find('ledger-tail', { index: wrong.entry_index });
  const leaves = await db.one<{ count: number }>('select count(*) as count from ledger_node where level = 0');
  if ((leaves?.count ?? 0) !== count) find('tree-short', { entries: count, leaves: leaves?.count ?? 0 });
}

/** A folder that does not know its own end, and no new incarnation opened: docs/protocol/ledger.md §Incarnations. */
async function checkRestored({ db, identity }: Facts, find: Find): Promise<void> {
  if (identity === null || !(await db!.has('restoration'))) return;
  const newest = await db!.one<{ cause: string; incarnation: Uint8Array | null }>('select cause, incarnation from restoration order by number desc limit 1');
  const isOpen = newest === null || (newest.incarnation !== null && equal(newest.incarnation, identity.incarnation));
  if (!isOpen) find(newest.cause === 'superseded' ? 'station-superseded' : 'station-restored', { cause: newest.cause });
}

export async function checkCheckpoint(facts: Facts, find: Find): Promise<void> {
  const { db, identity, isRunning, running, configuration, directory, outside } = facts;
  if (db === null || identity === null) return;
  const newest = await newestCheckpoint(facts);
  // A station that runs signs its first one too by itself, in its time.
  const since = newest?.time ?? running?.since ?? null;
  if (since === null) return find('checkpoint-missing', {});
  const ageMs = outside.now() - since;
  if (isRunning && ageMs > 2 * configuration.checkpointHours * HOUR_MS) find('checkpoint-old', { hours: Math.floor(ageMs / HOUR_MS) });
  if (newest === null || (directory?.neighbours(identity.station).length ?? 0) === 0) return;
  const { witnessed } = newest;
  const first = await db.one<{ time: number }>('select time from ledger_entry where entry_index = ?', witnessed);
  if (first !== null && outside.now() - first.time > UNWITNESSED_MS) find('unwitnessed', { index: witnessed, days: Math.floor((outside.now() - first.time) / DAY_MS) });
}

/** The newest own checkpoint, and how many entries some neighbour has witnessed. */
export async function newestCheckpoint({ db, identity }: Facts): Promise<{ time: number; size: number; witnessed: number } | null> {
  if (db === null || identity === null) return null;
  const origin = ledgerOrigin(identity.founding.slice(0, 16), identity.station, identity.incarnation);
  const newest = await db.one<{ time: number; size: number }>('select time, size from checkpoint where origin = ? order by size desc limit 1', origin);
  const witnessed = await db.one<{ size: number | null }>('select max(witnessed) as size from link_state');
  return newest === null ? null : { ...newest, witnessed: witnessed?.size ?? 0 };
}

export async function checkJobs({ db, isRunning, outside }: Facts, find: Find): Promise<void> {
  const jobs = (await db?.rows<{ kind: string; due: number; attempts: number; lease_until: number }>('select kind, due, attempts, lease_until from job order by kind')) ?? [];
  for (const { kind, attempts } of jobs.filter((job) => job.attempts > 0)) find('job-failing', { kind, attempts });
  const late = isRunning ? jobs.filter(({ due, attempts, lease_until: until }) => attempts === 0 && until < outside.now() && outside.now() - due > JOB_LATE_MS) : [];
  for (const { kind, due } of late) find('job-late', { kind, minutes: Math.floor((outside.now() - due) / MINUTE_MS) });
}

export function checkBackup(facts: Facts, find: Find): void {
  const last = readLastBackup(facts.data);
  if (last === null) return find('backup-none', {});
  if (!last.ok) return find('backup-failed', {});
  const ageMs = facts.outside.now() - last.time;
  if (ageMs > BACKUP_OLD_MS) return find('backup-old', { days: Math.floor(ageMs / DAY_MS) });
  // Each run takes its time, and one may be missed.
  if (last.everyMs !== undefined && ageMs > Math.max(BACKUP_LATE_MS_MIN, 3 * last.everyMs)) {
    find('backup-late', { minutes: Math.floor(ageMs / MINUTE_MS), every: last.everyMs / SECOND_MS });
  }
}

export function checkOfficeKeys({ directory, identity, outside, days }: Facts, find: Find): void {
  const offices = directory?.offices().filter(({ station }) => station === identity?.station) ?? [];
  const now = outside.now();
  for (const { office } of offices) {
    const until = keysUntil(directory!, office);
    if (until === undefined) find('office-keys-none', { office });
    else if (until !== null && until < now) find('office-keys-lapsed', { office, days: Math.floor((now - until) / DAY_MS) });
    else if (until !== null && until - now < Math.min(days, 7) * DAY_MS) find('office-keys-lapsing', { office, days: Math.floor((until - now) / DAY_MS) });
    if (directory!.currentKey(office, 'storage', now) === null || directory!.currentKey(office, 'transport', now) === null) continue;
    if (whoMay(directory!, 'hold the keys', office, now).length === 0) find('office-keys-nobody', { office });
    else if (keysNeeded(directory!, office, now).isRoll) find('office-keys-known', { office });
  }
}

/** Until when an office can be written to: null without end, undefined where it has no transport key. */
export function keysUntil(directory: NonNullable<Facts['directory']>, office: string): number | null | undefined {
  const ends = directory.officeKeys(office, 'transport').map(({ until }) => until);
  if (ends.length === 0) return undefined;
  return ends.includes(null) ? null : Math.max(...ends.map((end) => end!));
}

export function checkRegistrars({ directory }: Facts, find: Find): void {
  const count = directory?.registrars().length ?? null;
  if (count === 0) find('registrar-none', {});
  if (count === 1) find('registrar-one', {});
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

function indexOf(bytes: Uint8Array): number | null {
  try {
    return eventCodec.decode(bytes).index;
  } catch {
    return null;
  }
}

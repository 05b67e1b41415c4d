/** What lies in the folder and on the machine: permissions, identity, configuration, disk, clock, ports, Node, memory. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { equal } from '#core/bytes.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { portTwice } from '#station/kernel/config.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { diskLevel } from '#station/kernel/watermarks.ts';
import { HEALTH_PATHS, liveAnswer, readyAnswer } from '#wire/api/health.ts';
import { parseCertificate } from '#x509/certificate.ts';
import { readServerCertificate } from '../pages/secure-listener.ts';
import { CONFIGURATION_FILE, IDENTITY_FILE, isStationFolder } from '../station-folder.ts';
import type { Facts, Find } from './facts.ts';

const MEBIBYTE = 2 ** 20;
const NODE_MAJOR = 26;
const CLOCK_UNCERTAIN_MS = 5 * MINUTE_MS;
const CLOCK_DIFFERENCE_MS = 5 * SECOND_MS;
const MEMORY_SHORT_BYTES = 256 * MEBIBYTE;
const MEMORY_LARGE_BYTES = 600 * MEBIBYTE;
const SECRETS = [IDENTITY_FILE, CONFIGURATION_FILE, DATABASE_FILE, `${DATABASE_FILE}-wal`];

export function checkFolder({ data, outside, configuration }: Facts, find: Find): void {
  const folder = statSync(data);
  if ((folder.mode & 0o077) !== 0) find('folder-open', { folder: data, mode: octal(folder.mode) });
  const names = readdirSync(data);
  const secrets = names.filter((one) => SECRETS.includes(one)).map((name) => path.join(data, name));
  for (const file of [...secrets, configuration.databasePasswordFile].filter((one) => one !== '')) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) !== 0) find('secret-open', { file, mode: octal(mode) });
  }
  const owner = outside.ownerOf(data);
  const strangers = names.filter((name) => outside.ownerOf(path.join(data, name)) !== owner);
  const [stranger] = strangers;
  if (stranger !== undefined) find('folder-owner', { file: path.join(data, stranger), count: strangers.length });
  if (!isWritable(data) || (outside.user !== null && outside.user !== 0 && outside.user !== owner)) find('folder-unwritable', { folder: data });
}

export function checkIdentity({ data, identity, directory, outside, days }: Facts, find: Find): void {
  if (identity === null) return find(isStationFolder(data) ? 'identity-malformed' : 'identity-missing', { folder: data });
  for (const [certificate, der] of Object.entries(identity.certificates)) {
    const leftMs = parseCertificate(der).validity.notAfter - outside.now();
    if (leftMs < 0) find('certificate-expired', { certificate });
    else if (leftMs < days * DAY_MS) find('certificate-lapsing', { certificate, days: Math.floor(leftMs / DAY_MS) });
  }
  if (directory === null) return;
  const record = directory.station(identity.station);
  const isOurs = record !== null && record.endedBy === null && equal(record.link, identity.certificates.link)
    && equal(record.certificates.p256, identity.certificates.p256) && equal(directory.organisation.founding, identity.founding);
  if (!isOurs) find('identity-foreign', { station: identity.station });
}

export function checkConfiguration(facts: Facts, find: Find): void {
  const { configurationRefusal, renamed, configuration } = facts;
  if (configurationRefusal !== null) find('configuration-malformed', configurationRefusal.detail);
  for (const { old, now } of renamed) find('configuration-renamed', { old, now });
  const { diskWarnMebibytes: warn, diskPartsMebibytes: parts, diskDispatchesMebibytes: dispatches } = configuration;
  if (warn < parts || parts < dispatches) find('marks-disordered', { warn, parts, dispatches });
  checkPages(facts, find);
}

/** As a start reads it, and that it lasts. Only where other machines are let in. */
function checkPages({ data, configuration: { pagesEnabled, pagesAddress, pagesCertificate, pagesKey }, outside, days }: Facts, find: Find): void {
  if (!pagesEnabled || pagesAddress === '') return;
  try {
    const file = path.resolve(data, pagesCertificate);
    const leftMs = readServerCertificate(file, path.resolve(data, pagesKey)).notAfter - outside.now();
    if (leftMs <= 0) find('pages-unusable', { file, reason: 'expired' });
    else if (leftMs < days * DAY_MS) find('pages-lapsing', { days: Math.floor(leftMs / DAY_MS) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    find('pages-unusable', error.detail);
  }
}

export function checkDisk({ data, configuration, outside }: Facts, find: Find): void {
  const marks = {
    warnBytes: configuration.diskWarnMebibytes * MEBIBYTE,
    partsBytes: configuration.diskPartsMebibytes * MEBIBYTE,
    dispatchesBytes: configuration.diskDispatchesMebibytes * MEBIBYTE,
  };
  const freeBytes = outside.freeBytes(data);
  const level = diskLevel(freeBytes, marks);
  if (level === 'good') return;
  find(`disk-${level}`, { free: Math.floor(freeBytes / MEBIBYTE), mebibytes: Math.ceil((marks.warnBytes - freeBytes) / MEBIBYTE) });
}

export async function checkClock({ db, configuration, outside, running, isRunning }: Facts, find: Find): Promise<void> {
  const { clockUncertaintyMs } = configuration;
  if (clockUncertaintyMs > CLOCK_UNCERTAIN_MS) find('clock-uncertain', { seconds: clockUncertaintyMs / SECOND_MS });
  const last = await db?.one<{ time: number }>('select max(time) as time from ledger_entry');
  const aheadMs = (last?.time ?? 0) - outside.now() - clockUncertaintyMs;
  if (aheadMs > 0) find('clock-behind', { minutes: Math.ceil(aheadMs / MINUTE_MS) });
  if (!isRunning || running === null) return;
  const before = outside.now();
  const told = await outside.ask(`${running.url}/api/1/station`);
  const now = told === null ? null : (JSON.parse(told.text) as { now?: unknown }).now;
  const slack = outside.now() - before + CLOCK_DIFFERENCE_MS;
  if (typeof now === 'number' && Math.abs(now - before) > slack) find('clock-differs', { seconds: Math.round(Math.abs(now - before) / SECOND_MS) });
}

export async function checkPorts(facts: Facts, find: Find): Promise<void> {
  const { configuration, outside, running, isRunning, identity, db } = facts;
  if (!isRunning) {
    const twice = portTwice(configuration);
    if (twice !== null) find('port-twice', twice);
    const { apiAddress, apiPort, linksEnabled, linkAddress, linkPort, pagesEnabled, pagesAddress, pagesPort } = configuration;
    const wanted = [
      [apiAddress, apiPort] as const, ...(linksEnabled ? [[linkAddress, linkPort] as const] : []), ...(pagesEnabled && pagesAddress !== '' ? [[pagesAddress, pagesPort] as const] : []),
    ];
    for (const [address, port] of wanted) {
      if (port !== 0 && !(await outside.isFree(address, port))) find('port-taken', { port });
    }
    return;
  }
  const url = running?.url ?? `http://${configuration.apiAddress}:${configuration.apiPort}`;
  const live = await outside.ask(`${url}${HEALTH_PATHS.live}`);
  if (live === null) return find('api-silent', { url });
  const told = liveAnswer.safeParse(parsed(live.text));
  if (!told.success || (identity !== null && told.data.station !== identity.station)) return find('api-other', { url });
  const ready = readyAnswer.safeParse(parsed((await outside.ask(`${url}${HEALTH_PATHS.ready}`))?.text ?? ''));
  if (!ready.success || ready.data.ready) return;
  // Of a restored folder the ledger's check says it, with what to do: one cause is one fault.
  const reasons = ready.data.reasons.filter((reason) => reason !== 'not-reopened' || db === null);
  if (reasons.length > 0) find('not-ready', { reasons: reasons.join(', ') });
}

export async function checkMachine({ outside, running }: Facts, find: Find): Promise<void> {
  if (Number.parseInt(outside.nodeVersion, 10) !== NODE_MAJOR) find('node-other', { version: outside.nodeVersion, wanted: NODE_MAJOR });
  const free = outside.freeMemoryBytes();
  if (free < MEMORY_SHORT_BYTES) find('memory-short', { mebibytes: Math.floor(free / MEBIBYTE) });
  const used = running === null ? null : await metricOf(outside, running.url, 'process_resident_memory_bytes');
  if (used !== null && used > MEMORY_LARGE_BYTES) find('memory-large', { mebibytes: Math.ceil(used / MEBIBYTE) });
}

/** One figure of a running station; null where it tells none. */
export async function metricOf(outside: Facts['outside'], url: string, series: string): Promise<number | null> {
  const told = await outside.ask(`${url}${HEALTH_PATHS.metrics}`);
  const line = told?.text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * What grows as offices do: an organisation in which each office has its own station with a link to the hub, two keys, and one
 * person with a device at a position with a seal. Its log; what verifying all of it costs, as a device does at its first look
 * and a station at its first start, and at each start after that; what one entry more costs; one text to all offices. In memory: no disk, no network; times are
 * of the processor.
 */
import { base64url } from '#core/bytes.ts';
import { acceptLog } from '#model/directory-log.ts';
import { foldEntries } from '#model/directory.ts';
import { foldVerified, markKey, markVerified } from '#model/verified-log.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { LIMITS } from '#wire/limits.ts';
import { openStation, type TestStation } from '../fixtures/dispatch-station.ts';
import { setClock } from '../fixtures/organisation.ts';
import { foundHub, HUB, NOW, sealed } from './list.ts';
import { median, worked } from './measure.ts';

export const CURVE_OFFICES: readonly number[] = [10, 30, 100, 300, 1_000];
const GROWN_TIMES = 9;

export interface CurvePoint {
  readonly offices: number;
  readonly entries: number;
  readonly bytes: number;
  /** Seconds of the processor: all of the log verified; the same where it is marked as verified; a sync that brings one entry. */
  readonly whole: number;
  readonly marked: number;
  readonly one: number;
  /** Of one text to all offices, in as few dispatches as the limit of recipients allows: seconds of the device and of the station, bytes submitted. */
  readonly dispatches: number;
  readonly device: number;
  readonly accept: number;
  readonly submitted: number;
}

export async function measureCurve(offices: readonly number[] = CURVE_OFFICES): Promise<CurvePoint[]> {
  const practice = await foundHub();
  const hops = Object.fromEntries(Array.from({ length: Math.max(...offices) }, (_, i) => [`tram-${i}`, `tram-${i}`]));
  const station = await openStation(practice, HUB, setClock(NOW), { hops: () => hops });
  try {
    const points: CurvePoint[] = [];
    let grown = 0;
    for (const count of offices) {
      for (; grown < count; grown++) await addCommune(practice, grown);
      points.push(await measure(practice, station, count));
    }
    return points;
  } finally {
    await station.store.close();
  }
}

async function addCommune(practice: PracticeOrganisation, i: number): Promise<void> {
  const [station, office] = [`tram-${i}`, `xa-${i}`];
  await practice.addStation(station, `Xã ${i}`);
  await practice.connect(station, HUB);
  await practice.addOffice(office, station, `Xã ${i}`);
  for (const purpose of ['transport', 'storage'] as const) await practice.addOfficeKey(office, purpose);
  await practice.addPosition(`${office}-vt`, office);
  await practice.addPerson(`nguoi-${i}`, `Người ${i}`);
  await practice.hold(`nguoi-${i}`, `${office}-vt`);
}

async function measure(practice: PracticeOrganisation, station: TestStation, offices: number): Promise<CurvePoint> {
  const { entries, founded } = practice;
  const checkpoint = await practice.checkpoint();
  const whole = await worked(() => acceptLog(nodeCrypto, null, { from: 0, entries, checkpoint }, founded.founding));
  const key = markKey(nodeCrypto.hash, new Uint8Array(32));
  const mark = markVerified(nodeCrypto.hash, key, practice.state);
  const marked = await worked(() => foldVerified(nodeCrypto, key, mark, entries, founded.founding));
  const one = await grownByOne(practice, checkpoint);
  const groups = groupsOf(Array.from({ length: offices }, (_, i) => `xa-${i}`));
  return {
    offices, entries: entries.length, bytes: entries.reduce((sum, { length }) => sum + length, 0), whole, marked, one, dispatches: groups.length,
    ...(await sentToAll(practice, station, groups)),
  };
}

/** The view before the last entry takes that entry and its checkpoint. */
async function grownByOne({ entries, founded }: PracticeOrganisation, checkpoint: Uint8Array): Promise<number> {
  const held = await foldEntries(nodeCrypto, null, entries.slice(0, -1));
  const offer = { from: entries.length - 1, entries: entries.slice(-1), checkpoint };
  const took: number[] = [];
  for (let time = 0; time < GROWN_TIMES; time++) took.push(await worked(() => acceptLog(nodeCrypto, held, offer, founded.founding)));
  return median(took);
}

/** The sender's own office is a recipient of no group, and counts for one in each. */
function groupsOf(offices: readonly string[]): string[][] {
  const most = LIMITS.recipients - 1;
  return Array.from({ length: Math.ceil(offices.length / most) }, (_, i) => offices.slice(i * most, (i + 1) * most));
}

async function sentToAll(practice: PracticeOrganisation, station: TestStation, groups: readonly (readonly string[])[]): Promise<Pick<CurvePoint, 'device' | 'accept' | 'submitted'>> {
  const { number: first } = await station.dispatch.numbers.batch({ person: 'anh' }, 'vp', '2026', groups.length);
  const submissions: Uint8Array[] = [];
  const device = await worked(async () => {
    for (const [i, group] of groups.entries()) submissions.push(await sealed(practice, group, first.number + i));
  });
  const accept = await worked(async () => {
    for (const [i, submission] of submissions.entries()) {
      const number = { series: '2026', number: first.number + i };
      await station.dispatch.acceptance.accept({ person: 'anh' }, { draft: null, office: 'vp', number, submission: base64url(submission) });
    }
  });
  return { device, accept, submitted: submissions.reduce((sum, { length }) => sum + length, 0) };
}

export function curveTable(points: readonly CurvePoint[]): string {
  const ms = (seconds: number): string => (1_000 * seconds).toFixed(seconds < 0.1 ? 1 : 0);
  const rows = points.map(({ offices, entries, bytes, whole, marked, one, dispatches, device, accept, submitted }) => [
    offices, entries, (bytes / 1e6).toFixed(2), ms(whole), ms(whole / entries), ms(marked), ms(one), dispatches, ms(device), ms(accept), (submitted / 1e3).toFixed(0),
  ]);
  const headings = ['offices', 'entries', 'log, MB', 'all verified, ms', 'of it an entry', 'verified before, ms', 'one entry more, ms', 'dispatches to all', 'device, ms', 'station, ms', 'submitted, kB'];
  return [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

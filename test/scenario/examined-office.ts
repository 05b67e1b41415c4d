/**
 * What the doctor is shown in tests: the small office with a neighbour that never came, its station stopped and copied, and a
 * world in which all is well; and what it found of it.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DoctorOutside } from '../../src/app/doctor/index.ts';
import { nodeOutside } from '../../src/app/doctor/outside.ts';
import type { DoctorReport, FindingName } from '../../src/core/findings.ts';
import { Refusal } from '../../src/core/refusals.ts';
import { copyStation, runSql } from '../fixtures/station-records.ts';
import { tramJson } from './command-line.ts';
import { closeOffice, type SmallOffice, smallOffice } from './small-office.ts';

export interface ExaminedOffice {
  readonly office: SmallOffice;
  readonly folder: string;
  /** Founded, with a neighbour that never came. */
  readonly sound: string;
  /** When the newest period of the offices' keys ends. */
  readonly keysEnd: number;
  close(): Promise<void>;
}

export async function examinedOffice(): Promise<ExaminedOffice> {
  const office = await smallOffice();
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-doctor-test-'));
  const [code, request] = [path.join(folder, 'moi'), path.join(folder, 'xin')];
  const invited = await tramJson<{ code: string }>([
    'station', 'invite', ...office.as('anh'), '--code', 'don', '--site', 'Đồn Sốp Cộp', '--address', '127.0.0.1:9', '--out', code]);
  const codeFile = office.file('ma', `${invited.code}\n`);
  const passphrase = path.join(office.folder, 'passphrase');
  const { fingerprint } = await tramJson<{ fingerprint: string }>([
    'station', 'join', '--invitation', code, '--code-file', codeFile, '--person', 'thao', '--person-name', 'Vàng Thị Thảo', '--data', path.join(folder, 'don'),
    '--home', path.join(folder, 'thao'), '--passphrase-file', passphrase, '--address', '127.0.0.1:9', '--out', request]);
  await tramJson(['station', 'admit', ...office.as('anh'), '--request', request, '--fingerprint', fingerprint, '--office', 'don', '--office-name', 'Đồn', '--symbol', 'ĐSC', '--out', path.join(folder, 'nhan')]);
  await tramJson(['station', 'join', '--admission', path.join(folder, 'nhan'), '--data', path.join(folder, 'don')]);
  await tramJson(['office', 'add', ...office.as('anh'), '--office', 'moi', '--name', 'Phòng mới', '--symbol', 'PM', '--at', 'hub']);
  const cardFile = office.file('the', (await tramJson<{ code: string }>(['card', 'make', ...office.as('anh')])).code);
  await tramJson(['card', 'try', '--home', path.join(office.folder, 'anh'), '--card-file', cardFile]);
  await tramJson(['card', 'make', ...office.as('minh')]);
  await tramJson(['pages', 'certificate', ...office.as('anh'), '--data', office.data, '--host', 'tram.example']);
  await office.stop();
  const sound = path.join(folder, 'sound');
  await copyStation(office.data, sound);
  writeFileSync(path.join(sound, 'last-backup.json'), JSON.stringify({ time: Date.now(), ok: true }), { mode: 0o600 });
  const { officeKeys } = await tramJson<{ officeKeys: { until: string | null }[] }>(['status', '--data', sound]);
  const keysEnd = Math.max(...officeKeys.map(({ until }) => (until === null ? 0 : Date.parse(until))));
  await runSql(sound, "update link_state set last_met = 1 where peer = 'nobody'");
  return { office, folder, sound, keysEnd, close: async () => {
    rmSync(folder, { recursive: true, force: true });
    await closeOffice(office);
  } };
}

export const well: DoctorOutside = {
  ...nodeOutside, freeBytes: () => 2 ** 40, freeMemoryBytes: () => 2 ** 33, isFree: async () => true, dial: async () => {},
};

export const names = ({ findings }: DoctorReport): FindingName[] => [...new Set(findings.map(({ finding }) => finding))];
/** True of this office whatever else is planted: one registrar, an office to which nobody gave keys. */
const ALWAYS: readonly FindingName[] = ['registrar-one', 'office-keys-none'];
export const found = (report: DoctorReport): FindingName[] => names(report).filter((name) => !ALWAYS.includes(name));

export const later = (ms: number): Partial<DoctorOutside> => ({ now: () => Date.now() + ms });
export const unreachable = async (): Promise<never> => {
  throw new Refusal('station-unreachable', { reason: 'ECONNREFUSED' });
};
export const refused = async (): Promise<never> => {
  throw new Refusal('peer-refused');
};

export function snapshot(data: string): [string, number, number][] {
  return readdirSync(data).toSorted().filter((name) => name !== 'tram.lock').map((name) => {
    const { size, mtimeMs } = statSync(path.join(data, name));
    return [name, size, mtimeMs];
  });
}

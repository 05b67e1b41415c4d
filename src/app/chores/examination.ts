/** What the doctor last said when it was asked from afar, kept in the station's folder. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DoctorReport } from '#core/findings.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { writeDurably } from '#platform/node/durable.ts';
import { type Examination, examination } from '#wire/api/operations.ts';

export const EXAMINATION_FILE = 'last-doctor.json';

/** The folder is called as in the commands that the page names: where it stands is the machine's own business. */
export function keepExamination(data: string, { ok, checked, findings }: DoctorReport): void {
  const shown = (value: string | number): string | number => (typeof value === 'string' && value.startsWith(data) ? `DIR${value.slice(data.length)}` : value);
  const kept: Examination = {
    at: nodeClock.now(), ok, checked: [...checked],
    findings: findings.map((one) => ({ ...one, detail: Object.fromEntries(Object.entries(one.detail).map(([name, value]) => [name, shown(value)])) })),
  };
  const file = path.join(data, EXAMINATION_FILE);
  writeDurably(file, `${JSON.stringify(examination.parse(kept))}\n`);
}

/** @returns null where there is none, or none that can be read */
export function readExamination(data: string): Examination | null {
  const file = path.join(data, EXAMINATION_FILE);
  if (!existsSync(file)) return null;
  try {
    return examination.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

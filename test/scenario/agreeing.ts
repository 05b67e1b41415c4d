/** Two organisations agree by files, as registrars do, and show each other what is agreed. */
import path from 'node:path';
import { tram, tramJson } from './command-line.ts';
import type { SmallOffice } from './small-office.ts';

interface Written { file: string; fingerprint: string }

/** What each calls the other. */
export const PROVINCE = 'tinh';
export const GUARD = 'bo-doi';

/** @param address where the guard's station is told to find the province's */
export async function agreeByFiles(province: SmallOffice, guard: SmallOffice, address: string): Promise<void> {
  const at = (office: SmallOffice, name: string): string => path.join(office.folder, name);
  const proposed = await tramJson<Written>([
    'federation', 'propose', ...province.as('anh'), '--offices', 'vp', '--out', at(province, 'de-nghi'), '--address', address,
  ]);
  const answered = await tramJson<Written>([
    'federation', 'accept', ...guard.as('anh'), '--code', PROVINCE, '--proposal', proposed.file, '--fingerprint', proposed.fingerprint, '--offices', 'vp', '--out', at(guard, 'tra-loi'),
  ]);
  await tramJson(['federation', 'accept', ...province.as('anh'), '--code', GUARD, '--terms', answered.file, '--fingerprint', answered.fingerprint]);
  for (const [from, code, to, there] of [[guard, PROVINCE, province, GUARD], [province, GUARD, guard, PROVINCE]] as const) {
    const { file } = await tramJson<Written>(['federation', 'show', ...from.as('anh'), '--code', code, '--out', at(from, 'danh-ba')]);
    await tram(['federation', 'take', ...to.as('anh'), '--code', there, '--file', file]);
  }
}

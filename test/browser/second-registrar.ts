/** Makes the drafter of the practice province its second registrar, with the commands that an organisation would use. */
import path from 'node:path';
import type { Province } from '../../src/app/practice/founding.ts';
import { tramJson } from '../scenario/command-line.ts';

/** @param person whose device in the province's folder becomes a registrar's */
export async function addRegistrar(province: Province, person: string): Promise<void> {
  await province.lockDevices();
  const file = (name: string): string => path.join(province.folder, name);
  const as = (who: string): string[] => ['--home', file(`may/${who}`), '--passphrase-file', file(`mat-khau/${who}`)];
  const [asked, granted] = [file(`${person}.dang-ky`), file(`${person}.trao`)];
  const { fingerprint } = await tramJson<{ fingerprint: string }>(['registrar', 'request', '--out', asked, ...as(person)]);
  await tramJson(['registrar', 'add', '--root', file('khoa-goc'), '--root-passphrase-file', file('mat-khau/khoa-goc'), '--request', asked, '--fingerprint', fingerprint, '--out', granted, ...as('anh')]);
  await tramJson(['registrar', 'accept', '--grant', granted, ...as(person)]);
}

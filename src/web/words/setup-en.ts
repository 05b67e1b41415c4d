/** Words of setting up a real organisation, English. */
import type { Words } from './shape.ts';

export const setup: Words['setup'] = {
  open: 'Set up a real organisation',
  openWhat: 'Your office’s real station, in a folder of this machine. The practice province stays.',
  title: 'Set up a real organisation', folder: 'The station will stand in {folder}. Every key of people and organisation is made in this page and is not sent to the station.',
  field: { organisation: 'Name of the organisation', site: 'Where the station stands', station: 'Station code', officeName: 'Name of the first office', office: 'Office code', symbol: 'Symbol in document numbers', name: 'Your name', person: 'Person code' },
  sample: { organisation: 'For example: Sơn La province', site: 'For example: Provincial command', station: 'For example: hub', officeName: 'For example: Office of the People’s Committee', office: 'For example: office', symbol: 'For example: UBND-VP', name: 'For example: Nguyen Thi Anh', person: 'For example: nta' },
  codeShape: 'Only small letters without marks, digits and hyphens.', empty: 'Fill this in.',
  passphrase: 'Passphrase of your device', rootPassphrase: 'Passphrase of the root key', rootWhat: 'The root key is used only to add registrars or to replace the station that keeps the log. Its file is kept away from every station, under a passphrase other than the device’s.', rootSame: 'The root key needs another passphrase.',
  found: 'Found the organisation', step: { keys: 'The station makes its own keys…', making: 'Making root, issuer, registrar and device keys…', sealing: 'Sealing the two keyrings…', creating: 'The station checks every entry and writes its folder…', starting: 'Starting the station…' },
  rootTitle: 'Keep the root key', rootKeep: 'Download the root key onto a stick and keep it apart. Without this file and its passphrase no registrar can ever be added. This page keeps no copy.',
  rootDownload: 'Download the root key', rootDone: 'It is kept: start the station',
};

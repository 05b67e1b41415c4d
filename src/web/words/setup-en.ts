/** Words of setting up a real organisation, English. */
import type { Words } from './shape.ts';

export const setup: Words['setup'] = {
  open: 'Set up a real organisation',
  openWhat: 'Your office’s real station, in a folder of this machine. The practice province stays.',
  title: 'Set up a real organisation', place: 'Where the station stands on this machine', folder: 'The station will stand in {folder}. For another folder, stop (Ctrl-C) and run npm start -- --data FOLDER. Every key of people and organisation is made in this page and is not sent to the station.',
  portTaken: 'Another program uses port {taken} or the one after it. This station has its pages at port {api} and listens to other stations at port {link}.',
  field: { organisation: 'Name of the organisation', site: 'Where the station stands', station: 'Station code', officeName: 'Name of the first office', office: 'Office code', symbol: 'Symbol in document numbers', name: 'Your name', person: 'Person code' },
  sample: { organisation: 'For example: Sơn La province', site: 'For example: Provincial command', station: 'For example: hub', officeName: 'For example: Office of the People’s Committee', office: 'For example: office', symbol: 'For example: UBND-VP', name: 'For example: Nguyen Thi Anh', person: 'For example: nta' },
  codeWhat: 'A code is the short name by which machines and commands call a station, an office or a person; once given it stays. It takes small letters without marks (a–z), digits and hyphens, {max} characters at most.', codeHint: '{sample}; small letters without marks, digits, hyphens',
  first: 'Back to the first page, the practice province',
  codeShape: 'Only small letters without marks, digits and hyphens.', empty: 'Fill this in.',
  passphrase: 'Passphrase of your device', rootPassphrase: 'Passphrase of the root key', rootWhat: 'The root key is used only to add registrars or to replace the station that keeps the log. Its file is kept away from every station, under a passphrase other than the device’s.', rootSame: 'The root key needs another passphrase.',
  found: 'Found the organisation', step: { keys: 'The station makes its own keys…', making: 'Making root, issuer, registrar and device keys…', sealing: 'Sealing the two keyrings…', creating: 'The station checks every entry and writes its folder…', starting: 'Starting the station…' },
  rootTitle: 'Keep the root key', rootKeep: 'Download the root key onto a stick and keep it apart. Without this file and its passphrase no registrar can ever be added. This page keeps no copy.',
  rootDownload: 'Download the root key', rootDone: 'It is kept: start the station',
  join: 'Join by invitation', joinWhat: 'This station belongs to an organisation that exists, by the invitation that its registrar gave you as a file.',
  joinTitle: 'Join an organisation', foundInstead: 'No invitation: found an organisation', joinInstead: 'There is an invitation: join an organisation',
  joinFolder: 'The station will stand in {folder}. For another folder, stop (Ctrl-C) and run npm start -- --data FOLDER. Your keys and those of the office are made in this page and are not sent to the station.',
  joinFile: 'Choose the invitation', joinNeedsFile: 'Choose the file of the invitation.', joinTo: 'Invitation of {organisation} for the station at {site}, good until {expires}. Id of the organisation: {id}',
  joinCode: 'Code of the invitation', joinCodeHint: 'From the mouth of whoever invites, never beside the file',
  joinAsk: 'Ask to join', joinMaking: 'Trying the code, making keys…',
  joinAsked: '[{site} (station {station})][!{site}Station {station}] waits to be admitted to {organisation}.',
  joinCarry: 'Give this file to the registrar:', joinDownload: 'Download the request', joinRead: 'Read this fingerprint to them, by another way than the file:', joinBack: 'When the admission comes back:', joinAdmission: 'Choose the admission and start',
};

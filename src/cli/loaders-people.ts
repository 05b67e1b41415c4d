/** Which code runs for which command of table-people.ts. */
import type { Run } from './command.ts';
import type { PEOPLE_COMMANDS } from './table-people.ts';

export const PEOPLE_LOADERS: Readonly<Record<keyof typeof PEOPLE_COMMANDS, () => Promise<Run>>> = {
  'person join': async () => (await import('./commands/person-add.ts')).personAdd,
  'person move': async () => (await import('./commands/person-change.ts')).personMove,
  'person leave': async () => (await import('./commands/person-change.ts')).personLeave,
  'holder until': async () => (await import('./commands/person-change.ts')).holderUntil,
  'position end': async () => (await import('./commands/endings.ts')).positionEnd,
  'position alternates': async () => (await import('./commands/delegation.ts')).positionAlternates,
  delegate: async () => (await import('./commands/delegation.ts')).delegate,
  'delegation end': async () => (await import('./commands/delegation.ts')).delegationEnd,
  'device vouch': async () => (await import('./commands/device-vouch.ts')).deviceVouch,
  'device end': async () => (await import('./commands/endings.ts')).deviceEnd,
  'office move': async () => (await import('./commands/endings.ts')).officeMove,
  'office alternate': async () => (await import('./commands/endings.ts')).officeAlternate,
  'office end': async () => (await import('./commands/endings.ts')).officeEnd,
  'station end': async () => (await import('./commands/endings.ts')).stationEnd,
  'list end': async () => (await import('./commands/endings.ts')).listEnd,
  'link add': async () => (await import('./commands/endings.ts')).linkAdd,
  'link end': async () => (await import('./commands/endings.ts')).linkEnd,
  'seal request': async () => (await import('./commands/seal.ts')).sealRequest,
  'seal add': async () => (await import('./commands/seal.ts')).sealAdd,
  'registrar request': async () => (await import('./commands/registrars.ts')).registrarRequest,
  'registrar add': async () => (await import('./commands/registrars.ts')).registrarAdd,
  'registrar accept': async () => (await import('./commands/registrars.ts')).registrarAccept,
  'registrar end': async () => (await import('./commands/registrars.ts')).registrarEnd,
  'registrar pending': async () => (await import('./commands/registrars.ts')).registrarPending,
  'registrar countersign': async () => (await import('./commands/registrars.ts')).registrarCountersign,
  'registrar withdraw': async () => (await import('./commands/registrars.ts')).registrarWithdraw,
  'who-can': async () => (await import('./commands/who-can.ts')).whoCan,
  'what-can': async () => (await import('./commands/who-can.ts')).whatCan,
};

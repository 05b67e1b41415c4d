/** A registrar's device at work: what client/registrar-desk.ts does, ended by Ctrl-C. */
import type { RegistrarDesk } from '#client/directory/admission.ts';
import * as desk from '#client/directory/registrar-desk.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

export type Proposed = desk.Proposed;

/** @throws Refusal `registrar-required` where this keyring is no registrar's */
export function registrarDesk({ session }: Device): Promise<RegistrarDesk> {
  return desk.registrarDesk(session);
}

/** Signs as registrar, proposes, and fetches the directory back. */
export function proposePlans({ stop }: CliContext, { session }: Device, plans: readonly EntryPlan[]): Promise<Proposed> {
  return desk.proposePlans(session, plans, stop);
}

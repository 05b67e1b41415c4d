/**
 * Adds a person with a device, holding a position. The device's keys were made by itself (`device request`), or are made
 * here when device and registrar share a machine (`--device DIR`).
 */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { earlier, planMember, planPosition } from '#client/admission.ts';
import { checkDeviceRequest, demandFingerprint, isVouchedFor, readDeviceRequest } from '#client/device-request.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { PositionRecord } from '#model/directory-view.ts';
import { givesKeys } from '#model/rights.ts';
import type { PersonKind } from '#wire/directory.ts';
import type { DeviceRequestStatement } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, readDeviceFile, resolved } from '../homes.ts';
import { codeFrom, nameFrom } from '../names.ts';
import { nextKeysLine } from '../next-keys.ts';
import { askNewPassphrase } from '../passphrases.ts';
import { proposePlans, type Proposed, registrarDesk } from '../registrar.ts';
import type { Values } from '../values.ts';
import { makeRequest } from './device-request.ts';
import { proposedLine } from './directory-add.ts';
import { deviceCode } from './station-init.ts';

export interface MemberResult extends Proposed {
  readonly person: string;
  readonly name: string;
  readonly device: string;
  readonly office: string;
  /** Whether office keys could be given to the new device at once. */
  readonly keysGiven: number;
}

export async function personAdd(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const made = await withDevice(context, values, async (registrar) => {
    const request = await requestFrom(context, values, registrar, position);
    const member = await addMember(context, registrar, position, request);
    const needsKeys = member.keysGiven === 0 && givesKeys(registrar.session.view.position(position)!.rights);
    return { member, next: needsKeys ? [nextKeysLine(context, registrar, member)] : [] };
  });
  const { member, next } = made;
  const { device, name } = member;
  const { deviceMade, nextHolder } = context.words.said;
  const home = values.text('device');
  const here = home === null ? [] : [fill(deviceMade, { device, name, home: resolved(home) })];
  return { json: member, lines: [proposedLine(context, member), ...here, ...next, fill(nextHolder, { name })] };
}

/** A position that is written together with its first holder, so that two registrars sign once for both. */
export type NewPosition = Pick<PositionRecord, 'position' | 'office' | 'title' | 'rights'>;

/** Checks a device's request, certifies it, and gives the new device the office keys that the registrar's device has. */
export async function addMember(context: CliContext, registrar: Device, to: string | NewPosition, request: Uint8Array, kind?: PersonKind): Promise<MemberResult> {
  const desk = await registrarDesk(context, registrar);
  const asked = await checkDeviceRequest(context.provider, registrar.session.view.organisation.id, readDeviceRequest(request));
  const held = typeof to === 'string' ? registrar.session.view.position(to) : { ...to, seal: null };
  if (held === null) throw new Refusal('position-unknown', { position: String(to) });
  const { position } = held;
  refuseTaken(registrar, asked, kind);
  const isNewPerson = registrar.session.view.person(asked.person) === null;
  const plans: EntryPlan[] = typeof to === 'string' ? [] : [{ kind: 'position', body: { ...to, rights: [...to.rights] } }];
  plans.push(...(await sealPlans(context, registrar, held, asked)));
  plans.push(...(await planMember(desk, { asked, isNewPerson, kind, holds: holdsNow(registrar, asked.person, position) ? [] : [position], from: earlier(desk.now) })));
  const proposed = await proposePlans(context, registrar, plans);
  const keysGiven = await giveKeys(registrar, held.office);
  return { ...proposed, person: asked.person, name: asked.name, device: asked.device, office: held.office, keysGiven };
}

async function requestFrom(context: CliContext, values: Values, registrar: Device, position: string): Promise<Uint8Array> {
  const file = values.text('request');
  if (file !== null) return comparedRequest(context, values, registrar, readBytes(file));
  const home = resolved(values.need('device'));
  const person = codeFrom(values, 'person');
  const name = nameFrom(values, 'name');
  const device = values.text('device-code') === null ? deviceCode(person) : codeFrom(values, 'device-code');
  const held = registrar.session.view.position(position);
  if (held === null) throw new Refusal('position-unknown', { position });
  const passphrase = await askNewPassphrase(context, values, 'device-passphrase-file', name);
  const { station: url } = readDeviceFile(registrar.home);
  const sealFor = held.seal === null && carriesSeal(held) ? position : undefined;
  return (await makeRequest(context, { home, url, person, name, device, sealFor, passphrase })).request;
}

/** Whoever carried the file could have put another device's keys in it: the fingerprint comes by another way. */
export async function comparedRequest(context: CliContext, values: Values, { session: { view } }: Device, bytes: Uint8Array): Promise<Uint8Array> {
  const { provider, prompt, words } = context;
  const request = expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes));
  if (await isVouchedFor(provider, view, request, context.clock.now())) return bytes;
  const typed = values.text('fingerprint') ?? (await prompt.ask(words.prompt.fingerprint));
  if (typed === null || typed === '') throw new Refusal('option-missing', { option: '--fingerprint' });
  demandFingerprint(provider, request, typed);
  return bytes;
}

/** The position again, now with the seal whose keys its first holder's device made. */
async function sealPlans(context: CliContext, registrar: Device, held: NewPosition & Pick<PositionRecord, 'seal'>, { seal }: DeviceRequestStatement): Promise<EntryPlan[]> {
  if (seal === undefined || held.seal !== null) return [];
  const { position, office, title, rights } = held;
  const desk = await registrarDesk(context, registrar);
  return [await planPosition(desk, { position, office, title, rights }, registrar.session.view.office(office)!.name, seal)];
}

/** Another device of a holder needs no second period in the same position. */
function holdsNow({ session }: Device, person: string, position: string): boolean {
  return session.view.held(person, session.now()).some((held) => held.position === position);
}

/** @throws Refusal `name-taken` */
function refuseTaken({ session: { view } }: Device, { device, person, name }: DeviceRequestStatement, kind?: PersonKind): void {
  if (view.device(device) !== null) throw new Refusal('name-taken', { name: device });
  const known = view.person(person);
  if (known !== null && (known.name !== name || known.kind !== (kind ?? known.kind))) throw new Refusal('name-taken', { name: person });
}

/** Only a device that holds the office's keys can give them; otherwise another one does (`office keys`). */
async function giveKeys({ session }: Device, office: string): Promise<number> {
  const holds = session.ring.contents.officeKeys.some((key) => key.office === office);
  return holds ? session.shareOfficeKeys(office) : 0;
}

export function carriesSeal({ rights }: Pick<PositionRecord, 'rights'>): boolean {
  return rights.includes('dispatch') || rights.includes('receive');
}

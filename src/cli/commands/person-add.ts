/**
 * Adds a person with a device, holding a position. The device's keys were made by itself (`device request`), or are made
 * here when device and registrar share a machine (`--device DIR`).
 */
import { printable } from '#core/printable.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { demandFingerprint } from '#client/keyring/device-request.ts';
import * as errands from '#client/directory/people-errands.ts';
import type { MemberResult, MemberWish } from '#client/directory/people-errands.ts';
import { askedIn, demandVoucher, readDeviceRequest } from '#model/device-requests.ts';
import type { PositionRecord } from '#model/directory-view.ts';
import { positionMay } from '#model/rights.ts';
import type { DeviceRequestStatement } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, readDeviceFile, resolved } from '../homes.ts';
import { codeFrom, nameFrom } from '../names.ts';
import { nextKeysLine } from '../next-keys.ts';
import { nextSealLines } from '../next-seal.ts';
import { askNewPassphrase } from '../passphrases.ts';
import { pinnedRoot } from '../pinned-root.ts';
import { carriedHome } from '../placed.ts';
import { officeName } from '../showing.ts';
import type { Values } from '../values.ts';
import { madeAndAdmitted } from './device-request.ts';
import { onceInForce, proposedLine } from './directory-add.ts';
import { deviceCode } from './station-init.ts';

export async function personAdd(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const made = await withDevice(context, values, async (registrar) => {
    const member = await admitted(context, values, registrar, position);
    return { member, ...(await lackingLines(context, registrar, position, member)) };
  });
  const { member, keys, seal } = made;
  const { device, name } = member;
  const { deviceMade, nextHolder } = context.words.said;
  const home = values.text('device') === null ? null : resolved(values.need('device'));
  const here = home === null ? [] : [fill(deviceMade, { device, name, home })];
  const next = [...keys, fill(nextHolder, { name, ...carriedHome(home, context.environment) }), ...seal];
  return { json: member, lines: [proposedLine(context, member), ...here, ...onceInForce(context, member, next)] };
}

/** What the new device still lacks, each with who gives it. */
export async function lackingLines(context: CliContext, registrar: Device, position: string, member: MemberResult): Promise<{ readonly keys: string[]; readonly seal: string[] }> {
  const { view } = registrar.session;
  const needsKeys = member.keysGiven === 0 && positionMay(view.position(position), 'hold the keys');
  return {
    keys: needsKeys ? [await nextKeysLine(context, registrar, member)] : [],
    seal: member.needsSeal ? nextSealLines(context, view, { name: member.name, position }) : [],
  };
}

/** As client/people-errands.ts does, ended by Ctrl-C. */
export function addMember({ stop }: CliContext, { session }: Device, wish: MemberWish): Promise<MemberResult> {
  return errands.addMember(session, wish, stop);
}

async function admitted(context: CliContext, values: Values, registrar: Device, position: string): Promise<MemberResult> {
  const held = registrar.session.view.position(position);
  if (held === null) throw new Refusal('position-unknown', { position });
  const file = values.text('request');
  if (file !== null) {
    const bytes = readBytes(file);
    sayWho(context, registrar, held, askedIn(expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes))));
    return addMember(context, registrar, { to: position, request: await comparedRequest(context, values, registrar, bytes) });
  }
  const home = resolved(values.need('device'));
  const person = codeFrom(values, 'person');
  const name = nameFrom(values, 'name');
  const device = values.text('device-code') === null ? deviceCode(person) : codeFrom(values, 'device-code');
  sayWho(context, registrar, held, { person, name, device });
  const passphrase = await askNewPassphrase(context, values, 'device-passphrase-file', name);
  const { station: url } = readDeviceFile(registrar.home);
  const sealFor = held.seal === null && positionMay(held, 'carry the seal') ? position : undefined;
  // It comes to the same station as the registrar's device, and believes whom that one believes.
  const root = await pinnedRoot(context, registrar.home, null);
  return madeAndAdmitted(context, { home, url, person, name, device, sealFor, passphrase, root }, (request) => addMember(context, registrar, { to: position, request, isMadeHere: true }));
}

/** Before it is signed: a request names nobody's position, and the code of one is soon mistyped. */
function sayWho({ output, words: { said, right } }: CliContext, { session: { view } }: Device, held: PositionRecord, who: Pick<DeviceRequestStatement, 'person' | 'name' | 'device'>): void {
  const { position, office, title, rights } = held;
  const { person, name, device } = who;
  output.say(fill(said.memberToBe, {
    name: printable(name), person: `[${person}]`, device, title, position: `[${position}]`, office: officeName(view, office), rights: rights.map((one) => right[one]).join(', ') || '–',
  }));
}

/** Whoever carried the file could have put another device's keys in it: the fingerprint comes by another way. */
export async function comparedRequest(context: CliContext, values: Values, { session: { view } }: Device, bytes: Uint8Array): Promise<Uint8Array> {
  const { provider, prompt, words } = context;
  const request = expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes));
  if (request.voucher !== undefined) {
    await demandVoucher(provider, view, request, context.clock.now());
    return bytes;
  }
  const typed = values.text('fingerprint') ?? (await prompt.ask(words.prompt.fingerprint, 'shown'));
  if (typed === null || typed === '') throw new Refusal('option-missing', { option: '--fingerprint' });
  demandFingerprint(provider, request, typed);
  return bytes;
}

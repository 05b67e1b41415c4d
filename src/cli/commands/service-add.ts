/**
 * Accounts of an office's own machines (decision 0042): one in a position that has the right `automatic`, or a pair that
 * sends unattended: one drafts, sends and receives, the other approves and signs, each with its own device.
 */
import path from 'node:path';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { MemberResult, NewPosition } from '#client/directory/people-errands.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { positionMay } from '#model/rights.ts';
import type { PositionRecord } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import { deviceRequestStatement } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { readBytes, readDeviceFile, resolved } from '../homes.ts';
import { checkCode, codeFrom, nameFrom } from '../names.ts';
import { askNewPassphrase } from '../passphrases.ts';
import { pinnedRoot } from '../pinned-root.ts';
import type { Values } from '../values.ts';
import { madeAndAdmitted } from './device-request.ts';
import { onceInForce, proposedLine } from './directory-add.ts';
import { addMember, comparedRequest, lackingLines } from './person-add.ts';
import { deviceCode } from './station-init.ts';

interface Account {
  readonly person: string;
  readonly position: string;
  readonly home: string;
  /** Where the position does not stand yet. */
  readonly made?: NewPosition;
}

/** What a pair may: neither alone can send anything. */
const PAIR: Readonly<Record<'author' | 'signer', { readonly end: string; readonly rights: readonly Right[] }>> = {
  author: { end: 'soan', rights: ['draft', 'dispatch', 'receive', 'automatic'] },
  signer: { end: 'ky', rights: ['approve', 'sign', 'automatic'] },
};

export function serviceAdd(context: CliContext, values: Values): Promise<Outcome> {
  const { code, name, office } = { code: codeFrom(values, 'code'), name: nameFrom(values, 'name'), office: codeFrom(values, 'office') };
  const isPair = values.flag('pair');
  if (!isPair && values.text('position') === null) throw new Refusal('option-missing', { option: '--position | --pair' });
  return withDevice(context, values, async (registrar) => {
    if (registrar.session.view.office(office) === null) throw new Refusal('office-unknown', { office });
    if (!isPair && values.text('request') !== null) return addAsked(context, values, registrar, office);
    const home = resolved(values.need('device'));
    const passphrase = await askNewPassphrase(context, values, 'device-passphrase-file', name);
    const accounts = isPair ? pairOf(context, registrar, { code, office, home }) : [{ person: code, position: codeFrom(values, 'position'), home }];
    const made: MemberResult[] = [];
    for (const account of accounts) made.push(await addAccount(context, registrar, office, name, account, passphrase));
    const lines = [
      ...made.filter(({ outcome }) => outcome !== 'sequenced').map((one) => proposedLine(context, one)),
      ...accounts.map((one) => fill(context.words.service.made, { account: one.person, position: one.position, home: one.home })),
    ];
    for (const [i, one] of made.entries()) lines.push(...onceInForce(context, one, await nextLines(context, registrar, accounts[i]!.position, one)));
    return { json: { office, accounts: made.map((one, i) => ({ ...one, person: accounts[i]!.person, position: accounts[i]!.position, home: accounts[i]!.home })) }, lines };
  });
}

/** The account of a machine at another station, whose keys were made there (`device request`). */
async function addAsked(context: CliContext, values: Values, registrar: Device, office: string): Promise<Outcome> {
  const [person, position] = [codeFrom(values, 'code'), codeFrom(values, 'position')];
  demandAutomatic(registrar, office, position);
  const bytes = await comparedRequest(context, values, registrar, readBytes(values.need('request')));
  const asked = deviceRequestStatement.decode(readDeviceRequest(bytes).statement);
  if (asked.person !== person || asked.name !== nameFrom(values, 'name')) throw new Refusal('name-taken', { name: person });
  const made = await addMember(context, registrar, { to: position, request: bytes, kind: 'service' });
  const lines = [...(made.outcome !== 'sequenced' ? [proposedLine(context, made)] : []), fill(context.words.service.made, { account: person, position, home: asked.device })];
  lines.push(...onceInForce(context, made, await nextLines(context, registrar, position, made)));
  return { json: { office, accounts: [made] }, lines };
}

async function nextLines(context: CliContext, registrar: Device, position: string, made: MemberResult): Promise<string[]> {
  const { keys, seal } = await lackingLines(context, registrar, position, made);
  return [...keys, ...seal];
}

/** @throws Refusal `not-entitled` where the position is another office's or no machine may act in it; `position-unknown` */
function demandAutomatic({ session: { view } }: Device, office: string, position: string): PositionRecord {
  const held = view.position(position);
  if (held === null) throw new Refusal('position-unknown', { position });
  if (held.office !== office || !positionMay(held, 'act unattended')) throw new Refusal('not-entitled', { position, reason: 'not-automatic' });
  return held;
}

/** The accounts of a pair, each with its position where that does not stand yet. */
function pairOf(context: CliContext, registrar: Device, { code, office, home }: { code: string; office: string; home: string }): Account[] {
  return (['author', 'signer'] as const).map((which) => {
    const { end, rights } = PAIR[which];
    const position = checkCode(`${code}-${end}`);
    const isThere = registrar.session.view.position(position) !== null;
    const made = { position, office, title: context.words.service[which], rights };
    return { person: position, position, home: path.join(home, which), ...(isThere ? {} : { made }) };
  });
}

/** @throws Refusal `name-taken`; those of demandAutomatic */
async function addAccount(
  context: CliContext, registrar: Device, office: string, name: string, { person, position, home, made }: Account, passphrase: string,
): Promise<MemberResult> {
  const held = made === undefined ? demandAutomatic(registrar, office, position) : { ...made, seal: null };
  const { station: url } = readDeviceFile(registrar.home);
  const sealFor = held.seal === null && positionMay(held, 'carry the seal') ? position : undefined;
  const root = await pinnedRoot(context, registrar.home, null);
  return madeAndAdmitted(context, { home, url, person, name, device: deviceCode(person), sealFor, passphrase, root }, (request) =>
    addMember(context, registrar, { to: made ?? position, request, kind: 'service', isMadeHere: true }));
}

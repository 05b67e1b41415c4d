/** Keys of an office that a device does not have yet: said with who can give them, and on which device. */
import { areKeysGone, holdersOf, type KeyName, ownOtherDevices } from '#client/office-keys/gone-keys.ts';
import { giversNow, giversOf } from '#client/office-keys/key-givers.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { DeviceRecord, DirectoryView, PersonRecord } from '#model/directory-view.ts';
import { mayHoldKeys, positionMay, whoMay } from '#model/rights.ts';
import type { Right } from '#wire/directory.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { placedLine } from './placed.ts';
import type { Proposed } from './registrar.ts';
import { officeName, personName, shortId } from './showing.ts';

/** Who gives keys to whom: a newcomer's devices, or one that is not in the directory yet. */
export interface Newcomer {
  readonly office: string;
  readonly person: string;
  readonly name?: string;
  readonly device?: string;
}

/** What is still to be done so that the person's devices get the office's keys. */
export async function nextKeysLine(context: CliContext, { session }: Device, { office, person, name, device }: Newcomer): Promise<string> {
  const { view } = session;
  const devices = device ?? (view.devices(person).map((one) => one.device).join(', ') || '–');
  const { givers, areGoing } = await giversNow(session, office, person);
  const { said } = context.words;
  const told = { name: name ?? personName(view, person), devices, office, officeName: officeName(view, office) };
  if (givers === 'first' || givers === 'anew') return fill(givers === 'first' ? said.nextKeysOwn : said.nextKeysAnew, told);
  return fill(areGoing ? said.nextKeysGoing : said.nextKeys, { ...told, givers: namesOf(context, view, givers) });
}

/** What a person came to have in an office. */
export interface Gained {
  readonly office: string;
  readonly person: string;
  readonly rights: readonly Right[];
}

/**
 * The line above, where the person's devices may now have keys that they had no right to before and that this device
 * could not give.
 * @param before the directory as it was
 */
export async function nextKeysLines(context: CliContext, device: Device, before: DirectoryView, { office, person, rights }: Gained, { outcome }: Pick<Proposed, 'outcome'>): Promise<string[]> {
  const { session } = device;
  const isGiven = outcome === 'sequenced' && session.ring.contents.officeKeys.some((key) => key.office === office);
  if (isGiven || !positionMay({ rights }, 'hold the keys') || mayHoldKeys(before, person, office, session.now())) return [];
  return [await nextKeysLine(context, device, { office, person })];
}

/**
 * In the place of what this device cannot read, having no keys of the office, or not the old ones.
 * @param key the one that it is sealed with, where that is known
 */
export function lacksKeysText(context: CliContext, device: Device, office: string, key?: KeyName): string {
  const { session, person } = device;
  const { view } = session;
  const { said } = context.words;
  const told = { office, officeName: officeName(view, office) };
  const holders = holdersOf(session, office, key);
  const own = holders === null ? ownOtherDevices(session) : holders.filter((one) => one.person === person).map((one) => one.device);
  if (own.length > 0) return fill(said.noKeysHere, { ...told, givers: `${personName(view, person)} (${own.join(', ')})` });
  if (areKeysGone(session, office, key)) return fill(said.keysGone, told);
  if (holders !== null && holders.length > 0) return fill(said.noKeysHere, { ...told, givers: devicesOf(view, holders) });
  const givers = giversOf(view, office, session.now(), person);
  return givers === 'first' || givers === 'anew' ? placedLine(context, said.noKeysYet, told) : fill(said.noKeysHere, { ...told, givers: namesOf(context, view, givers) });
}

/**
 * What came sealed with keys that nobody has any more, as far as the directory tells; null where somebody else might give them.
 * @param dispatch what its sender may seal again; null where it was opened here, for that is not sealed again
 */
export function keysGone({ session }: Device, office: string, dispatch: string | null, key?: KeyName): Refusal | null {
  const { view } = session;
  const inEscrow = view.escrow(office) !== null;
  return areKeysGone(session, office, key) ? new Refusal('key-gone', { office, name: officeName(view, office), ...(dispatch !== null && { dispatch: shortId(dispatch) }), ...(inEscrow && { escrow: officeName(view, office) }) }) : null;
}

/** In the place of what this person may not read. */
export function lacksRightText({ words: { said } }: CliContext, { session }: Device, office: string): string {
  const { view } = session;
  const persons = whoMay(view, 'say opened', office, session.now()).map(({ name }) => name).join(', ');
  return fill(said.noRightHere, { officeName: officeName(view, office), ...(persons !== '' && { persons }) });
}

/** Whose they are, each with those of theirs. */
function devicesOf(view: DirectoryView, holders: readonly DeviceRecord[]): string {
  return [...Map.groupBy(holders, ({ person }) => person)].map(([person, devices]) => `${personName(view, person)} (${devices.map(({ device }) => device).join(', ')})`).join(', ');
}

/** Each with the devices that hold the keys. */
function namesOf({ words: { said } }: CliContext, view: DirectoryView, givers: readonly PersonRecord[]): string {
  if (givers.length === 0) return said.keysNobody;
  return givers.map(({ person, name }) => {
    const devices = view.devices(person).map(({ device }) => device);
    return devices.length === 0 ? name : `${name} (${devices.join(', ')})`;
  }).join(', ');
}

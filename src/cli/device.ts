/**
 * A person's device at work: its keyring open, its station's directory checked, its session begun. Everything is given
 * back when the command ends: the session, the connections and the secrets in memory.
 */
import path from 'node:path';
import { equal, fromHex } from '#core/bytes.ts';
import { shown } from '#model/peer-names.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type OpenKeyring, unlockKeyring } from '#client/keyring/keyring.ts';
import { type Opener, SLOTS_MAX } from '#client/keyring/ring-slots.ts';
import { awaitedFor, isRegistrar } from '#client/directory/registrar-desk.ts';
import { Session } from '#client/session.ts';
import { actorOf } from '#client/signers.ts';
import { waitingInstead } from '#client/directory/waiting-alike.ts';
import type { SlotOf } from '#wire/keyring.ts';
import { keysOfAgent, lockAgent } from './agent.ts';
import type { CliContext } from './context.ts';
import { DIRECTORY_CACHE, homeOf, readDeviceFile } from './homes.ts';
import { wrongIn } from './passphrases.ts';
import { pinnedRoot } from './pinned-root.ts';
import { openAsked, type OpenerChoice } from './openers.ts';
import { deviceRing } from './rings.ts';
import { awaitedNames } from './showing.ts';
import type { Values } from './values.ts';

export interface Device {
  readonly home: string;
  readonly person: string;
  readonly device: string;
  readonly name: string;
  readonly session: Session;
}

export interface OpenedDevice extends Device {
  close(): Promise<void>;
}

const PEERS_CACHE = 'peers.cbor';

/** Opens the device that the values name, does the work, and closes it whatever happens. */
export async function withDevice<T>(context: CliContext, values: Values, work: (device: Device) => Promise<T>): Promise<T> {
  const home = homeOf(values, context.environment);
  const { device } = readDeviceFile(home);
  const keys = values.text('passphrase-file') === null ? await keysOfAgent(home) : null;
  if (keys !== null) {
    const opened = await openDevice(context, home, { kind: 'keys', keys }).catch(async (error: unknown) => {
      if (!(error instanceof Refusal && error.code === 'keyring-malformed')) throw error;
      // The passphrase was changed since: what the agent holds opens nothing any more.
      await lockAgent(home);
      return null;
    });
    if (opened !== null) return finished(opened, work);
  }
  const { opened, opener } = await openAsked(context, values, device, 'passphrase', (asked) => openDevice(context, home, asked)).catch((error: unknown) => {
    throw withFile(error, context, values);
  });
  return enrolled(context, opened, opener, work);
}

function enrolled<T>(context: CliContext, opened: OpenedDevice, opener: Opener, work: (device: Device) => Promise<T>): Promise<T> {
  return finished(opened, async (device) => {
    await enrolWith(context, opened.session, opener);
    return work(device);
  });
}

function withFile(error: unknown, context: CliContext, values: Values): unknown {
  if (!(error instanceof Refusal) || error.code !== 'passphrase-wrong') return error;
  return new Refusal('passphrase-wrong', { ...error.detail, ...wrongIn(context, values, 'passphrase-file') }, { cause: error });
}

async function finished<T>(opened: OpenedDevice, work: (device: Device) => Promise<T>): Promise<T> {
  try {
    return await work(opened);
  } catch (error) {
    throw await withWaiting(error, opened);
  } finally {
    await opened.close();
  }
}

/** What only waits to be signed is not there yet; whoever proposed it thinks that it is. */
async function withWaiting(refused: unknown, { session }: Device): Promise<unknown> {
  if (!(refused instanceof Refusal) || !isRegistrar(session)) return refused;
  const waiting = await waitingInstead(session, refused).catch(nothingOfRefusals);
  if (waiting === null) return refused;
  const { kind, code, found } = waiting;
  return new Refusal('waits-for-second', { [kind]: code, proposal: found.proposal, persons: awaitedNames(awaitedFor(session.view, found.entries)) }, { cause: refused });
}

/** Whoever cannot ask is told what was refused. */
function nothingOfRefusals(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

/** As withDevice, for a folder and an opener that are known. */
export async function withOpened<T>(context: CliContext, home: string, opener: Opener, work: (device: Device) => Promise<T>): Promise<T> {
  return enrolled(context, await openDevice(context, home, opener), opener, work);
}

/** A device whose keyring is open, and whose station nobody asked: what works with the network cut. */
export interface LocalDevice {
  readonly home: string;
  readonly ring: OpenKeyring;
  /** Where its station is, as the device's folder says. */
  readonly station: string;
}

/** Opens the keyring of the device that the values name, without its station, and locks it whatever happens. */
export async function withRing<T>(context: CliContext, values: Values, choice: OpenerChoice, work: (device: LocalDevice) => Promise<T>): Promise<T> {
  const home = homeOf(values, context.environment);
  const { device, station } = readDeviceFile(home);
  const { opened: ring, opener } = await openAsked(context, values, device, choice, (asked) => unlockKeyring(deviceRing(context, home), asked)).catch((error: unknown) => {
    throw withFile(error, context, values);
  });
  try {
    // A card that has opened the ring is tried, whatever it was opened for.
    if (opener.kind === 'card') await ring.markCardTried(cardOf(ring)!.number, context.clock.now());
    // A ring of the first form is carried over by its first change: now, while its passphrase is at hand.
    if (ring.slots.length === 0) await ring.change((same) => same);
    return await work({ home, ring, station });
  } finally {
    ring.lock();
  }
}

/** The recovery card of a ring; it has one at most. */
export function cardOf(ring: OpenKeyring): SlotOf<'card'> | undefined {
  return ring.slots.find((slot) => slot.kind === 'card');
}

/** Opens a device; the caller closes it. For whoever does many things with one. */
export async function openDevice(context: CliContext, home: string, opener: Opener | string): Promise<OpenedDevice> {
  const { provider: crypto, random, clock, host } = context;
  const { station: url, founding } = readDeviceFile(home);
  const ring = await unlockKeyring(deviceRing(context, home), opener);
  const transport = host.transport(url, url.startsWith('https:') ? await pinnedRoot(context, home, null) : null);
  const session = new Session({ crypto, random, clock, transport, ring, directoryCache: host.keyring(path.join(home, DIRECTORY_CACHE)), peersCache: host.keyring(path.join(home, PEERS_CACHE)) });
  const close = async (): Promise<void> => {
    await session.keepCopy().catch(() => undefined);
    await session.api.logOut().catch(() => undefined);
    transport.close();
    ring.lock();
  };
  try {
    // Before any check of its directory: a strange station at a mistaken address is no sign of tampering.
    const answering = await session.api.call('station', { signal: context.stop });
    if (answering.founding !== founding) throw new Refusal('organisation-unknown', { url });
    await session.begin(context.stop);
    if (!equal(session.view.organisation.founding, fromHex(founding)!)) throw new Refusal('organisation-unknown', { url });
    await session.keepCopy();
    for (const { office, rolled } of session.kept) if (rolled) context.output.say(fill(context.words.said.keysAnew, { office: session.view.office(office)?.name ?? office }));
    if (session.gaveBack !== null) sayGivenBack(context, session.gaveBack);
    for (const [peer, code] of session.peers.refused) context.output.say(fill(context.words.federation.peerRefused, { peer, reason: refusalSentence(code, {}, context.locale) }));
    return { home, ...actorOf(ring), session, close };
  } catch (error) {
    await close();
    throw withUrl(error, url);
  }
}

function sayGivenBack({ output, words, locale }: CliContext, { entries: count, refused }: NonNullable<Session['gaveBack']>): void {
  if (refused === null) output.say(fill(words.standby.gaveBack, { count }));
  else output.say(fill(words.standby.givesBack, { count, reason: refusalSentence(refused, {}, locale) }));
}

/** While the passphrase is at hand and the station reached: a log-in by OPAQUE needs both beforehand, once. */
async function enrolWith(context: CliContext, session: Session, opener: Opener): Promise<void> {
  if (opener.kind !== 'passphrase') return;
  // A ring of the first form is carried over by its first change.
  if (session.ring.slots.length === 0) await session.ring.change((same) => same);
  const { slots } = session.ring;
  if (slots.length >= SLOTS_MAX || slots.some(({ kind }) => kind === 'opaque')) return;
  await session.enrol((await context.opaque()).client, opener.passphrase);
}

/** The office that a command is about: the one named, or the only one in which the person holds a position. */
export function officeOf(values: Values, { session }: Device, option: 'office' | 'from' = 'office'): string {
  const named = values.text(option);
  if (named !== null) {
    if (session.view.office(named) === null) throw new Refusal('office-unknown', { office: shown(named) });
    return named;
  }
  const [only, ...others] = session.offices();
  if (only === undefined) throw new Refusal('not-entitled');
  if (others.length > 0) throw new Refusal('option-missing', { option: `--${option} (${session.offices().join(', ')})` });
  return only;
}

export function withUrl(error: unknown, url: string): unknown {
  if (!(error instanceof Refusal) || error.code !== 'station-unreachable') return error;
  return new Refusal('station-unreachable', { ...error.detail, url }, { cause: error });
}

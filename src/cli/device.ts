/**
 * A person's device at work: its keyring open, its station's directory checked, its session begun. Everything is given
 * back when the command ends: the session, the connections and the secrets in memory.
 */
import path from 'node:path';
import { equal, fromHex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { unlockKeyring } from '#client/keyring.ts';
import { Session } from '#client/session.ts';
import { actorOf } from '#client/signers.ts';
import type { CliContext } from './context.ts';
import { homeOf, readDeviceFile } from './homes.ts';
import { askSecret } from './passphrases.ts';
import { keyringPath } from './rings.ts';
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

const DIRECTORY_CACHE = 'directory.cbor';

/** Opens the device that the values name, does the work, and closes it whatever happens. */
export async function withDevice<T>(context: CliContext, values: Values, work: (device: Device) => Promise<T>): Promise<T> {
  const home = homeOf(values, context.environment);
  const { device } = readDeviceFile(home);
  const question = fill(context.words.prompt.passphrase, { name: device });
  const opened = await openDevice(context, home, await askSecret(context, values, 'passphrase-file', question));
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Opens a device; the caller closes it. For whoever does many things with one. */
export async function openDevice(context: CliContext, home: string, passphrase: string): Promise<OpenedDevice> {
  const { provider: crypto, random, clock, host } = context;
  const { station: url, founding } = readDeviceFile(home);
  const ring = await unlockKeyring({ crypto, random, store: host.keyring(keyringPath(home)) }, passphrase);
  const transport = host.transport(url);
  const session = new Session({ crypto, random, clock, transport, ring, directoryCache: host.keyring(path.join(home, DIRECTORY_CACHE)) });
  const close = async (): Promise<void> => {
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
    return { home, ...actorOf(ring), session, close };
  } catch (error) {
    await close();
    throw withUrl(error, url);
  }
}

/** The office that a command is about: the one named, or the only one in which the person holds a position. */
export function officeOf(values: Values, { session }: Device, option: 'office' | 'from' = 'office'): string {
  const named = values.text(option);
  if (named !== null) {
    if (session.view.office(named) === null) throw new Refusal('office-unknown', { office: named.slice(0, 32) });
    return named;
  }
  const [only, ...others] = session.offices();
  if (only === undefined) throw new Refusal('not-entitled');
  if (others.length > 0) throw new Refusal('option-missing', { option: `--${option} (${session.offices().join(', ')})` });
  return only;
}

function withUrl(error: unknown, url: string): unknown {
  if (!(error instanceof Refusal) || error.code !== 'station-unreachable') return error;
  return new Refusal('station-unreachable', { url }, { cause: error });
}

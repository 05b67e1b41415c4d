/** Makes a device's keys on its own machine, and a file that asks the registrar for certificates. */
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { StationApi } from '#client/api.ts';
import { isAway } from '#client/away.ts';
import { believeStation, type BelievedStation } from '#client/believed-station.ts';
import { makeDeviceRequest, vouchFor } from '#client/keyring/device-request.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { deviceRequest as requestCodec } from '#wire/invitation.ts';
import { keysOfAgent } from '../agent.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withOpened, withUrl } from '../device.ts';
import { DEVICE_FILE, DEVICE_SECRET_FILE, homeOf, KEYRING_FILE, readDeviceFile, resolved, writeDeviceFile } from '../homes.ts';
import { codeFrom, nameFrom } from '../names.ts';
import { askNewPassphrase, askSecret } from '../passphrases.ts';
import { FIRST_ROOT, keepRoot, pinnedRoot } from '../pinned-root.ts';
import { deviceRing, keyringPath, ringInHand } from '../rings.ts';
import { stationUrl } from '../station-url.ts';
import type { Values } from '../values.ts';
import { deviceCode } from './station-init.ts';

export interface DeviceRequestOrder {
  readonly home: string;
  /** The station's interface. */
  readonly url: string;
  readonly person: string;
  readonly name: string;
  readonly device: string;
  /** Position whose seal it will hold. */
  readonly sealFor?: string | undefined;
  readonly passphrase: string;
  /** PEM of the authority to believe at an HTTPS address; absent: the system's. */
  readonly root?: string | null;
}

export interface MadeRequest {
  readonly request: Uint8Array;
  readonly fingerprint: string;
}

export async function deviceRequest(context: CliContext, values: Values): Promise<Outcome> {
  const home = homeOf(values, context.environment);
  const person = codeFrom(values, 'person');
  const name = nameFrom(values, 'name');
  const chosen = values.text('device-code') === null ? null : codeFrom(values, 'device-code');
  const file = resolved(values.need('out'));
  const url = stationUrl(values.need('station'));
  const sealFor = values.text('position') === null ? undefined : codeFrom(values, 'position');
  const passphrase = await askNewPassphrase(context, values, 'passphrase-file', name);
  const order = { home, url, person, name, device: chosen ?? deviceCode(person), sealFor, passphrase, root: await rootNamed(context, values, home) };
  const old = values.text('vouched-by');
  const made = old === null ? { ...await makeRequest(context, order), device: order.device } : await vouchedRequest(context, values, resolved(old), { ...order, chosen });
  const { request, fingerprint, device } = made;
  context.host.durable.write(file, request);
  return {
    json: { request: file, device, person, home, fingerprint },
    lines: [old === null ? fill(context.words.said.requestMade, { file, device, fingerprint }) : fill(context.words.keyring.requestVouched, { file, device })],
  };
}

/**
 * The device of before is opened first: a request that nobody speaks for is not begun. It knows which codes are taken, that
 * of its own first of all: where none was chosen, the next one is.
 * @throws Refusal `name-taken` for a code that was chosen and is another device's; `voucher-wrong`; those of makeRequest
 */
async function vouchedRequest(
  context: CliContext, values: Values, old: string, { chosen, ...order }: DeviceRequestOrder & { readonly chosen: string | null },
): Promise<MadeRequest & { readonly device: string }> {
  const { provider: crypto, random } = context;
  const keys = values.text('old-passphrase-file') === null ? await keysOfAgent(old) : null;
  const question = fill(context.words.prompt.passphrase, { name: readDeviceFile(old).device });
  const opener: Opener = keys !== null ? { kind: 'keys', keys }
    : { kind: 'passphrase', passphrase: await askSecret(context, values, 'old-passphrase-file', question) };
  return withOpened(context, old, opener, async ({ session: { ring, view, clock }, person, device }) => {
    if (person !== order.person) throw new Refusal('voucher-wrong', { device });
    if (chosen !== null && view.device(chosen) !== null) throw new Refusal('name-taken', { device: chosen });
    const code = chosen ?? freeCode(view, person);
    const made = await makeRequest(context, { ...order, device: code });
    const request = await vouchFor({ crypto, random, ring, view, now: clock.now() }, requestCodec.decode(made.request));
    return { ...made, request: requestCodec.encode(request), device: code };
  });
}

/** `minh-may`, `minh-may-2`, … */
function freeCode(view: DirectoryView, person: string): string {
  for (let number = 1; ; number++) {
    const code = deviceCode(person, number);
    if (view.device(code) === null) return code;
  }
}

async function rootNamed(context: CliContext, values: Values, home: string): Promise<string | null> {
  const file = values.text('root-certificate');
  return file === null ? null : pinnedRoot(context, home, file);
}

/** @throws Refusal `data-folder-occupied` where a keyring stands there already; `station-unreachable` */
export async function makeRequest(context: CliContext, order: DeviceRequestOrder): Promise<MadeRequest> {
  const { provider, clock, host } = context;
  const { home, url, person, name, device, sealFor, passphrase, root = null } = order;
  if (host.exists(keyringPath(home))) throw new Refusal('data-folder-occupied', { folder: home });
  const { organisation, founding } = await trustOf(context, url, root);
  const made = await makeDeviceRequest(provider, { organisation, person, name, device, sealFor, created: clock.now() });
  const keep = await ringInHand(context, deviceRing(context, home), passphrase, made.contents);
  keepRoot(context.host, home, root);
  await keep();
  writeDeviceFile(context.host, home, { station: url, founding, device, person });
  return { request: requestCodec.encode(made.request), fingerprint: made.fingerprint };
}

/**
 * Makes a device here and has it admitted at once. Where the directory refuses it, it is nobody's and its files are removed;
 * where nobody knows what came of it, they stay: it may be in the directory.
 * @throws Refusal those of makeRequest and of `admit`
 */
export async function madeAndAdmitted<T>(context: CliContext, order: DeviceRequestOrder, admit: (request: Uint8Array) => Promise<T>): Promise<T> {
  const wasThere = context.host.exists(order.home);
  const { request } = await makeRequest(context, order);
  try {
    return await admit(request);
  } catch (error) {
    if (error instanceof Refusal && !isAway(error) && error.code !== 'cancelled') removeDevice(order.home, wasThere);
    throw error;
  }
}

function removeDevice(home: string, isFolderKept: boolean): void {
  for (const name of [KEYRING_FILE, DEVICE_SECRET_FILE, DEVICE_FILE, FIRST_ROOT]) rmSync(path.join(home, name), { force: true });
  if (!isFolderKept && readdirSync(home).length === 0) rmdirSync(home);
}

/** The organisation that the person's own station serves: a device begins by believing its station, once. @param root PEM of whom to believe at HTTPS */
export async function trustOf({ host, clock, random }: CliContext, url: string, root: string | null): Promise<BelievedStation> {
  const transport = host.transport(url, root);
  try {
    return await believeStation(new StationApi({ transport, clock, random }));
  } catch (error) {
    throw withUrl(error, url);
  } finally {
    transport.close();
  }
}

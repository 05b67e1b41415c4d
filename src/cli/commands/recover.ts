/**
 * Restores a device from the copy that its station keeps: by the recovery card on any machine, or by the passphrase where
 * the device's secret is there still. The copy on the machine before is left behind: its station refuses it.
 */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { StationApi } from '#client/api.ts';
import { findByCard, restoreKeyring } from '#client/keyring/recovery.ts';
import { type FetchedRing, logInByOpaque } from '#client/keyring/ring-copy.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import { readDeviceSecret } from '#client/keyring/keyring-file.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withOpened } from '../device.ts';
import { homeOf, readIfDevice, writeDeviceFile } from '../homes.ts';
import { codeFrom } from '../names.ts';
import { askCard } from '../openers.ts';
import { askNewPassphrase, askSecret } from '../passphrases.ts';
import { keepRoot, pinnedRoot } from '../pinned-root.ts';
import { placedLine } from '../placed.ts';
import { deviceRing, keyringPath } from '../rings.ts';
import { stationUrl } from '../station-url.ts';
import type { Values } from '../values.ts';
import { trustOf } from './device-request.ts';

interface Found {
  readonly fetched: FetchedRing;
  readonly opener: Opener;
  readonly passphrase: string;
}

export async function recover(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words: { keyring: words } } = context;
  const home = homeOf(values, context.environment);
  if (host.exists(keyringPath(home))) throw new Refusal('data-folder-occupied', { folder: home });
  const typed = values.text('station');
  const url = typed === null ? readIfDevice(home)?.station ?? values.need('station') : stationUrl(typed);
  const root = await pinnedRoot(context, home, values.text('root-certificate'));
  const { organisation, founding } = await trustOf(context, url, root);
  const found = await withApi(context, { url, root }, (api) => (values.flag('without-card')
    ? byPassphrase(context, values, api, { home, organisation })
    : byCard(context, values, api)));
  const { device, person } = found.fetched;
  const ring = await restoreKeyring(deviceRing(context, home), { ...found, organisation });
  writeDeviceFile(context.host, home, { station: url, founding, device, person });
  keepRoot(context.host, home, root);
  ring.lock();
  const revision = await withOpened(context, home, { kind: 'passphrase', passphrase: found.passphrase }, async ({ session }) => session.ring.revision);
  const hasCard = found.opener.kind === 'card';
  return {
    json: { device, person, home, revision },
    lines: [fill(hasCard ? words.recovered : words.recoveredSame, { device, home }), words.recoveredOld, ...(hasCard ? [placedLine(context, words.recoveredCard)] : []), words.recoveredNext],
  };
}

async function byCard(context: CliContext, values: Values, api: StationApi): Promise<Found> {
  const card = await askCard(context, values, null);
  const fetched = await findByCard({ crypto: context.provider, random: context.random }, api, card);
  const passphrase = await askNewPassphrase(context, values, 'passphrase-file', fetched.device);
  return { fetched, opener: { kind: 'card', card }, passphrase };
}

/** @throws Refusal `device-secret-missing` where this folder has none: then it takes the card */
async function byPassphrase(context: CliContext, values: Values, api: StationApi, { home, organisation }: { home: string; organisation: Uint8Array }): Promise<Found> {
  const { provider, words } = context;
  const deviceSecret = await readDeviceSecret(deviceRing(context, home).deviceSecret);
  if (deviceSecret === null) throw new Refusal('device-secret-missing');
  const device = values.text('device-code') === null ? readIfDevice(home)?.device ?? codeFrom(values, 'device-code') : codeFrom(values, 'device-code');
  const passphrase = await askSecret(context, values, 'passphrase-file', fill(words.prompt.passphrase, { name: device }));
  const { exportKey, ...fetched } = await logInByOpaque(provider, (await context.opaque()).client, api, { device, organisation, passphrase, deviceSecret });
  await api.logOut();
  return { fetched, opener: { kind: 'opaque', exportKey }, passphrase };
}

async function withApi<T>({ host, clock, random }: CliContext, { url, root }: { url: string; root: string | null }, work: (api: StationApi) => Promise<T>): Promise<T> {
  const transport = host.transport(url, root);
  try {
    return await work(new StationApi({ transport, clock, random }));
  } finally {
    transport.close();
  }
}

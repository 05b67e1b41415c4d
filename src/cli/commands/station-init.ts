/**
 * Founds an organisation: root (kept outside the station's folder), issuer and registrar in the registrar's home, the
 * first station, office, position, person and device. Every entry is real and stands in the new station's log.
 */
import { fromHex, hex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { FIRST_RIGHTS, type FoundingErrand, foundHere } from '#client/directory/founding-errand.ts';
import { makeStationKeys } from '#client/directory/join-request.ts';
import { checkPassphrase } from '#client/keyring/slots.ts';
import { organisationShown } from '#model/organisation-id.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, homeOf, refuseInside, resolved, writeDeviceFile } from '../homes.ts';
import { codeFrom, nameFrom, rightsFrom, symbolFrom } from '../names.ts';
import { askNewPassphrase } from '../passphrases.ts';
import { placedLine } from '../placed.ts';
import { deviceRing, keyringPath, ringInHand, rootPath } from '../rings.ts';
import type { Values } from '../values.ts';

export interface InitOrder extends Omit<FoundingErrand, 'device'> {
  readonly data: string;
  readonly home: string;
  readonly root: string;
  readonly passphrase: string;
  readonly rootPassphrase: string;
  readonly apiPort?: number | undefined;
  readonly linkPort?: number | undefined;
  readonly database?: string | undefined;
  readonly databasePasswordFile?: string | undefined;
}

export interface InitResult {
  readonly organisation: string;
  readonly founding: string;
  readonly station: string;
  readonly device: string;
  readonly directorySize: number;
}

/** Where the station's records are to be kept. */
export function databaseFrom(values: Values): Pick<InitOrder, 'database' | 'databasePasswordFile'> {
  const file = values.text('database-password-file');
  return { database: values.text('database') ?? undefined, databasePasswordFile: file === null ? undefined : resolved(file) };
}

export const DEFAULT_API_PORT = 7_440;

export async function stationInit(context: CliContext, values: Values): Promise<Outcome> {
  const { words, environment } = context;
  const order = {
    data: dataOf(values, environment),
    home: homeOf(values, environment),
    root: resolved(values.need('root')),
    organisation: nameFrom(values, 'organisation'),
    station: codeFrom(values, 'code'),
    site: nameFrom(values, 'site'),
    office: { code: codeFrom(values, 'office'), name: nameFrom(values, 'office-name'), symbol: symbolFrom(values) },
    position: {
      code: values.text('position') === null ? positionCode(codeFrom(values, 'office')) : codeFrom(values, 'position'),
      title: values.text('title') === null ? 'Văn thư' : nameFrom(values, 'title'),
      rights: rightsFrom(values) ?? FIRST_RIGHTS,
    },
    person: { code: codeFrom(values, 'person'), name: nameFrom(values, 'person-name') },
    apiPort: values.number('port', 1, 65_535) ?? undefined,
    linkPort: values.number('link-port', 1, 65_535) ?? undefined,
    ...databaseFrom(values),
  };
  refuseBadPlaces(context, order);
  const passphrase = await askNewPassphrase(context, values, 'passphrase-file', order.person.name);
  const rootPassphrase = await askNewPassphrase(context, values, 'root-passphrase-file', words.prompt.rootKey);
  const made = await initOrganisation(context, { ...order, passphrase, rootPassphrase });
  return {
    json: { ...made, data: order.data, home: order.home, root: order.root },
    lines: [
      fill(words.said.organisationMade, { name: order.organisation, organisation: organisationShown(fromHex(made.organisation)!) }),
      fill(words.said.rootKept, { file: rootPath(order.root) }),
      ...(rootPassphrase === passphrase ? [words.said.rootSamePassphrase] : []),
      fill(words.said.deviceMade, { device: made.device, name: order.person.name, home: order.home }),
      fill(words.said.stationMade, { station: made.station, data: shellWord(order.data) }),
      words.said.oneRegistrar,
      placedLine(context, words.said.secondPersonNeeded, { office: order.office.code }),
    ],
  };
}

/** Does the founding, asking nobody. Root, device and station stand at once, in this order, and only when all is made: whoever is stopped before has none of them. */
export async function initOrganisation(context: CliContext, order: InitOrder): Promise<InitResult> {
  const { provider, random, clock, host } = context;
  refuseBadPlaces(context, order);
  checkPassphrase(order.passphrase);
  checkPassphrase(order.rootPassphrase);
  const station = await makeStationKeys(provider);
  const founded = await foundHere({ crypto: provider, random }, { ...order, device: deviceCode(order.person.code) }, station, clock.now());
  const { organisation, founding, entries } = founded;
  const made = { data: order.data, station: order.station, secrets: station.secrets, apiPort: order.apiPort, linkPort: order.linkPort, database: order.database, databasePasswordFile: order.databasePasswordFile };
  const keepRoot = await ringInHand(context, { crypto: provider, random, store: host.keyring(rootPath(order.root)) }, order.rootPassphrase, founded.root);
  const keepDevice = await ringInHand(context, deviceRing(context, order.home), order.passphrase, founded.device);
  await host.create(made, { founding, entries, checkpoint: null }, async () => {
    if (context.stop.aborted) throw new Refusal('cancelled', { undone: context.words.rights.nothingMade });
    await keepRoot();
    await keepDevice();
    const url = `http://127.0.0.1:${order.apiPort ?? DEFAULT_API_PORT}`;
    writeDeviceFile(context.host, order.home, { station: url, founding: hex(founding), device: deviceCode(order.person.code), person: order.person.code });
  });
  return {
    organisation: hex(organisation), founding: hex(founding), station: order.station, device: deviceCode(order.person.code),
    directorySize: founded.directorySize,
  };
}

/** A person's devices are called after them, those after the first with a number. */
export function deviceCode(person: string, number = 1): string {
  const end = number === 1 ? '-may' : `-may-${number}`;
  return person.slice(0, LIMITS.codeBytes - end.length) + end;
}

/** An office's first position is its clerk's (văn thư). */
export function positionCode(office: string): string {
  return `${office.slice(0, 28)}-vt`;
}

function refuseBadPlaces({ host }: CliContext, { data, home, root, apiPort, linkPort }: Pick<InitOrder, 'data' | 'home' | 'root' | 'apiPort' | 'linkPort'>): void {
  host.refusePortTwice({ api: apiPort, link: linkPort });
  refuseInside(data, root, 'root');
  refuseInside(data, home, 'home');
  if (root === home) throw new Refusal('configuration-malformed', { field: 'root', reason: 'is-home' });
  host.refuseOccupied(data);
  if (host.exists(keyringPath(home))) throw new Refusal('data-folder-occupied', { folder: home });
  if (host.exists(rootPath(root))) throw new Refusal('data-folder-occupied', { folder: root });
}

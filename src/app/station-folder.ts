/**
 * What stands in a station's data folder besides its database: `station.json`, which people may edit, and
 * `identity.json` (mode 0600) with the station's own keys. They sign and connect; they open nothing that was sealed.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { NewStation, StationPorts } from '#cli/station-host.ts';
import type { StationSecrets } from '#client/directory/join-request.ts';
import { base64url, fromBase64url, fromHex, hex, utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { OrganisationRecord, StationRecord } from '#model/directory-view.ts';
import { dropBegun, syncFolder, writeDurably } from '#platform/node/durable.ts';
import { type Configuration, DEFAULT_CONFIGURATION, portTwice, readConfigurationOf, type RenamedKey } from '#station/kernel/config.ts';
import { removeLeftFolders } from './passing-folder.ts';

export const IDENTITY_FILE = 'identity.json';
export const CONFIGURATION_FILE = 'station.json';
/** Where a station is made before it stands in its folder. */
export const UNFINISHED = '.dang-lap';

export interface StationIdentity {
  readonly station: string;
  readonly founding: Uint8Array;
  readonly incarnation: Uint8Array;
  readonly secrets: StationSecrets;
  /** DER: the station's twin, its link certificate, and the ML-DSA issuer and root above it. */
  readonly certificates: {
    readonly p256: Uint8Array;
    readonly mldsa: Uint8Array;
    readonly link: Uint8Array;
    readonly issuer: Uint8Array;
    readonly root: Uint8Array;
  };
  /** Log keys of a directory term of its own, of a folder that was promoted: what was put aside has other ones. */
  readonly term?: StationSecrets['logs'];
}

const encoded = z.string().regex(/^[A-Za-z0-9_-]+$/);
const identityFile = z.strictObject({
  station: z.string(),
  founding: z.string().regex(/^[0-9a-f]{64}$/),
  incarnation: z.string().regex(/^[0-9a-f]{32}$/),
  secrets: z.strictObject({ p256: encoded, mldsa: encoded, link: encoded, ed25519: encoded, mldsa44: encoded }),
  certificates: z.strictObject({ p256: encoded, mldsa: encoded, link: encoded, issuer: encoded, root: encoded }),
  term: z.strictObject({ ed25519: encoded, mldsa44: encoded }).optional(),
});

export function isStationFolder(folder: string): boolean {
  return existsSync(path.join(folder, IDENTITY_FILE));
}

/** @throws Refusal `data-folder-occupied` where anything stands there but what a killed process had begun to make */
export function refuseOccupied(folder: string): void {
  if (!existsSync(folder)) return;
  removeLeftFolders(folder, UNFINISHED);
  if (readdirSync(folder).length > 0) throw new Refusal('data-folder-occupied', { folder });
}

/** Moves what was made in a folder of its own up into the station's: within one file system whatever is mounted where, the identity last. */
export function moveUp(passing: string, folder: string): void {
  for (const name of readdirSync(passing).toSorted((a, b) => Number(a === IDENTITY_FILE) - Number(b === IDENTITY_FILE))) {
    renameSync(path.join(passing, name), path.join(folder, name));
  }
  rmdirSync(passing);
  syncFolder(folder);
}

/** The identity of a new station, with the certificates that the directory gave it. */
export function identityOf(
  station: StationRecord, { founding, issuer, root }: OrganisationRecord, secrets: StationSecrets, incarnation: Uint8Array,
): StationIdentity {
  const { p256, mldsa } = station.certificates;
  return {
    station: station.station, founding, incarnation, secrets,
    certificates: { p256, mldsa, link: station.link, issuer: issuer.mldsa, root: root.mldsa },
  };
}

export function writeIdentity(folder: string, { station, founding, incarnation, secrets, certificates, term }: StationIdentity): void {
  const { signing, link, logs } = secrets;
  const text = {
    station,
    founding: hex(founding),
    incarnation: hex(incarnation),
    secrets: encodeAll({ p256: signing.p256, mldsa: signing.mldsa, link, ed25519: logs.ed25519, mldsa44: logs.mldsa44 }),
    certificates: encodeAll(certificates),
    ...(term === undefined ? {} : { term: encodeAll({ ed25519: term.ed25519, mldsa44: term.mldsa44 }) }),
  };
  // Whoever writes it holds the folder alone.
  dropBegun(path.join(folder, IDENTITY_FILE));
  writeDurably(path.join(folder, IDENTITY_FILE), `${JSON.stringify(text, null, 2)}\n`);
}

/** @throws Refusal `data-folder-empty` where no station stands there; `configuration-malformed` */
export function readIdentity(folder: string): StationIdentity {
  const text = readIfThere(path.join(folder, IDENTITY_FILE));
  if (text === null) throw new Refusal('data-folder-empty', { folder });
  return readIdentityText(text);
}

/** @throws Refusal `configuration-malformed` */
export function readIdentityText(text: Uint8Array): StationIdentity {
  const parsed = identityFile.safeParse(parseJson(text));
  if (!parsed.success) throw new Refusal('configuration-malformed', { field: IDENTITY_FILE });
  const { station, founding, incarnation, secrets, certificates, term } = parsed.data;
  const { p256, mldsa, link, ed25519, mldsa44 } = decodeAll(secrets);
  return {
    station,
    founding: fromHex(founding)!,
    incarnation: fromHex(incarnation)!,
    secrets: { signing: { p256, mldsa }, link, logs: { ed25519, mldsa44 } },
    certificates: decodeAll(certificates),
    ...(term === undefined ? {} : { term: decodeAll(term) }),
  };
}

export function writeConfiguration(folder: string, keys: Pick<NewStation, 'apiPort' | 'linkPort' | 'database' | 'databasePasswordFile'>): void {
  const given = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
  writeFileSync(path.join(folder, CONFIGURATION_FILE), `${JSON.stringify(given, null, 2)}\n`, { mode: 0o600, flush: true });
}

/**
 * The text of a configuration, for a database that may be another than it was written for. Text that is no configuration is
 * kept where no database has to be named in it. @throws Refusal `configuration-malformed`
 */
export function configurationFor(text: Uint8Array | null, { database, databasePasswordFile }: Pick<Configuration, 'database' | 'databasePasswordFile'>): Uint8Array | null {
  const had = text === null ? {} : parseJson(text);
  if (typeof had !== 'object' || had === null || Array.isArray(had)) {
    if (database === null) return text;
    throw new Refusal('configuration-malformed', { field: CONFIGURATION_FILE });
  }
  if (database === null && !['database', 'databasePasswordFile'].some((key) => Object.hasOwn(had, key))) return text;
  const isNamed = database !== null && databasePasswordFile !== '';
  return changed(had, { database: database ?? undefined, databasePasswordFile: isNamed ? databasePasswordFile : undefined });
}

/** Keys of a configuration with another value; those that are undefined have none of their own any more. */
export type ConfigurationChange = { readonly [K in keyof Configuration]?: Configuration[K] | undefined };

/** What would stand in a station's configuration after a change, and what it would mean. Nothing is written. @throws Refusal `configuration-malformed`, `port-twice` */
export function configurationAfter(folder: string, change: ConfigurationChange): { text: Uint8Array; configuration: Configuration } {
  readStationConfiguration(folder);
  const text = changed((parseJson(readIfThere(path.join(folder, CONFIGURATION_FILE)) ?? utf8('{}'))) as object, change);
  const { configuration } = readConfigurationOf(text);
  refusePortTwice({}, configuration);
  return { text, configuration };
}

function changed(had: object, change: ConfigurationChange): Uint8Array {
  return utf8(`${JSON.stringify({ ...had, ...change }, null, 2)}\n`);
}

/** @param ports what was given; the rest is as a new station has it, or as its configuration says @throws Refusal `port-twice` */
export function refusePortTwice({ api, link }: StationPorts, configuration: Configuration = DEFAULT_CONFIGURATION): void {
  const twice = portTwice({ ...configuration, apiPort: api ?? configuration.apiPort, linkPort: link ?? configuration.linkPort });
  if (twice !== null) throw new Refusal('port-twice', twice);
}

/** @throws Refusal `configuration-malformed` */
export function readStationConfiguration(folder: string, warn: (renamed: RenamedKey) => void = () => {}): Configuration {
  const text = readIfThere(path.join(folder, CONFIGURATION_FILE));
  if (text === null) return DEFAULT_CONFIGURATION;
  const { configuration, renamed } = readConfigurationOf(text);
  for (const one of renamed) warn(one);
  return configuration;
}

function readIfThere(file: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function encodeAll<K extends string>(all: Readonly<Record<K, Uint8Array>>): Record<K, string> {
  const pairs = Object.entries(all) as [K, Uint8Array][];
  return Object.fromEntries(pairs.map(([name, bytes]) => [name, base64url(bytes)])) as Record<K, string>;
}

function decodeAll<K extends string>(all: Readonly<Record<K, string>>): Record<K, Uint8Array> {
  const pairs = Object.entries(all) as [K, string][];
  return Object.fromEntries(pairs.map(([name, text]) => {
    const bytes = fromBase64url(text);
    if (bytes === null) throw new Refusal('configuration-malformed', { field: IDENTITY_FILE });
    return [name, bytes];
  })) as Record<K, Uint8Array>;
}

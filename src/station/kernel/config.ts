/**
 * A station's configuration: one file, `station.json`, whose every key is here with its meaning and its default. What
 * belongs to the organisation (offices, routes, peers, policy) is in the directory, not here.
 */
import { z } from 'zod';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { DATABASE_URL_LENGTH_MAX } from './postgres-url.ts';

const MINUTE_SECONDS = 60;

const port = z.int().min(0).max(65_535);
const seconds = z.int().min(1).max(366 * 24 * 60 * MINUTE_SECONDS);
const mebibytes = z.int().min(16).max(1_048_576);
const code = z.string().regex(CODE_SHAPE).max(32);
const address = z.string().regex(/^[0-9A-Za-z.:-]{1,253}$/);

/** At most about 30 keys, ever: 32. Each has a default, so that an empty file is a station. */
export const CONFIGURATION_KEYS = {
  apiAddress: address
    .default('127.0.0.1')
    .describe('Address of the API, and of the pages for whoever works at this machine. Only loopback; beyond it see `pagesAddress`.'),
  apiPort: port.default(7_440).describe('Port of pages and the API; 0 takes any free one.'),
  pagesEnabled: z.boolean().default(true).describe('Whether the station serves its pages.'),
  pagesAddress: z
    .string()
    .regex(/^[0-9A-Za-z.:-]{0,253}$/)
    .default('')
    .describe('Address on which pages and API are served to other machines, by HTTPS only, such as `0.0.0.0`; empty: this machine alone. `tram pages open` writes it: pages.md.'),
  pagesPort: port.default(7_443).describe('Port of pages and API for other machines; plain HTTP there shows one page that explains.'),
  pagesCertificate: z.string().max(1_024).default('pages.pem').describe('Certificate for the pages\' host names, as PEM, then those above it: absolute or below the data folder.'),
  pagesKey: z.string().max(1_024).default('pages.key').describe('Its private key, as PEM.'),
  linkAddress: address.default('0.0.0.0').describe('Address on which neighbours are awaited (TLS 1.3 on both sides).'),
  linkPort: port.default(7_441).describe('Port on which neighbours are awaited; 0 takes any free one.'),
  linksEnabled: z.boolean().default(true).describe('Whether neighbours are awaited at all; bundles always work.'),
  neighbourAddresses: z
    .record(code, z.array(z.string().regex(ADDRESS_SHAPE)).max(4))
    .default({})
    .describe('Other lines to neighbours that this station calls, such as `{"hub": ["10.9.0.1:7441"]}`: each is tried when those before it do not answer, the directory\'s address first.'),
  requestSecondsMax: seconds.default(30).describe('How long a request of up to 1 MiB may take to arrive.'),
  idleSecondsMax: seconds.default(60).describe('How long a connection may stay silent.'),
  stopSecondsMax: seconds.default(20).describe('How long a stop waits for requests in flight.'),
  sessionIdleMinutes: z.int().min(5).max(7 * 24 * 60).default(30).describe('How long a log-in lasts without being used.'),
  keyGraceDays: z.int().min(1).max(366).default(14).describe('Past its time by so many days, a transport key of an office may be destroyed: what was sealed to it may still be on its way.'),
  checkpointHours: z.int().min(1).max(24).default(24).describe('How often the ledger signs a checkpoint by itself.'),
  diskWarnMebibytes: mebibytes.default(2_048).describe('With less free on the disk, the station warns (health, doctor, metrics).'),
  diskPartsMebibytes: mebibytes.default(512).describe('With less free, new parts are refused and dispatches are not.'),
  diskDispatchesMebibytes: mebibytes
    .default(128)
    .describe('With less free, new dispatches are refused as well; the rest is for the ledger. At most `diskPartsMebibytes`.'),
  stagingDays: z.int().min(1).max(366).default(14).describe('How long an unfinished part to which nothing is added is kept.'),
  neighbourStagingMebibytes: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(16_384)
    .describe('How much a neighbour may have begun to send and not finished, beyond its first dispatch.'),
  officeQuota: z
    .strictObject({ copies: z.int().min(1).max(10_000_000), mebibytes })
    .default({ copies: 20_000, mebibytes: 65_536 })
    .describe('How much of what one office sent may wait to leave this station; beyond either it is refused, but for IMMEDIATE and FLASH up to a quarter more.'),
  clockUncertaintyMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('How far the clock may be off; expiry allows for it.'),
  database: z
    .string()
    .max(DATABASE_URL_LENGTH_MAX)
    .nullable()
    .default(null)
    .describe('`postgres://user@host:5432/name` keeps the records in PostgreSQL instead of this folder, without a password in it: postgresql.md.'),
  databasePasswordFile: z
    .string()
    .max(1_024)
    .default('')
    .describe('File that holds the password of the database; empty: PGPASSWORD or PGPASSFILE, or none.'),
  backupFolder: z
    .string()
    .max(1_024)
    .refine((folder) => folder === '' || folder.startsWith('/'))
    .default('')
    .describe('Folder of backups, absolute, into which a registrar may have one written from the pages. Empty: the one that the set-up, or the first `tram backup` with a `--recipient`, was told. The command takes its own, with `--folder`.'),
  logLevel: z.enum(['info', 'warn']).default('warn').describe('What the log holds: `info` has every request, `warn` what went wrong.'),
  logFile: z
    .string()
    .max(1_024)
    .default('')
    .describe('File that takes the log instead of standard error, absolute or below the data folder; empty for none.'),
  logFileMebibytesMax: z.int().min(1).max(4_096).default(16).describe('At this size the log file is set aside and a new one begun.'),
  logFilesMax: z.int().min(1).max(100).default(5).describe('How many log files are kept, with the one that is written.'),
  metricsEnabled: z.boolean().default(true).describe('Whether `/metrics` is answered on the address of the API. Health always is.'),
} as const;

/** Keys that older versions called otherwise. They are read still, and a start says so. */
export const RENAMED_KEYS: Readonly<Record<string, keyof typeof CONFIGURATION_KEYS>> = { diskReserveMebibytes: 'diskPartsMebibytes' };

const schema = z.strictObject(CONFIGURATION_KEYS);
export type Configuration = Readonly<z.infer<typeof schema>>;

const CONFIGURATION_BYTES_MAX = 64 * 1024;

/** A key by its old name, and its name now. */
export interface RenamedKey {
  readonly old: string;
  readonly now: string;
}

/**
 * Reads `station.json`, and which of its keys have another name now.
 * @throws Refusal `configuration-malformed` naming the key (all of them where they are unknown), or `file`
 */
export function readConfigurationOf(bytes: Uint8Array): { configuration: Configuration; renamed: readonly RenamedKey[] } {
  const { value, renamed } = withNewNames(parseJson(bytes));
  const result = schema.safeParse(value);
  if (result.success) return { configuration: result.data, renamed };
  const { issues } = result.error;
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (unknown.length > 0) throw new Refusal('configuration-malformed', { key: shownKeys(unknown), reason: 'unknown' });
  const [issue] = issues;
  throw new Refusal('configuration-malformed', { key: String(issue?.path[0] ?? 'file'), reason: issue?.code ?? 'file' });
}

/** @throws Refusal `configuration-malformed` where a key stands by both its names */
function withNewNames(value: unknown): { value: unknown; renamed: RenamedKey[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value, renamed: [] };
  const renamed = Object.keys(value).filter((key) => Object.hasOwn(RENAMED_KEYS, key)).map((old) => ({ old, now: RENAMED_KEYS[old]! }));
  for (const { old, now } of renamed) {
    if (Object.hasOwn(value, now)) throw new Refusal('configuration-malformed', { key: `${old}, ${now}`, reason: 'twice' });
  }
  const pairs = Object.entries(value).map(([key, one]) => [Object.hasOwn(RENAMED_KEYS, key) ? RENAMED_KEYS[key] : key, one]);
  return { value: Object.fromEntries(pairs), renamed };
}

/** Names that somebody typed: few, short and printable. */
function shownKeys(keys: readonly string[]): string {
  return keys.slice(0, 8).map((key) => key.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 40)).join(', ');
}

export const DEFAULT_CONFIGURATION: Configuration = schema.parse({});

/** The first port on which two things would listen, and which. Port 0 is any free one. */
export function portTwice({ apiPort, linkPort, linksEnabled, pagesPort, pagesAddress, pagesEnabled }: Configuration): { port: number; keys: string } | null {
  const wanted = [
    ['apiPort (--port)', apiPort], ['linkPort (--link-port)', linksEnabled ? linkPort : 0], ['pagesPort', pagesEnabled && pagesAddress !== '' ? pagesPort : 0],
  ] as const;
  for (const [, one] of wanted) {
    const same = wanted.filter(([, other]) => other === one && one !== 0);
    if (same.length > 1) return { port: one, keys: same.map(([key]) => key).join(', ') };
  }
  return null;
}

/** Every key with default and meaning, as a table in Markdown: the documentation is generated from it. */
export function describeConfiguration(): string {
  const rows = Object.entries(CONFIGURATION_KEYS).map(([key, value]) => {
    const fallback = JSON.stringify(DEFAULT_CONFIGURATION[key as keyof Configuration]);
    return `| \`${key}\` | \`${fallback}\` | ${value.description ?? ''} |`;
  });
  return ['| key | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

function parseJson(bytes: Uint8Array): unknown {
  const text = bytes.length <= CONFIGURATION_BYTES_MAX ? fromUtf8(bytes) : null;
  if (text === null) throw new Refusal('configuration-malformed', { key: 'file', reason: 'not-utf8' });
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('configuration-malformed', { key: 'file', reason: 'not-json' });
  }
}

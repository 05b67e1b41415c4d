/**
 * A station's configuration: one file, `station.json`, whose every key is here with its meaning and its default. What
 * belongs to the organisation (offices, routes, peers, policy) is in the directory, not here.
 */
import { z } from 'zod';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';

const MINUTE_SECONDS = 60;

const port = z.int().min(0).max(65_535);
const seconds = z.int().min(1).max(366 * 24 * 60 * MINUTE_SECONDS);
const address = z.string().regex(/^[0-9A-Za-z.:-]{1,253}$/);

/** At most about 30 keys, ever. Each has a default, so that an empty file is a station. */
export const CONFIGURATION_KEYS = {
  apiAddress: address
    .default('127.0.0.1')
    .describe('Address on which pages and the API are served. Only loopback: the API has no TLS of its own yet.'),
  apiPort: port.default(7_440).describe('Port of pages and the API; 0 takes any free one.'),
  linkAddress: address.default('0.0.0.0').describe('Address on which neighbours are awaited (TLS 1.3 on both sides).'),
  linkPort: port.default(7_441).describe('Port on which neighbours are awaited; 0 takes any free one.'),
  linksEnabled: z.boolean().default(true).describe('Whether neighbours are awaited at all; bundles always work.'),
  requestSecondsMax: seconds.default(30).describe('How long a request of up to 1 MiB may take to arrive.'),
  idleSecondsMax: seconds.default(60).describe('How long a connection may stay silent.'),
  stopSecondsMax: seconds.default(20).describe('How long a stop waits for requests in flight.'),
  sessionIdleMinutes: z.int().min(5).max(7 * 24 * 60).default(30).describe('How long a log-in lasts without being used.'),
  checkpointHours: z.int().min(1).max(24).default(24).describe('How often the ledger signs a checkpoint by itself.'),
  diskReserveMebibytes: z
    .int()
    .min(16)
    .max(1_048_576)
    .default(512)
    .describe('Room kept for records: with less free, new parts are refused and dispatches are not.'),
  stagingDays: z.int().min(1).max(366).default(14).describe('How long an unfinished part to which nothing is added is kept.'),
  neighbourStagingMebibytes: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(16_384)
    .describe('How much a neighbour may have begun to send and not finished, beyond its first dispatch.'),
  clockUncertaintyMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('How far the clock may be off; expiry allows for it.'),
  logLevel: z.enum(['info', 'warn']).default('warn').describe('What the log (standard error) holds: `info` has every request, `warn` what went wrong.'),
} as const;

const schema = z.strictObject(CONFIGURATION_KEYS);
export type Configuration = Readonly<z.infer<typeof schema>>;

export const CONFIGURATION_BYTES_MAX = 64 * 1024;

/**
 * Reads `station.json`.
 * @throws Refusal `configuration-malformed` naming the key, or `file` where it is not JSON
 */
export function readConfiguration(bytes: Uint8Array): Configuration {
  const result = schema.safeParse(parseJson(bytes));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new Refusal('configuration-malformed', { key: 'file' });
  if (issue.code === 'unrecognized_keys') {
    throw new Refusal('configuration-malformed', { key: issue.keys[0] ?? 'file', reason: 'unknown' });
  }
  throw new Refusal('configuration-malformed', { key: String(issue.path[0] ?? 'file'), reason: issue.code });
}

export const DEFAULT_CONFIGURATION: Configuration = schema.parse({});

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

/**
 * The address of a PostgreSQL database, as `station.json` has it: `postgres://user@host:5432/tram`, or
 * `postgres://user@localhost/tram?host=/var/run/postgresql` for a socket. No password may stand in it, and beyond this machine
 * the connection must be TLS with a verified certificate (`?sslmode=verify-full`, `&sslrootcert=FILE`).
 */
import { Refusal } from '#core/refusals.ts';

export interface PostgresAddress {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** TLS with a verified certificate; `authority` is a file, null for the system's. */
  readonly tls: { readonly authority: string | null } | null;
}

export const DATABASE_URL_LENGTH_MAX = 1_000;
const PORT = 5_432;
const PARAMETERS = new Set(['host', 'sslmode', 'sslrootcert']);

/** @throws Refusal `configuration-malformed` with the reason, never with the text: somebody may have put a password there */
export function parseDatabaseUrl(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (url === null || text.length > DATABASE_URL_LENGTH_MAX) throw malformed('url');
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw malformed('protocol');
  if (url.password !== '' || url.searchParams.has('password')) throw malformed('password');
  for (const name of url.searchParams.keys()) if (!PARAMETERS.has(name)) throw malformed('parameter');
  const [user, database] = [unescaped(url.username), unescaped(url.pathname.slice(1))];
  if (user === '' || database === '' || database.includes('/')) throw malformed('user-or-database');
  const host = url.searchParams.get('host') ?? url.hostname.replaceAll(/[[\]]/g, '');
  if (host === '') throw malformed('host');
  return { host, port: url.port === '' ? PORT : Number(url.port), user, database, tls: tlsOf(url, host) };
}

/** @throws Refusal for a percent sign before what is no byte, or bytes that are no text */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed('user-or-database');
  }
}

function tlsOf({ searchParams }: URL, host: string): PostgresAddress['tls'] {
  const mode = searchParams.get('sslmode');
  const authority = searchParams.get('sslrootcert');
  if (mode === 'verify-full') return { authority };
  if (mode !== null && mode !== 'disable') throw malformed('sslmode');
  if (authority !== null || !isThisMachine(host)) throw malformed('sslmode');
  return null;
}

function isThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function malformed(reason: string): Refusal {
  return new Refusal('configuration-malformed', { key: 'database', reason });
}

/** The pages of a distant station: looked at file by file, or replaced by our own on this machine. */
import { Agent } from 'node:https';
import { z } from 'zod';
import type { DeskOrder, DistantPages, OpenDesk, PagesVerdict, VerifyOrder } from '#cli/pages-host.ts';
import { addressForOthers } from '#client/station-address.ts';
import { equal, utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { differencesOf, digestsIn, policyDifferences, type PolicyDifference, readSignedPages } from '#model/pages-release.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { nodeHttpTransport } from '#platform/node/http-transport.ts';
import { stationAnswer } from '#wire/api/directory.ts';
import type { PagesPolicy } from '#wire/pages-manifest.ts';
import { version } from '../version.ts';
import { policiesOf } from './headers.ts';
import { digestOf, MANIFEST_PATH, ownPages } from './pages.ts';
import { PagesServer } from './server.ts';

const hereAnswer = z.object({ organisation: z.string().max(512), site: z.string().max(512).nullish() });
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

export function distantPages(program?: string): DistantPages {
  return { desk: (order) => openDesk(order, program), verify: (order) => verifyPages(order, program) };
}

/**
 * Serves our own pages on loopback; their calls go to the station by TLS, under the one authority that is named.
 * @throws Refusal `pages-unsigned`, `pages-differ` for pages of ours that no release signed; `address-not-loopback`,
 *   `station-unreachable`, `organisation-unknown`, `port-in-use`
 */
async function openDesk({ url, certificate, founding, port }: DeskOrder, program: string | undefined): Promise<OpenDesk> {
  demandSafeWay(url);
  const own = await ownPages(program);
  if (own.origin === 'unsigned') throw new Refusal('pages-unsigned');
  const station = await askStation(url, certificate);
  if (founding !== null && station.founding !== founding) throw new Refusal('organisation-unknown', { url });
  const agent = url.startsWith('https:') ? new Agent({ keepAlive: true, ...(certificate === null ? {} : { ca: certificate }) }) : null;
  const server = new PagesServer({
    assets: () => Promise.resolve(own.assets),
    here: () => ({ kind: 'desk', station: station.station, site: station.site, organisation: station.organisation, elsewhere: addressForOthers(url, null) }),
    station: (code) => (code === station.station ? { base: url, ...(agent === null ? {} : { agent }) } : null),
  });
  return {
    url: await listening(server, port, station), station: station.station, organisation: station.organisation, isSigned: own.origin === 'signed',
    close: async () => {
      await server.close();
      agent?.destroy();
    },
  };
}

/**
 * Below the ports from which machines call by themselves. By organisation and code, so that it stays when the station's
 * address changes: what a browser keeps of a device belongs to an origin, its port included.
 */
const PORT_FIRST = 20_000;
const PORTS = 10_000;

/** @returns where a desk before that station stands unless somebody names another port */
export function deskPort({ founding, station }: { readonly founding: string; readonly station: string }): number {
  const digest = nodeCrypto.hash.sha256(utf8(`${founding} ${station}`));
  return PORT_FIRST + new DataView(digest.buffer, digest.byteOffset).getUint32(0) % PORTS;
}

async function listening(server: PagesServer, port: number | null, station: { readonly founding: string; readonly station: string }): Promise<string> {
  const at = port ?? deskPort(station);
  try {
    return await server.listen(at);
  } catch (error) {
    if (port !== null || !(error instanceof Refusal) || error.code !== 'port-in-use') throw error;
    throw new Refusal('port-in-use', { port: at, station: station.station }, { cause: error });
  }
}

/**
 * Fetches every file that a release signed and compares. What is expected comes from the signature under the key that this
 * program knows; where it knows none, from the pages that it brings itself.
 * @throws Refusal `pages-unsigned`, `pages-differ` where our own are wrong; `station-unreachable`
 */
async function verifyPages({ url, certificate }: VerifyOrder, program: string | undefined): Promise<PagesVerdict> {
  demandSafeWay(url);
  const own = await ownPages(program);
  const fetch = fetcher(url, certificate);
  try {
    const served = own.key === null ? null : await fetch.file(MANIFEST_PATH);
    const manifest = served === null || own.key === null ? null : await readSignedPages(nodeCrypto, own.key, served.bytes);
    const expected = manifest === null ? own.digests : digestsIn(manifest);
    // Of a release of before policies were signed our own are expected: what was looser then is named.
    const policies = manifest?.policies ?? policiesOf(expected.keys());
    const found = new Map<string, Uint8Array>();
    const looser: PolicyDifference[] = [];
    for (const name of expected.keys()) {
      const file = await fetch.file(name);
      if (file === null) continue;
      found.set(name, digestOf(file.bytes));
      looser.push(...policyDifferences(policies, name, file.headers));
    }
    const differences = [...differencesOf(expected, found), ...looser, ...(await wrongFirstPage(fetch, expected.get('/index.html'), policies))];
    return { program: manifest?.program ?? version, isSigned: manifest !== null || own.origin === 'signed', files: expected.size, differences };
  } finally {
    fetch.close();
  }
}

/** What a browser gets that opens the bare address: the same page, under the same policy. */
async function wrongFirstPage(fetch: Fetcher, expected: Uint8Array | undefined, policies: readonly PagesPolicy[]): Promise<PagesVerdict['differences'][number][]> {
  const first = await fetch.file('/');
  if (first === null || expected === undefined) return [{ path: '/', what: 'missing' }];
  const changed = equal(digestOf(first.bytes), expected) ? [] : [{ path: '/', what: 'changed' as const }];
  return [...changed, ...policyDifferences(policies, '/', first.headers)];
}

interface Fetcher {
  /** Null where the server has none. */
  file(path: string): Promise<{ bytes: Uint8Array; headers: Readonly<Record<string, string>> } | null>;
  close(): void;
}

function fetcher(url: string, certificate: string | null): Fetcher {
  const transport = nodeHttpTransport(url, certificate ?? undefined);
  return {
    file: async (path) => {
      const { status, headers, body } = await transport.request({ method: 'GET', path, headers: {} });
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of body) {
        size += piece.length;
        if (size > FILE_BYTES_MAX) return null;
        pieces.push(piece);
      }
      return status === 200 ? { bytes: Buffer.concat(pieces), headers } : null;
    },
    close: () => transport.close(),
  };
}

async function askStation(url: string, certificate: string | null): Promise<{ station: string; site: string | null; organisation: string; founding: string }> {
  const fetch = fetcher(url, certificate);
  try {
    const parsed = stationAnswer.safeParse(jsonOf(await fetch.file('/api/1/station')));
    if (!parsed.success) throw new Refusal('station-unreachable', { url });
    // The interface says the organisation's id; names, for people, are with the station's own pages, where it has them.
    const { data: named } = hereAnswer.safeParse(jsonOf(await fetch.file('/here')));
    return { ...parsed.data, site: named?.site ?? null, ...(named !== undefined && { organisation: named.organisation }) };
  } finally {
    fetch.close();
  }
}

function jsonOf(file: { bytes: Uint8Array } | null): unknown {
  try {
    return JSON.parse(file === null ? 'null' : Buffer.from(file.bytes).toString('utf8'));
  } catch {
    return null;
  }
}

/** Plain HTTP never leaves this machine. */
function demandSafeWay(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !LOOPBACK.test(hostname)) throw new Refusal('address-not-loopback', { address: hostname });
}

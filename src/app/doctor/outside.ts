/** What a doctor asks of the world around a folder, so that a test can have any fault without the machine having it. */
import { freemem } from 'node:os';
import { statfsSync, statSync } from 'node:fs';
import { StationApi } from '#client/api.ts';
import { believeStation } from '#client/believed-station.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { nodeHttpTransport } from '#platform/node/http-transport.ts';
import { dialTls, type TlsCarrierOptions } from '#platform/node/tls-carrier.ts';
import { isFree } from '../free-ports.ts';

export interface DoctorOutside {
  now(): number;
  freeBytes(folder: string): number;
  freeMemoryBytes(): number;
  readonly nodeVersion: string;
  /** User that would run the station; null where the system has none. */
  readonly user: number | null;
  /** User who owns a file. */
  ownerOf(file: string): number;
  /** Whether a port can be listened on. */
  isFree(host: string, port: number): Promise<boolean>;
  /** @returns null where nothing answers */
  ask(url: string): Promise<{ status: number; text: string } | null>;
  /** The organisation that the station at a device's address serves, by its word. @param root PEM of whom to believe at HTTPS @throws Refusal `station-unreachable`, `organisation-unknown` */
  foundingAt(url: string, root: string | null): Promise<string>;
  /** @throws Refusal `station-unreachable`, `peer-refused` */
  dial(options: TlsCarrierOptions, peer: string, address: string): Promise<void>;
}

const ASK_MS_MAX = 5_000;

export const nodeOutside: DoctorOutside = {
  now: () => Date.now(),
  freeBytes(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
  freeMemoryBytes: freemem,
  nodeVersion: process.versions.node,
  user: process.getuid?.() ?? null,
  ownerOf: (file) => statSync(file).uid,
  isFree: (host, port) => isFree(port, host),
  async ask(url) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS_MAX) });
      return { status: response.status, text: await response.text() };
    } catch {
      return null;
    }
  },
  async foundingAt(url, root) {
    const transport = nodeHttpTransport(url, root ?? undefined);
    try {
      const api = new StationApi({ transport, clock: nodeClock, random: nodeRandom });
      return (await believeStation(api, AbortSignal.timeout(ASK_MS_MAX))).founding;
    } finally {
      transport.close();
    }
  },
  async dial(options, peer, address) {
    (await dialTls(options, peer, address)).close();
  },
};

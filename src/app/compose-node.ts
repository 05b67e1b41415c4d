/** The composition root: what the command line and the stations are made of on Node. Heavy parts load when needed. */
import { existsSync } from 'node:fs';
import type { BackupHost } from '#cli/backup-host.ts';
import type { CliContext } from '#cli/context.ts';
import { localeOf, timeZoneOf } from '#cli/locale.ts';
import { placedIn } from '#cli/placed.ts';
import type { StationHost } from '#cli/station-host.ts';
import { Values } from '#cli/values.ts';
import { wordsOf } from '#cli/words/words.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { nodeDurable } from '#platform/node/durable.ts';
import { holdsContent, nodeFiles } from '#platform/node/files.ts';
import { nodeHttpTransport } from '#platform/node/http-transport.ts';
import { keyringFileStore } from '#platform/node/keyring-file.ts';
import { holderOf } from './running-file.ts';
import { standardInput } from './standard-input.ts';
import { isStandbyFolder } from './standby/mark.ts';
import { isStationFolder, refuseOccupied, refusePortTwice } from './station-folder.ts';
import { version } from './version.ts';

export const nodeHost: StationHost = {
  exists: existsSync,
  holds: holdsContent,
  refuseOccupied,
  refusePortTwice,
  beginCompiled: async () => (await import('./compiled.ts')).beginCompiled(),
  // A standby is asked to start only to be refused by name.
  isStation: (data) => isStationFolder(data) || isStandbyFolder(data),
  holderOf,
  create: async (made, log, beside) => (await import('./station-process.ts')).createStationFolder(made, log, beside),
  start: async (data, ports) => (await import('./station-process.ts')).startStationHere(data, ports),
  audit: async (data) => (await import('./audit/index.ts')).auditFolder(data),
  doctor: async (order) => (await import('./doctor/index.ts')).examine(order),
  status: async (data) => (await import('./doctor/status.ts')).statusOf(data),
  backups: {
    make: async (order, watch) => (await backups()).make(order, watch),
    list: async (folder) => (await backups()).list(folder),
    restore: async (order, watch) => (await backups()).restore(order, watch),
    verify: async (order, watch) => (await backups()).verify(order, watch),
    reopen: async (order) => (await backups()).reopen(order),
    losses: async (data) => (await backups()).losses(data),
  },
  standby: {
    follow: async (order) => (await import('./standby/follow.ts')).follow(order),
    promote: async (order, watch) => (await import('./standby/promote.ts')).promote(order, watch),
    requestTerm: async (data) => (await import('./standby/term-file.ts')).requestTerm(data),
    takeTerm: async (order) => (await import('./standby/term-file.ts')).takeTerm(order),
  },
  apart: async (argv, secret) => (await import('./apart.ts')).startApart(argv, secret),
  keyring: keyringFileStore,
  durable: nodeDurable,
  files: nodeFiles,
  transport: (url, certificate) => nodeHttpTransport(url, certificate ?? undefined),
  pages: {
    desk: async (order) => (await import('./pages/distant.ts')).distantPages().desk(order),
    verify: async (order) => (await import('./pages/distant.ts')).distantPages().verify(order),
    open: async (order) => (await import('./pages/opening.ts')).openPages(order),
    close: async (data) => (await import('./pages/opening.ts')).closePages(data),
  },
};

async function backups(): Promise<BackupHost> {
  return (await import('./backup/host.ts')).nodeBackups;
}

type Outside = Pick<CliContext, 'environment' | 'output' | 'prompt' | 'stop'>;

/** A context for commands on this machine. */
export function nodeContext(outside: Outside): CliContext {
  const locale = localeOf(outside.environment);
  return {
    ...outside,
    input: standardInput,
    version,
    provider: nodeCrypto,
    clock: nodeClock,
    random: nodeRandom,
    locale,
    timeZone: timeZoneOf(outside.environment),
    words: wordsOf(locale),
    placed: placedIn(new Values({}), outside.environment),
    host: nodeHost,
    opaque: async () => (await import('#platform/wasm/opaque.ts')).loadOpaque(),
    practice: {
      run: async (context, order) => (await import('./practice/province.ts')).runPractice(context, order),
      keep: async (context, data) => (await import('./practice/province.ts')).keepPractice(context, data),
    },
  };
}

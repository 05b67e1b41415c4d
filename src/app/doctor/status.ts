/** `tram status`: how a station stands, from its folder and from what it says of itself where it runs. */
import type { StatusReport } from '#cli/status-report.ts';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { agreementsAt } from '#model/agreements.ts';
import { diskLevel } from '#station/kernel/watermarks.ts';
import { HEALTH_PATHS, readyAnswer } from '#wire/api/health.ts';
import { readLastBackup } from '../last-backup.ts';
import { version } from '../version.ts';
import { type Facts, readFacts } from './facts.ts';
import { metricOf } from './folder-checks.ts';
import { type DoctorOutside, nodeOutside } from './outside.ts';
import { keysUntil, newestCheckpoint } from './record-checks.ts';
import { strandedAt } from './stranded.ts';

const MEBIBYTE = 2 ** 20;

/** @throws Refusal `data-folder-empty` where no station stands there */
export async function statusOf(data: string, outside: DoctorOutside = nodeOutside): Promise<StatusReport> {
  const facts = await readFacts(data, 0, outside);
  try {
    const { identity, directory, running } = facts;
    if (identity === null) throw new Refusal('data-folder-empty', { folder: data });
    const checkpoint = await newestCheckpoint(facts);
    const backup = readLastBackup(data);
    const own = directory?.offices().filter(({ station }) => station === identity.station) ?? [];
    const entries = await facts.db?.one<{ count: number }>('select count(*) as count from ledger_entry');
    return {
      station: identity.station, running, version,
      ready: running === null ? null : await readyOf(outside, running.url),
      incarnation: hex(identity.incarnation),
      ledgerEntries: entries?.count ?? null,
      directoryEntries: directory?.point.size ?? null,
      links: await linksOf(facts),
      stranded: await strandedAt(facts),
      disk: diskOf(facts),
      checkpoint: checkpoint === null ? null : { time: checkpoint.time, entries: checkpoint.size, witnessed: checkpoint.witnessed },
      backup: backup === null || !backup.ok ? null : { time: backup.time },
      officeKeys: own.map(({ office }) => ({ office, until: keysUntil(directory!, office) ?? null })),
      memoryBytes: running === null ? null : await metricOf(outside, running.url, 'process_resident_memory_bytes'),
    };
  } finally {
    await facts.db?.close();
  }
}

async function readyOf(outside: DoctorOutside, url: string): Promise<StatusReport['ready']> {
  const told = await outside.ask(`${url}${HEALTH_PATHS.ready}`);
  const answer = told === null ? null : readyAnswer.safeParse(JSON.parse(told.text));
  return answer?.success === true ? { ready: answer.data.ready, reasons: answer.data.reasons } : { ready: false, reasons: ['api-silent'] };
}

async function linksOf({ db, directory, identity, running, outside }: Facts): Promise<StatusReport['links']> {
  const { station } = identity!;
  const peers = directory === null ? [] : [...directory.neighbours(station).toSorted(), ...agreementsAt(directory, station).map(({ peer }) => peer)];
  return Promise.all(peers.map(async (peer) => {
    const waiting = await db?.one<{ count: number; oldest: number | null }>('select count(*) as count, min(queued_at) as oldest from link_queue where peer = ?', peer);
    const met = await db?.one<{ met: number | null }>('select last_met as met from link_state where peer = ?', peer);
    const up = running === null ? null : await metricOf(outside, running.url, `tram_link_up{peer="${peer}"}`);
    const state = up === null ? 'unknown' : up === 1 ? 'up' : 'down';
    return { peer, state, queued: waiting?.count ?? 0, oldestQueued: waiting?.oldest ?? null, lastMet: met?.met ?? null };
  }));
}

function diskOf({ data, configuration, outside }: Facts): StatusReport['disk'] {
  const freeBytes = outside.freeBytes(data);
  const marks = {
    warnBytes: configuration.diskWarnMebibytes * MEBIBYTE,
    partsBytes: configuration.diskPartsMebibytes * MEBIBYTE,
    dispatchesBytes: configuration.diskDispatchesMebibytes * MEBIBYTE,
  };
  return { level: diskLevel(freeBytes, marks), freeBytes };
}

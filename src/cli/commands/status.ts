/** How a station stands, on one screen, without logging in: from its folder. */
import { waitingOn } from '#client/link-board.ts';
import { detailInWords } from '#core/reason-words.ts';
import { fill } from '#core/refusal-words.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { awaitedAt, type StatusReport } from '../status-report.ts';
import { dataOf } from '../homes.ts';
import { formatInstant, formatSize } from '../locale.ts';
import { columns, heldText, isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';
import { operationsEn } from '../words/operations-en.ts';
import { operationsVi } from '../words/operations-vi.ts';

export async function status(context: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, context.environment);
  const report = await context.host.status(data);
  return { json: jsonOf(data, report), lines: linesOf(context, report) };
}

function jsonOf(data: string, report: StatusReport): unknown {
  const { running, links, stranded, checkpoint, backup, officeKeys } = report;
  return {
    data, ...report,
    running: running === null ? null : { ...running, since: isoOrNull(running.since) },
    links: links.map((link) => ({ ...link, oldestQueued: isoOrNull(link.oldestQueued), lastMet: isoOrNull(link.lastMet) })),
    stranded: stranded.map((one) => ({ ...one, since: isoOrNull(one.since) })),
    checkpoint: checkpoint === null ? null : { ...checkpoint, time: isoOrNull(checkpoint.time) },
    backup: backup === null ? null : { time: isoOrNull(backup.time) },
    officeKeys: officeKeys.map(({ office, until }) => ({ office, until: isoOrNull(until) })),
  };
}

function linesOf(context: CliContext, report: StatusReport): string[] {
  const { locale, timeZone } = context;
  const { status: said, diskLevel: levels } = locale === 'vi' ? operationsVi : operationsEn;
  const at = (time: number): string => formatInstant(time, timeZone);
  const { running, ready, checkpoint, backup, disk } = report;
  const notReady = ready === null || ready.ready ? null : fill(said.notReady, detailInWords({ reasons: ready.reasons.join(', ') }, locale));
  const runs = running === null ? said.notRunning : [fill(said.at, { url: running.url, pid: running.pid, ...awaitedAt(running.linkPort), since: at(running.since) }), notReady].filter((text) => text !== null).join('; ');
  return columns([
    [said.station, report.station],
    [said.running, runs],
    [said.version, running?.version ?? report.version],
    [said.incarnation, report.incarnation.slice(0, 12)],
    [said.ledger, report.ledgerEntries === null ? '–' : fill(said.entries, { count: report.ledgerEntries })],
    [said.directory, report.directoryEntries === null ? '–' : fill(said.entries, { count: report.directoryEntries })],
    ...report.links.map(({ peer, state, queued, oldestQueued, lastMet }) => [fill(said.link, { peer }), fill(said.linkText, {
      state: said[state], queued, met: lastMet === null ? '–' : at(lastMet), ...(oldestQueued !== null && { oldest: at(oldestQueued) }),
    })] as const),
    ...report.stranded.map(({ station, held, since }) => [fill(said.noWay, { station }), fill(said.noWayText, { count: waitingOn({ queued: held }), held: heldText(context, held), since: at(since) })] as const),
    [said.disk, fill(said.diskText, { free: formatSize(disk.freeBytes, locale), level: levels[disk.level as keyof typeof levels] })],
    [said.checkpoint, checkpoint === null ? said.none : fill(said.checkpointText, { time: at(checkpoint.time), count: checkpoint.entries, witnessed: checkpoint.witnessed })],
    [said.backup, backup === null ? said.none : at(backup.time)],
    ...report.officeKeys.map(({ office, until }) => [fill(said.keys, { office }), until === null ? said.endless : fill(said.until, { time: at(until) })] as const),
    [said.memory, report.memoryBytes === null ? null : formatSize(report.memoryBytes, locale)],
  ]);
}

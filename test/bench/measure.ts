/**
 * Timing for the benchmarks: medians over runs, a spawn calibration beside each, and one table with ratios. Figures of a
 * shared machine are noisy; ratios within one run are what is worth quoting.
 */

import { spawnSync } from 'node:child_process';

export interface Row {
  readonly tool: string;
  readonly task: string;
  /** One entry a run. */
  readonly seconds: readonly number[];
  readonly items: number;
  readonly payloadBytes: number;
  /** Bytes beyond the payload, of one item. */
  readonly overheadBytes?: number;
  /** Time of the run that was spent in starting processes, one entry a run. */
  readonly spawnSeconds?: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @param share 0.99 for the value that 99 of 100 do not exceed */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** Seconds that an async piece of work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Seconds of this process's time on processors that an async piece of work takes: what others do on the machine counts for little. */
export async function worked(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Runs a peer's command; a failure ends the benchmark rather than flattering the peer or us. */
export function command(program: string, args: readonly string[], options: { cwd?: string; input?: Uint8Array } = {}): void {
  const result = spawnSync(program, args, { ...options, stdio: [options.input ? 'pipe' : 'ignore', 'ignore', 'pipe'] });
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr?.toString() ?? result.error}`);
}

/** Seconds that `count` starts of /bin/true take now. */
export function spawnCost(count: number): number {
  const start = process.hrtime.bigint();
  const sample = Math.min(count, 100);
  for (let i = 0; i < sample; i++) command('/bin/true', []);
  return (Number(process.hrtime.bigint() - start) / 1e9 / sample) * count;
}

const HEADINGS = ['tool', 'task', 's (median)', 'items/s', 'MB/s', 'net of spawning, s', 'overhead B', 'x NNCP'];

/** A markdown table; `x NNCP` is NNCP's time for the same step divided by this tool's (greater is better here). */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map((row) => cells(row, rows))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells(row: Row, rows: readonly Row[]): string[] {
  const seconds = median(row.seconds);
  const spawned = row.spawnSeconds ? Math.max(0, seconds - median(row.spawnSeconds)) : seconds;
  const peer = rows.find((other) => other.tool === 'nncp' && other.task === row.task);
  const ratio = peer && seconds > 0 ? median(peer.seconds) / seconds : null;
  return [
    row.tool,
    row.task,
    seconds.toFixed(3),
    row.items > 1 ? (row.items / seconds).toFixed(0) : '',
    (row.payloadBytes / 1e6 / seconds).toFixed(1),
    spawned.toFixed(3),
    row.overheadBytes?.toFixed(0) ?? '',
    ratio?.toFixed(1) ?? '',
  ];
}

/** Continuous backup: one run after another until it is stopped; a run that fails is said, and the next one tries again. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { BackupOrder, BackupReport, BackupWatch } from '../backup-host.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { formatInstant, formatSeconds, formatSize } from '../locale.ts';
import { pause } from '../pause.ts';
import type { Values } from '../values.ts';

const UNITS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;
const SPAN_MS_MAX = 7 * DAY_MS;

/**
 * A span such as `30s`, `5m`, `6h`; null where it was not given.
 * @throws Refusal `option-unknown` where it is none, below the least or above a week
 */
export function spanOf(values: Values, name: string, leastMs: number): number | null {
  const text = values.text(name);
  if (text === null) return null;
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const span = match === null ? 0 : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  if (span >= leastMs && span <= SPAN_MS_MAX) return span;
  throw new Refusal('option-unknown', { option: `--${name}`, value: text, words: `${leastMs / SECOND_MS}s … 7d: 30s, 5m, 6h, 1d` });
}

/** @throws Refusal whatever the first run refuses: what is wrong from the start is no passing trouble */
export async function backupEvery(context: CliContext, values: Values, order: BackupOrder, watch: BackupWatch & { readonly everyMs: number }): Promise<Outcome> {
  const { clock, stop, host } = context;
  const { everyMs } = watch;
  const tell = telling(context, values);
  let [runs, failed] = [0, 0];
  let last: BackupReport | null = null;
  while (!stop.aborted) {
    const began = clock.monotonicMs();
    try {
      // A folder that was mounted and is not any more must not be begun anew in the place where it was.
      if (last !== null) await host.backups.list(order.to);
      last = await host.backups.make(last === null ? order : { ...order, recipient: null }, watch);
      runs += 1;
      tell(...madeLine(context, last, everyMs));
    } catch (error) {
      if (isStop(error)) break;
      if (last === null || !isPassing(error)) throw error;
      failed += 1;
      tell(...failedLine(context, error, last));
    }
    await pause(context, Math.max(0, everyMs - (clock.monotonicMs() - began)));
  }
  const json = { stopped: true, backups: runs, failed, last: last === null ? null : { name: last.name, time: new Date(last.time).toISOString() } };
  return { json, lines: [fill(context.words.standby.everyStopped, { runs, failed })] };
}

function madeLine({ words, locale }: CliContext, { name, time, objects, bytes, tookMs, ledger, pruned }: BackupReport, everyMs: number): Said {
  const lagSecondsMax = Math.ceil((everyMs + tookMs) / SECOND_MS);
  const detail = { name, objects, size: formatSize(bytes, locale), seconds: formatSeconds(tookMs, locale), lag: lagSecondsMax };
  const json = { backup: name, time: new Date(time).toISOString(), ledger: ledger.size, objects, bytes, tookMs, pruned, lagSecondsMax };
  return [json, fill(words.standby.everyMade, detail)];
}

function failedLine({ words, locale, clock, timeZone }: CliContext, error: unknown, last: BackupReport): Said {
  const { code, reason } = troubleOf(error, locale);
  const json = { failed: code, last: last.name, lagSeconds: Math.ceil((clock.now() - last.time) / SECOND_MS) };
  return [json, fill(words.standby.everyFailed, { reason, time: formatInstant(last.time, timeZone) })];
}

/** What a program reads of one step of long work, and what a person does. */
export type Said = readonly [json: unknown, line: string];

/** Says what happens while it happens: lines of JSON for programs, else words. */
export function telling({ output }: CliContext, values: Values): (...said: Said) => void {
  const isJson = values.flag('json');
  return (json, line) => (isJson ? output.emit(json) : output.say(line));
}

export function troubleOf(error: unknown, locale: CliContext['locale']): { readonly code: string; readonly reason: string } {
  if (error instanceof Refusal) return { code: error.code, reason: refusalSentence(error.code, error.detail, locale) };
  const code = (error as NodeJS.ErrnoException).code ?? 'internal';
  return { code, reason: `${code}.` };
}

export function isStop(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'cancelled';
}

/** A refusal, or what the operating system says of a folder on another machine; not a fault of ours. */
export function isPassing(error: unknown): boolean {
  return error instanceof Refusal || typeof (error as NodeJS.ErrnoException).code === 'string';
}

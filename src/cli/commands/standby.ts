/** A warm standby: following, and becoming the station. */
import path from 'node:path';
import { SECOND_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { termFingerprint } from '#client/directory/term.ts';
import { termRequest } from '#wire/term.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, readBytes, refuseInside, resolved } from '../homes.ts';
import { formatInstant, formatSeconds } from '../locale.ts';
import { pause } from '../pause.ts';
import type { Following, StandbyStep } from '../standby-host.ts';
import type { Values } from '../values.ts';
import { auditLines, secretOf, watchOf } from './backup.ts';
import { isPassing, isStop, type Said, spanOf, telling, troubleOf } from './backup-every.ts';

const EVERY_MS = 30 * SECOND_MS;
const EVERY_MS_MIN = SECOND_MS;

export async function standby(context: CliContext, values: Values): Promise<Outcome> {
  const data = resolved(values.need('data'));
  const from = resolved(values.need('folder'));
  refuseInside(data, from, 'folder');
  const everyMs = values.flag('once') ? null : (spanOf(values, 'every', EVERY_MS_MIN) ?? EVERY_MS);
  const secret = await secretOf(context, values);
  try {
    const following = await context.host.standby.follow({ data, from, secret });
    try {
      return await followOn(context, values, following, everyMs);
    } finally {
      following.close();
    }
  } finally {
    secret.fill(0);
  }
}

async function followOn(context: CliContext, values: Values, following: Following, everyMs: number | null): Promise<Outcome> {
  const { stop, words, timeZone } = context;
  const tell = telling(context, values);
  let [applied, failed] = [0, 0];
  let last: StandbyStep | null = null;
  while (!stop.aborted) {
    try {
      const step = await following.step(watchOf(context));
      if (step.applied !== null) applied += 1;
      if (step.applied !== null || last === null) tell(...stepLine(context, step));
      last = step;
    } catch (error) {
      if (isStop(error)) break;
      if (last === null || everyMs === null || !isPassing(error)) throw error;
      failed += 1;
      const { code, reason } = troubleOf(error, context.locale);
      tell({ failed: code, held: last.held?.name ?? null, lagSeconds: lagOf(context, last) },
        fill(words.standby.followFailed, { reason, time: formatInstant(last.held?.time ?? 0, timeZone) }));
    }
    if (everyMs === null) break;
    await pause(context, everyMs);
  }
  const json = { station: last?.station ?? null, founding: last?.founding ?? null, held: last?.held ?? null, applied, failed };
  return { json, lines: [fill(words.standby.followStopped, { applied, failed })] };
}

function stepLine(context: CliContext, step: StandbyStep): Said {
  const { words, timeZone } = context;
  const { held, applied } = step;
  const lag = lagOf(context, step);
  const detail = { name: held?.name ?? '', time: formatInstant(held?.time ?? 0, timeZone), lag };
  if (applied === null) return [{ ...step, lagSeconds: lag }, fill(words.standby.nothingNew, detail)];
  return [{ ...step, lagSeconds: lag }, fill(words.standby.applied, { ...detail, ...applied, seconds: formatSeconds(applied.tookMs, context.locale) })];
}

/** How old what is held is. */
function lagOf({ clock }: CliContext, { held }: StandbyStep): number {
  return held === null ? 0 : Math.max(0, Math.ceil((clock.now() - held.time) / SECOND_MS));
}

export async function promote(context: CliContext, values: Values): Promise<Outcome> {
  if (values.text('term') !== null) return takeTerm(context, values);
  if (values.flag('alone')) throw new Refusal('option-missing', { option: '--term' });
  if (values.text('key') === null) return askAgain(context, values);
  const { host, words, timeZone } = context;
  const data = dataOf(values, context.environment);
  const secret = await secretOf(context, values);
  const order = { data, secret, margin: values.number('margin', 0, 5_000) };
  const report = await host.standby.promote(order, watchOf(context)).finally(() => secret.fill(0));
  const { from, uncaught, termRequest: file, audit, station } = report;
  const fingerprint = fingerprintOf(context, file);
  return {
    ok: audit.ok,
    json: { data, ...report, from: { ...from, time: new Date(from.time).toISOString() }, fingerprint },
    lines: auditLines(context, audit, [
      fill(words.standby.promoted, { station, name: from.name, time: formatInstant(from.time, timeZone) }),
      ...(uncaught === null ? [] : [fill(words.standby.uncaught, { reason: uncaught })]),
      fill(words.backup.reopenedLoss, { time: formatInstant(from.time, timeZone) }),
      ...(fingerprint === null ? [] : [fill(words.standby.termNeeded, { file: file!, fingerprint, data: shellWord(data) })]),
      fill(words.standby.promotedNext, { data: shellWord(data) }),
    ]),
  };
}

/** Of a folder that was promoted already: the request for its term once more. */
async function askAgain(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words } = context;
  const data = dataOf(values, context.environment);
  // A standby that is not promoted yet needs the key.
  if (host.exists(path.join(data, 'standby.json'))) values.need('key');
  const file = await host.standby.requestTerm(data);
  const fingerprint = fingerprintOf(context, file);
  const line = fingerprint === null ? words.standby.noTerm : fill(words.standby.termNeeded, { file: file!, fingerprint, data: shellWord(data) });
  return { json: { data, termRequest: file, fingerprint }, lines: [line] };
}

function fingerprintOf({ provider }: CliContext, file: string | null): string | null {
  return file === null ? null : termFingerprint(provider, termRequest.decode(readBytes(file)));
}

async function takeTerm(context: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, context.environment);
  const { standby: words } = context.words;
  const alone = values.flag('alone');
  const taken = await context.host.standby.takeTerm({ data, entry: readBytes(values.need('term')), alone });
  return { json: { data, ...taken, alone }, lines: [fill(alone ? words.termAlone : words.termTaken, taken)] };
}

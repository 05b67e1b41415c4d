/** What a courier carries on a stick: written for a neighbour, read at the other end. */
import { constants, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalDetail, refusalSaid } from '#core/refusals.ts';
import { dropBundle, inTheirOrder, isOwnVolume, lookAt, nextSteps, oneOrMany, readVolume, type ReadVolume, stillToCome, VOLUME_ENDING, type NextSteps, type VolumeFile, volumeName, writeBundle } from '#client/bundles.ts';
import { type BundleRecord, type bundlesAnswer, VOLUME_BYTES } from '#wire/api/bundles.ts';
import type { z } from 'zod';
import type { Outcome } from '../command.ts';
import { isFolder } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { resolved } from '../homes.ts';
import { formatInstant, formatSize } from '../locale.ts';
import { markOf, PRECEDENCE_MARKS } from '../marks.ts';
import { codeFrom } from '../names.ts';
import { placedLine } from '../placed.ts';
import { demandStationNamed } from '../station-named.ts';
import { isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';
import { fetched, folderOf, untilStopped } from './bundle-stick.ts';

export function bundleExport(context: CliContext, values: Values): Promise<Outcome> {
  const { words: { bundle: said }, locale, output, stop } = context;
  const peer = codeFrom(values, 'neighbour');
  const out = folderOf(context, resolved(values.need('out')));
  const precedences = values.text('precedence')?.split(',').map((word) => markOf(PRECEDENCE_MARKS, word, '--precedence'));
  const order = {
    peer, again: values.flag('again'),
    ...(precedences !== undefined && { precedences }),
    ...sized(values, 'volume-size', 'volumeBytes', VOLUME_BYTES.least, VOLUME_BYTES.most),
    ...sized(values, 'max-bytes', 'bytesMax', 1, Number.MAX_SAFE_INTEGER),
  };
  return withDevice(context, values, async ({ session: { api, view } }) => {
    const { station } = await api.call('station', {});
    demandStationNamed(view, peer);
    const desk = { api, clock: context.clock };
    const { record, files } = await untilStopped(context, async () => {
      const made = await writeBundle(desk, order, ({ items, bytes }) =>
        output.progress(fill(said.writing, { items, size: formatSize(bytes, locale) })), stop);
      return { record: made, files: await fetched(context, desk, made, out, (volume) => path.join(out, volumeName(station, made, volume))) };
    });
    const { number, items, bytes } = record;
    const notes = record.notes ?? 0;
    const lines = [
      fill(items === 0 ? said.empty : items === notes ? said.onlyNotes : said.written, { number: number ?? 0, peer, items: items - notes, size: formatSize(bytes, locale), volumes: files.length }),
      ...files.map((file, at) => fill(said.file, { file, size: formatSize(record.volumes[at]!, locale) })),
      ...(notes === 0 ? [] : [fill(said.notesGo, { count: notes })]),
      ...aboutOthers(context, record),
      said.eject,
      ...(items === 0 ? [] : [placedLine(context, said.stays)]),
    ];
    return { json: { ...jsonOf(record), files }, lines };
  });
}

function aboutOthers({ words: { bundle: said } }: CliContext, { repeated, leftOut }: BundleRecord): string[] {
  const lines = (repeated ?? []).length === 0 ? [] : [fill(said.repeated, oneOrMany('bundle', 'bundles', repeated!))];
  if (leftOut === null) return lines;
  const { underWay, bundles, precedence, tooLarge, ids, full } = leftOut;
  if (underWay > 0) lines.push(fill(said.left.underWay, { count: underWay, ...oneOrMany('bundle', 'bundles', bundles) }));
  if (precedence > 0) lines.push(fill(said.left.precedence, { count: precedence }));
  if (tooLarge > 0) lines.push(fill(said.left.tooLarge, { count: tooLarge, ids: ids.map((id) => id.slice(0, 12)).join(', ') }));
  if (full > 0) lines.push(fill(said.left.full, { count: full }));
  return lines;
}

/** Reads each volume, in their own order; what one of them is refused for says nothing of the others. */
export function bundleImport(context: CliContext, values: Values): Promise<Outcome> {
  const { words: { bundle: said }, locale, output, stop } = context;
  const names = values.operands.map(resolved).flatMap(volumesIn);
  return withDevice(context, values, async ({ session: { api } }) => {
    const came = new Map<string, ReadVolume | Refusal>();
    const put = (file: string, error: unknown): void => {
      if (!(error instanceof Refusal) || endsReading(error)) throw error;
      came.set(file, error);
    };
    for (const file of await inTheirOrder(names, (name) => withFile(name, lookAt), put)) {
      try {
        came.set(file, await withFile(file, (opened) => readVolume({ api }, opened, {
          signal: stop,
          progress: (done) => output.progress(fill(said.reading, { file: path.basename(file), done: formatSize(done, locale), total: formatSize(opened.size, locale) })),
        })));
      } catch (error) {
        put(file, error);
      }
    }
    const read = [...came.values()].filter((one) => 'report' in one);
    const results = [...came].map(([file, one]) => (one instanceof Refusal ? refusedFile(context, file, one) : readFile(context, file, one, stillToCome(one, read))));
    const told = results.flatMap(({ lines }) => lines);
    return { json: { volumes: results.map(({ json }) => json) }, lines: [...told, ...nextLines(context, nextSteps(read))], ok: results.every(({ ok }) => ok) };
  });
}

/** What concerns the station, or whoever reads, is the same for every other volume. */
export function endsReading(error: Refusal): boolean {
  return exitCodeOf(error) === EXIT.cancelled || exitCodeOf(error) === EXIT.unreachable;
}

/** A folder stands for the volumes in it. @throws Refusal `bundle-none` where there are none */
function volumesIn(name: string): string[] {
  if (!isFolder(name)) return [name];
  const volumes = readdirSync(name).filter((one) => one.endsWith(VOLUME_ENDING));
  if (volumes.length === 0) throw new Refusal('bundle-none', { folder: name });
  return volumes.map((one) => path.join(name, one));
}

function nextLines(context: CliContext, { here, onward, peers }: NextSteps): string[] {
  const { words: { bundle: said } } = context;
  return [
    ...(here.count === 0 ? [] : [placedLine(context, said.open, counted(here))]),
    ...onward.map(({ peer, ...some }) => placedLine(context, said.onward, { peer, ...counted(some) })),
    ...peers.map((peer) => placedLine(context, said.goHome, { peer })),
  ];
}

function counted({ count, flash }: NextSteps['here']): RefusalDetail {
  return { count, ...(flash > 0 && { flash }) };
}

interface FileResult {
  readonly json: object;
  readonly lines: string[];
  readonly ok: boolean;
}

function refusedFile({ words: { bundle: said }, locale }: CliContext, file: string, refusal: Refusal): FileResult {
  const { code, detail } = refusal;
  return { json: { file, code }, ok: isOwnVolume(refusal), lines: [fill(said.refused, { file: path.basename(file), reason: refusalSentence(code, detail, locale) })] };
}

function readFile({ words: { bundle: said }, locale }: CliContext, file: string, { volume, report, cut }: ReadVolume, toCome: readonly number[]): FileResult {
  const { number, peer } = volume;
  const named = { file: path.basename(file), number, peer, volume: volume.volume, volumes: volume.volumes };
  const { wasRead, taken, held, refused, notes, settled, unfinished, codes, damaged, continues, isRead, goesOn } = report;
  const ok = isRead || goesOn;
  const lines = wasRead ? [fill(said.wasRead, named)] : [
    fill(said.read, { ...named, taken, held, refused }),
    ...(notes === 0 ? [] : [fill(said.notes, { count: notes })]),
    ...(settled === 0 ? [] : [fill(said.settled, { peer, count: settled })]),
    ...(unfinished === 0 ? [] : [fill(said.unfinished, { count: unfinished }), ...codes.map((code) => `  ${refusalSentence(refusalSaid({ code }).code, {}, locale)}`)]),
    ...(cut === null ? damaged.length === 0 ? [] : [fill(said.damaged, oneOrMany('segment', 'segments', damaged))]
      : [fill(said.cut, { size: formatSize(cut.bytes, locale), of: formatSize(cut.of, locale) })]),
    ...(continues === null ? [] : [fill(said.continues, { before: continues })]),
    ...(ok || continues !== null ? [] : [said.notRead]),
  ];
  const rest = toCome.filter((one) => ok || one !== volume.volume);
  if (rest.length > 0) lines.push(fill(goesOn ? said.goesOn : said.toCome, oneOrMany('volume', 'volumes', rest)));
  return { json: { file, ...volume, written: isoOrNull(volume.written), ...report }, ok, lines };
}

export function bundleList(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async ({ session: { api } }: Device) => listed(context, await api.call('bundles', {})));
}

export function listed({ words: { bundle: said }, timeZone }: Pick<CliContext, 'words' | 'timeZone'>, { written, lacking }: z.output<typeof bundlesAnswer>): Outcome {
  const rows = written.map(({ number, peer, written: at, state, waiting, items, withdrawn, requeued }) => fill(state === 'done' && items === 0 ? said.rowEmpty : said.row, {
    number: number ?? '–', peer, written: at === null ? '–' : formatInstant(at, timeZone), state: said.state[state], waiting, items,
    ...(withdrawn > 0 && { withdrawn }), ...(requeued > 0 && { requeued }),
  }));
  const gaps = lacking.map(({ number, peer, written: at, lacking: volumes }) =>
    fill(at === null ? said.missing : said.begun, { number, peer, ...oneOrMany('volume', 'volumes', volumes) }));
  const lines = rows.length + gaps.length === 0 ? [said.none] : [...rows, ...gaps];
  return { json: { written: written.map(jsonOf), lacking: lacking.map((one) => ({ ...one, written: isoOrNull(one.written) })) }, lines };
}

/** A stick that is broken or never left: what it was to carry goes with the next. @throws Refusal `option-unknown`, `station-unknown`, `bundle-not-written` */
export function bundleDrop(context: CliContext, values: Values): Promise<Outcome> {
  const { words: { bundle: said } } = context;
  const [peer, typed] = [codeFrom(values, 'neighbour'), values.operand(0, 'NUMBER')];
  if (!/^[1-9]\d{0,14}$/.test(typed)) throw new Refusal('option-unknown', { option: 'NUMBER', value: typed.slice(0, 40) });
  return withDevice(context, values, async ({ session: { api, view } }) => {
    const { written } = await api.call('bundles', {});
    const record = written.find((one) => one.peer === peer && String(one.number) === typed);
    if (record === undefined) {
      demandStationNamed(view, peer);
      throw new Refusal('bundle-not-written', { number: typed, peer });
    }
    const { state, waiting } = record;
    const isOver = state === 'done' || state === 'withdrawn';
    if (!isOver) await dropBundle({ api }, record, 'stopped');
    const told = state === 'done' ? said.arrived : state === 'withdrawn' ? said.withdrawn : said.dropped;
    return { json: jsonOf(record), lines: [placedLine(context, told, { number: typed, peer, waiting })] };
  });
}

function jsonOf(record: BundleRecord): object {
  return { ...record, written: isoOrNull(record.written) };
}

/** What lies on somebody's stick need be no file: a pipe is not waited for. @throws Refusal `file-missing` */
export async function withFile<T>(file: string, work: (opened: VolumeFile) => Promise<T>): Promise<T> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new Refusal('file-missing', { file }, { cause });
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Refusal('file-missing', { file, reason: 'no-file' });
    const { size } = found;
    return await work({
      size,
      async read(from, to) {
        const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}

/** `4G`, `500M`, `16777216`: powers of two, the most of a volume a byte less than 4G. @throws Refusal `option-unknown` */
function sized<K extends string>(values: Values, option: string, key: K, least: number, most: number): { [key in K]?: number } {
  const typed = values.text(option);
  if (typed === null) return {};
  const [, digits, unit = ''] = /^(\d{1,15})([KMG]?)$/i.exec(typed) ?? [];
  const bytes = digits === undefined ? Number.NaN : Number(digits) * 2 ** ({ '': 0, K: 10, M: 20, G: 30 }[unit.toUpperCase()] ?? 0);
  const capped = bytes === most + 1 ? most : bytes;
  if (!(capped >= least && capped <= most)) throw new Refusal('option-unknown', { option: `--${option}`, value: typed.slice(0, 40), minimum: shortSize(least), maximum: shortSize(most) });
  return { [key]: capped } as { [key in K]?: number };
}

/** As it is typed; the most of a volume is a byte less than 4G. */
function shortSize(bytes: number): string {
  const unit = (['G', 'M', 'K'] as const).find((_, at) => Math.ceil(bytes / 2) * 2 % 2 ** (30 - 10 * at) === 0);
  return unit === undefined ? String(bytes) : `${Math.ceil(bytes / 2) * 2 / 2 ** { G: 30, M: 20, K: 10 }[unit]}${unit}`;
}

/**
 * A courier's bundles as who carries them handles them: written by the station and fetched from it, given to it
 * and read. What a file or a stick is, whoever calls brings. Source: docs/protocol/bundles.md; api.md §Bundles.
 */
import { compare } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { Refusal, type RefusalDetail, refusalSaid } from '#core/refusals.ts';
import type { Clock } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { BundleRecord, bundleOrder, readingAnswer, readingReport } from '#wire/api/bundles.ts';
import { readVolumeStart, VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import type { z } from 'zod';
import type { StationApi } from './api.ts';
import type { Watch } from './watch.ts';

export type BundleOrder = z.input<typeof bundleOrder>;
export type VolumeReading = z.output<typeof readingAnswer>;
export type ReadingReport = z.output<typeof readingReport>;

export interface BundleDesk {
  readonly api: StationApi;
  readonly clock: Pick<Clock, 'after'>;
}

/** A file of which any stretch can be read. */
export interface VolumeFile {
  readonly size: number;
  /** Fewer bytes at the end. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** How often it is asked how far the station is. */
const ASK_MS = 250;
/** Given to the station at a time: it keeps none of it in memory for long, and progress shows. */
const PIECE_BYTES = 4 * 2 ** 20;

/**
 * Has the station write a bundle, and waits until it is there.
 * @param told after each look at how far it is
 * @throws Refusal as the route; the code of what went wrong; `cancelled`, with nothing left of it
 */
export async function writeBundle({ api, clock }: BundleDesk, order: BundleOrder, told: (record: BundleRecord) => void, signal?: AbortSignal): Promise<BundleRecord> {
  let record = await api.call('writeBundle', { body: order });
  const path = { bundle: record.bundle };
  while (record.state === 'writing') {
    if (signal?.aborted === true) {
      await api.call('dropBundle', { path, query: { why: 'stopped' } });
      throw new Refusal('cancelled');
    }
    told(record);
    await new Promise<void>((resolve) => void clock.after(ASK_MS, resolve));
    record = await api.call('bundle', { path });
  }
  if (record.state === 'failed') throw refusalSaid({ code: record.reason ?? 'internal' });
  return record;
}

/** A volume's bytes as they come. @param volume from 1 */
export async function volumeBytes({ api }: Pick<BundleDesk, 'api'>, { bundle }: Pick<BundleRecord, 'bundle'>, volume: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  return api.call('bundleVolume', { path: { bundle, volume: String(volume) }, signal });
}

/** What fills a sentence that says one number or several: `[volume {volume}][volumes {volumes}]`. */
export function oneOrMany(one: string, many: string, numbers: readonly number[]): RefusalDetail {
  return numbers.length === 1 ? { [one]: numbers[0]! } : { [many]: numbers.join(', ') };
}

/** Whether a volume was not read because the station that it was given to wrote it: on a stick for there and back nothing is wrong with that. */
export function isOwnVolume(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'bundle-not-for-us' && Object.hasOwn(error.detail, 'own');
}

/** Of a volume's file name. */
export const VOLUME_ENDING = '.tram';

/** What a volume is called on a stick. */
export function volumeName(station: string, { peer, number }: Pick<BundleRecord, 'peer' | 'number'>, volume: number): string {
  return `${station}-${peer}-${number}-${volume}${VOLUME_ENDING}`;
}

/** Writes a volume where somebody said. @param volume from 1 @throws Refusal `station-unreachable` where it ends early; nothing stands there then */
export async function saveVolume(desk: Pick<BundleDesk, 'api'>, record: BundleRecord, volume: number, sink: FileSink, { progress, signal }: Watch = {}): Promise<void> {
  try {
    let done = 0;
    for await (const piece of await volumeBytes(desk, record, volume, signal)) {
      await sink.write(piece);
      progress?.(done += piece.length);
    }
    if (done !== record.volumes[volume - 1]) throw new Refusal('station-unreachable', { reason: 'cut-off' });
    await sink.commit();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

/** The volumes are where they belong, or (`stopped`) will not be. */
export async function dropBundle({ api }: Pick<BundleDesk, 'api'>, { bundle }: Pick<BundleRecord, 'bundle'>, why: 'fetched' | 'stopped'): Promise<void> {
  await api.call('dropBundle', { path: { bundle }, query: { why } });
}

export interface LookedAt {
  readonly bundle: Uint8Array;
  readonly number: number;
  readonly volume: number;
  readonly startBytes: number;
}

/** What a volume says of itself, unchecked: enough to put files into their order. @throws Refusal `bundle-malformed` */
export async function lookAt(file: VolumeFile): Promise<LookedAt> {
  try {
    const startBytes = volumeStartBytes(await file.read(0, VOLUME_START_BYTES));
    const { statement: { bundle, number, volume, segments } } = readVolumeStart(await file.read(0, startBytes));
    const bytes = segments.reduce((sum, { length }) => sum + length, startBytes);
    if (file.size > bytes) throw new DecodeError('length', bytes, 'more than it says');
    return { bundle, number, volume, startBytes };
  } catch (error) {
    if (error instanceof DecodeError) throw new Refusal('bundle-malformed', { field: error.field });
    throw error;
  }
}

/** Bundle after bundle, volume after volume. @param look what a file says of itself @param put takes a file that is none */
export async function inTheirOrder<F>(files: readonly F[], look: (file: F) => Promise<LookedAt>, put: (file: F, error: unknown) => void): Promise<F[]> {
  const known: (LookedAt & { readonly file: F })[] = [];
  for (const file of files) {
    try {
      known.push({ file, ...(await look(file)) });
    } catch (error) {
      put(file, error);
    }
  }
  return known.toSorted((a, b) => a.number - b.number || compare(a.bundle, b.bundle) || a.volume - b.volume).map(({ file }) => file);
}

/** What a volume was, and what came of it. */
export interface ReadVolume {
  readonly volume: VolumeReading;
  readonly report: ReadingReport;
  /** How much of its bytes are in the file; null where all are. */
  readonly cut: { readonly bytes: number; readonly of: number } | null;
}

/** What there is to do after sticks were read. */
export interface NextSteps {
  /** Dispatches that came now and can be opened here. */
  readonly here: SomeDispatches;
  /** Those that wait to go on, by neighbour. */
  readonly onward: readonly (SomeDispatches & { readonly peer: string })[];
  /** Neighbours to whom answers wait that the courier may take home. */
  readonly peers: readonly string[];
}

export interface SomeDispatches {
  readonly count: number;
  /** Among them. */
  readonly flash: number;
}

export function nextSteps(read: readonly ReadVolume[]): NextSteps {
  const onward = Map.groupBy(read.flatMap(({ report: { where } }) => where.onward), ({ peer }) => peer);
  const answered = read.filter(({ report: { taken, held, refused } }) => taken + held + refused > 0);
  return {
    here: together(read.map(({ report: { where } }) => where.here)),
    onward: [...onward].map(([peer, some]) => ({ peer, ...together(some) })),
    peers: [...new Set(answered.map(({ volume: { peer } }) => peer))],
  };
}

function together(some: readonly SomeDispatches[]): SomeDispatches {
  return { count: some.reduce((sum, { count }) => sum + count, 0), flash: some.reduce((sum, { flash }) => sum + flash, 0) };
}

/** What of a bundle is still to be read beyond volumes that were read meanwhile. @param read volumes, in whatever order, and what came of them */
export function stillToCome({ volume: { bundle }, report: { lacking } }: ReadVolume, read: readonly ReadVolume[]): number[] {
  const since = new Set(read.filter(({ volume, report }) => volume.bundle === bundle && (report.isRead || report.goesOn)).map(({ volume: { volume } }) => volume));
  return lacking.filter((one) => !since.has(one));
}

/**
 * Gives the station a volume, as much of it as it wants.
 * @returns what the volume is, and what came of it
 * @throws Refusal as the routes; `cancelled`, with nothing lost of what was taken
 */
export async function readVolume({ api }: Pick<BundleDesk, 'api'>, file: VolumeFile, { progress, signal }: Watch = {}): Promise<ReadVolume> {
  const { startBytes } = await lookAt(file);
  let volume = await api.call('readBundle', { body: await file.read(0, startBytes), signal });
  const path = { reading: volume.reading };
  const bytes = Math.min(volume.bytes, file.size - startBytes);
  while (!volume.wasRead && volume.offset < bytes) {
    if (signal?.aborted === true) throw new Refusal('cancelled');
    const { offset } = volume;
    const from = startBytes + offset;
    const piece = await file.read(from, Math.min(from + PIECE_BYTES, startBytes + bytes));
    volume = await api.call('feedBundle', { path, query: { offset }, body: piece, signal });
    progress?.(volume.offset);
  }
  const cut = bytes < volume.bytes ? { bytes: file.size, of: startBytes + volume.bytes } : null;
  return { volume, report: await api.call('endReading', { path }), cut };
}

/**
 * Couriers' sticks as a carrier beside connections: one bundle is written at a time, a few volumes are read at a time.
 * The station opens no path that somebody names: what it wrote is fetched from it, what it reads is given to it.
 * Source: docs/protocol/bundles.md.
 */
import { fromHex, hex } from '#core/bytes.ts';
import { DAY_MS, MINUTE_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { VOLUME_BYTES, type BundleRecord } from '#wire/api/bundles.ts';
import type { LinksRoom } from '../talk.ts';
import { type BundleOrder, BundleWriter } from './bundle-writer.ts';
import { Bundles, type CarryingBundle, type WrittenBundle } from './bundles.ts';
import type { ReadBundle } from './read-bundles.ts';
import { stagedName } from './volume-writer.ts';
import type { ReadingReport } from './reading-report.ts';
import { VolumeReading } from './volume-reading.ts';

/** Volumes that nobody fetched are dropped after this long. */
const HELD_MS_MAX = DAY_MS;
/** A reading of which nothing is heard is let go. */
const READING_MS_MAX = 10 * MINUTE_MS;
const READINGS_MAX = 4;
/** One of which nothing was heard for this long gives way to the next of its neighbour: whoever began it has gone. */
const QUIET_MS_MAX = MINUTE_MS / 2;
const READ_BYTES = 2 ** 20;

interface CourierDeps {
  readonly room: LinksRoom;
  readonly demandRoom: (bytes: number) => void;
  readonly met: (peer: string, incarnation: Uint8Array | null) => number;
  readonly wake: (peer: string, rank: number) => void;
}

interface Writing {
  readonly bundle: string;
  readonly peer: string;
  readonly writer: BundleWriter;
  readonly stop: AbortController;
  readonly over: Promise<void>;
  code: string | null;
  isOver: boolean;
}

interface Reading {
  readonly id: string;
  readonly volume: VolumeReading;
  busy: boolean;
  /** When it was heard of last, by the monotonic clock. */
  heardMs: number;
  cancel: () => void;
}

export interface ReadingEnd extends ReadingReport {
  readonly isRead: boolean;
  readonly wasRead: boolean;
  readonly lacking: readonly number[];
}

export class Courier {
  readonly #deps: CourierDeps;
  readonly #bundles: Bundles;
  readonly #readings = new Map<string, Reading>();
  /** Readings that begin: each has its place from the first moment. */
  #opening = 0;
  /** Neighbours of which one begins to be read. */
  readonly #openingOf = new Set<string>();
  /** The one that is being written, or that was last. */
  #writing: Writing | null = null;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
    this.#bundles = new Bundles(deps.room);
  }

  /** Begins to write; `state` says how far it is. @throws Refusal `bundle-busy`, `peer-unknown`, `peer-beyond`, `peer-own`, `station-unknown` */
  write(order: Omit<BundleOrder, 'volumeBytes'> & { readonly volumeBytes?: number | undefined }): BundleRecord {
    if (this.#writing?.isOver === false) throw new Refusal('bundle-busy');
    const { room, demandRoom, met } = this.#deps;
    const id = room.random.bytes(16);
    const stop = new AbortController();
    const full = { ...order, volumeBytes: order.volumeBytes ?? VOLUME_BYTES.most };
    const writer = new BundleWriter({ room, bundles: this.#bundles, demandRoom, met }, full, id, stop.signal);
    const writing: Writing = { bundle: hex(id), peer: order.peer, writer, stop, over: this.#run(writer, () => writing), code: null, isOver: false };
    this.#writing = writing;
    return recordOfWriting(writing);
  }

  /** Resolves when nothing is being written. */
  async written(): Promise<void> {
    await this.#writing?.over;
  }

  /** @throws Refusal `bundle-unknown` */
  async state(bundle: string): Promise<BundleRecord> {
    const found = (await this.list()).written.find((one) => one.bundle === bundle);
    if (found === undefined) throw new Refusal('bundle-unknown');
    return found;
  }

  async list(): Promise<{ written: BundleRecord[]; lacking: ReadBundle[] }> {
    const writing = this.#writing;
    const known = (await this.#bundles.written()).map((one) => recordOf(one, writing));
    const isKnown = known.some(({ bundle }) => bundle === writing?.bundle);
    return { written: writing === null || isKnown ? known : [recordOfWriting(writing), ...known], lacking: await this.#bundles.read.lacking() };
  }

  /** On which sticks copies of an item lie that waits. */
  carrying(id: Uint8Array): Promise<readonly CarryingBundle[]> {
    return this.#bundles.carrying(id);
  }

  /** A volume from an offset on. @throws Refusal `bundle-unknown`, `offset-differs` */
  async volume(bundle: string, volume: number, from: number): Promise<{ size: number; source: AsyncIterable<Uint8Array> }> {
    const known = await this.#bundles.volume(fromHex(bundle)!, volume);
    if (known === null) throw new Refusal('bundle-unknown');
    const size = known.start.length + known.bytes;
    if (!Number.isSafeInteger(from) || from < 0 || from > size) throw new Refusal('offset-differs', { expected: size });
    return { size: size - from, source: this.#stream(stagedName(bundle, volume), known.start, known.bytes, from) };
  }

  /**
   * Drops the volumes here: they were fetched, or (`stopped`) the bundle is not carried, whether they were or not, and then nothing
   * counts as being under way in it; a stick of it that turns up after all is read without harm.
   * @throws Refusal `bundle-unknown`
   */
  async drop(bundle: string, isStopped: boolean): Promise<void> {
    const writing = this.#writing;
    if (writing?.bundle === bundle && !writing.isOver) {
      writing.stop.abort(new Refusal('cancelled'));
      await writing.over;
    }
    const id = fromHex(bundle)!;
    const hadVolumes = await this.#dropVolumes(id);
    const wasWritten = isStopped && (await this.#bundles.withdraw(id));
    if (!hadVolumes && !wasWritten && writing?.bundle !== bundle) throw new Refusal('bundle-unknown');
    if (writing?.bundle === bundle) this.#writing = null;
  }

  /** Begins to read a volume. @param start all that stands before its first segment @throws Refusal as VolumeReading.open; `bundle-busy` */
  async begin(start: Uint8Array): Promise<{ reading: string; volume: VolumeReading }> {
    if (this.#readings.size + this.#opening >= READINGS_MAX) throw new Refusal('bundle-busy');
    const { room, wake } = this.#deps;
    let turnOf: string | null = null;
    const takeTurn = async (peer: string): Promise<void> => {
      const left = this.#demandTurn(peer);
      this.#openingOf.add(peer);
      turnOf = peer;
      if (left !== null) await this.#letGo(left);
    };
    this.#opening += 1;
    try {
      const volume = await VolumeReading.open({ room, bundles: this.#bundles, wake, takeTurn }, start);
      const reading: Reading = { id: hex(room.random.bytes(16)), volume, busy: false, heardMs: 0, cancel: () => {} };
      this.#readings.set(reading.id, reading);
      this.#expectMore(reading);
      return { reading: reading.id, volume };
    } finally {
      this.#opening -= 1;
      if (turnOf !== null) this.#openingOf.delete(turnOf);
    }
  }

  /** Whatever one neighbour's sticks keep busy, the couriers of others find a place. @returns one that was left @throws Refusal `bundle-busy` */
  #demandTurn(peer: string): Reading | null {
    const other = [...this.#readings.values()].find(({ volume }) => volume.peer === peer) ?? null;
    const isLeft = other !== null && !other.busy && this.#deps.room.clock.monotonicMs() - other.heardMs >= QUIET_MS_MAX;
    if (this.#openingOf.has(peer) || (other !== null && !isLeft)) throw new Refusal('bundle-busy');
    return other;
  }

  /** @throws Refusal `bundle-unknown`, `bundle-busy`, `offset-differs`, `bundle-malformed` */
  feed(id: string, offset: number, pieces: AsyncIterable<Uint8Array>): Promise<VolumeReading> {
    return this.#turn(id, async ({ volume }) => {
      await volume.feed(offset, pieces);
      return volume;
    });
  }

  /** @throws as `feed` */
  async end(id: string): Promise<ReadingEnd> {
    return this.#turn(id, async (reading) => {
      const { volume } = reading;
      const isRead = await volume.end();
      this.#forget(reading);
      const about = (await this.#bundles.read.lacking()).find(({ peer, number }) => peer === volume.peer && number === volume.statement.number);
      return { ...volume.report, isRead, wasRead: volume.wasRead, lacking: about?.lacking ?? [] };
    });
  }

  /** The hourly job: volumes that nobody fetched, and what a crash left of one. */
  async sweep(): Promise<void> {
    const { blobs, clock } = this.#deps.room;
    const held = await this.#bundles.held();
    for (const { bundle, written } of held) if (clock.now() - written >= HELD_MS_MAX) await this.#dropVolumes(bundle);
    const known = new Set(held.map(({ bundle, volume }) => stagedName(hex(bundle), volume)));
    const own = this.#writing?.isOver === false ? `bundle-${this.#writing.bundle}` : null;
    for (const name of await blobs.staged()) {
      const isLeft = name.startsWith('bundle-') && !known.has(name) && !(own !== null && name.startsWith(own));
      if (isLeft) await (await blobs.stage(name, 0)).abandon();
    }
  }

  async stop(): Promise<void> {
    this.#writing?.stop.abort(new Refusal('stopping'));
    await this.#writing?.over;
    await Promise.all([...this.#readings.values()].map((reading) => this.#letGo(reading)));
  }

  async #run(writer: BundleWriter, writing: () => Writing): Promise<void> {
    try {
      await writer.write();
    } catch (error) {
      if (!(error instanceof Refusal)) this.#deps.room.say('bundle-failed', { peer: writing().peer, reason: error instanceof Error ? error.message : 'unknown' });
      writing().code = error instanceof Refusal ? error.code : 'internal';
    } finally {
      writing().isOver = true;
    }
  }

  async *#stream(name: string, start: Uint8Array, bytes: number, from: number): AsyncGenerator<Uint8Array> {
    if (from < start.length) yield start.subarray(from);
    for (let at = Math.max(0, from - start.length); at < bytes; ) {
      const piece = await this.#deps.room.blobs.readStaged(name, at, Math.min(bytes, at + READ_BYTES));
      if (piece === null || piece.length === 0) throw new Refusal('bundle-unknown');
      yield piece;
      at += piece.length;
    }
  }

  async #dropVolumes(bundle: Uint8Array): Promise<boolean> {
    const count = await this.#bundles.drop(bundle);
    const { blobs } = this.#deps.room;
    for (let volume = 1; volume <= count; volume++) {
      const name = stagedName(hex(bundle), volume);
      if ((await blobs.stagedSize(name)) !== null) await (await blobs.stage(name, 0)).abandon();
    }
    return count > 0;
  }

  async #turn<T>(id: string, work: (reading: Reading) => Promise<T>): Promise<T> {
    const reading = this.#readings.get(id);
    if (reading === undefined) throw new Refusal('bundle-unknown');
    if (reading.busy) throw new Refusal('bundle-busy');
    reading.busy = true;
    reading.cancel();
    try {
      return await work(reading);
    } catch (error) {
      const isOver = !(error instanceof Refusal) || error.code !== 'offset-differs';
      if (isOver) await this.#letGo(reading);
      if (error instanceof DecodeError) throw new Refusal('bundle-malformed', { field: error.field });
      throw error;
    } finally {
      reading.busy = false;
      if (this.#readings.has(id)) this.#expectMore(reading);
    }
  }

  #expectMore(reading: Reading): void {
    reading.heardMs = this.#deps.room.clock.monotonicMs();
    reading.cancel = this.#deps.room.clock.after(READING_MS_MAX, () => void this.#letGo(reading));
  }

  async #letGo(reading: Reading): Promise<void> {
    this.#forget(reading);
    await reading.volume.stop();
  }

  #forget(reading: Reading): void {
    reading.cancel();
    this.#readings.delete(reading.id);
  }
}

function recordOfWriting({ bundle, peer, writer, code, isOver }: Writing): BundleRecord {
  const { items, bytes } = writer.progress;
  return {
    bundle, peer, state: isOver && code !== null ? 'failed' : 'writing', ...(code !== null && { reason: code }), number: null, written: null, items, waiting: items, bytes,
    ...writer.progress.told(),
    withdrawn: 0, requeued: 0, first: null, last: null, volumes: [],
  };
}

function recordOf({ volumes, ...known }: WrittenBundle, writing: Writing | null): BundleRecord {
  const about = writing?.bundle === known.bundle ? writing.writer.progress.told() : { notes: null, repeated: null, leftOut: null };
  return { ...known, ...about, volumes: [...volumes] };
}

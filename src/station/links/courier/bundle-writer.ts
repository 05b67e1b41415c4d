/**
 * Writes one bundle: what waits for a neighbour, in the order in which it would go over a connection, with all that the
 * neighbour could ask for. Source: docs/protocol/bundles.md §Writing.
 */
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { nextHop } from '#model/routes.ts';
import { bundleStatement, volumeStart } from '#wire/bundle.ts';
import { dataFramePieces, frame } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import { type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';
import { signBatch } from '#wire/sign.ts';
import type { ChannelState } from '../channel.ts';
import { checkOf } from '../check-talk.ts';
import { directoryFrames } from '../directory-talk.ts';
import { LEAF_BYTES } from '../extent.ts';
import { makeHello } from '../hello.ts';
import { offerOf } from '../outgoing.ts';
import type { OwedName } from '../owed.ts';
import { type Neighbour, neighbourOf } from '../policy.ts';
import type { NumberedItem, QueuedItem } from '../queue.ts';
import { type Block, PieceSource } from '../source.ts';
import type { LinksRoom } from '../talk.ts';
import type { OutgoingItem } from '../traffic.ts';
import { type Bundles, type OnStick, spanOf } from './bundles.ts';
import { VolumeWriter } from './volume-writer.ts';
import { Progress } from './writing-progress.ts';

export interface BundleOrder {
  readonly peer: string;
  /** What goes; all of them where not said. */
  readonly precedences?: readonly Precedence[] | undefined;
  readonly volumeBytes: number;
  /** Of all items together. */
  readonly bytesMax?: number | undefined;
  /** Also what lies in a bundle that may still be under way. */
  readonly again?: boolean | undefined;
}

interface BundleWriterDeps {
  readonly room: LinksRoom;
  readonly bundles: Bundles;
  readonly demandRoom: (bytes: number) => void;
  /** Entries of the directory that the neighbour said to have, on connections of this run. */
  readonly met: (peer: string, incarnation: Uint8Array | null) => number;
}

const BATCH = 64;
const WHOLE_FROM = { piece: 'chunks', part: 0, from: 0 } as const;
/** Of a data frame beside its bytes. */
const DATA_FRAME_BYTES = 64;
/** Of the frames that the longest list of leaves takes. */
const LIST_FRAMES_BYTES = 4_096;

interface Loaded {
  readonly item: QueuedItem;
  readonly load: OutgoingItem;
  readonly bytes: number;
}

export class BundleWriter {
  readonly #deps: BundleWriterDeps;
  readonly #order: BundleOrder;
  readonly #bundle: Uint8Array;
  readonly #signal: AbortSignal;
  readonly #met: Neighbour;
  readonly #volumes: VolumeWriter;
  readonly #channels: number[] = [];
  readonly #answered: OwedName[] = [];
  #directory: Uint8Array[] = [];
  readonly progress = new Progress();
  /** Nothing more fits into what may go at most. */
  #isFull = false;

  /** @param bundle 16 random bytes @throws Refusal `peer-unknown`, `peer-beyond`, `peer-own`, `station-unknown` */
  constructor(deps: BundleWriterDeps, order: BundleOrder, bundle: Uint8Array, signal: AbortSignal) {
    const { directory, station, clock, blobs, provider } = deps.room;
    const met = neighbourOf({ view: directory.view(), peers: directory.peers(), station, now: clock.now() }, order.peer);
    if (met === null) throw notNext(deps.room, order.peer);
    this.#deps = deps;
    this.#order = order;
    this.#bundle = bundle;
    this.#signal = signal;
    this.#met = met;
    this.#volumes = new VolumeWriter({ blobs, hash: provider.hash, demandRoom: deps.demandRoom }, hex(bundle), order.volumeBytes);
  }

  /** Resolves when the bundle is durable and known. @throws Refusal `cancelled`, `disk-full`, with nothing left of it */
  async write(): Promise<void> {
    try {
      const state = await this.#deps.room.channels.open(this.#order.peer);
      await this.#begin(state);
      const onSticks = await this.#deps.bundles.onSticks(this.#order.peer);
      const ranks = this.#ranks();
      for (const rank of ranks) await this.#writeRank(rank, onSticks);
      await this.#countOthers(ranks);
      await this.#endVolume();
      await this.#finish();
    } catch (error) {
      await this.#volumes.abandon();
      throw error;
    }
  }

  #ranks(): number[] {
    const { precedences } = this.#order;
    return (precedences ?? (['flash', 'immediate', 'priority', 'routine'] as const)).map((one) => PRECEDENCE_RANK[one]).toSorted((a, b) => b - a);
  }

  async #begin(state: ChannelState): Promise<void> {
    const { room, bundles, met } = this.#deps;
    const { peer } = this.#order;
    if (this.#met.beyond === null) {
      const frames = await directoryFrames(room.directory, Math.max(met(peer, state.peerIncarnation), await bundles.directoryAt(peer)));
      this.#directory = frames.map((one) => frame.encode(one));
    }
    for (const one of this.#directory) await this.#put(one);
    if (state.peerIncarnation === null) return;
    for await (const { frame: bytes, ...name } of room.owed.all({ peer, incarnation: state.peerIncarnation })) {
      await this.#put(bytes);
      this.#answered.push(name);
    }
  }

  async #countOthers(ranks: readonly number[]): Promise<void> {
    const { queued } = await this.#deps.room.queue.state(this.#order.peer);
    for (const [precedence, rank] of Object.entries(PRECEDENCE_RANK)) if (!ranks.includes(rank)) this.progress.leftOut.precedence += queued[precedence as Precedence];
  }

  async #writeRank(rank: number, onSticks: ReadonlyMap<number, OnStick>): Promise<void> {
    const { room } = this.#deps;
    const { peer, again = false, bytesMax = Number.MAX_SAFE_INTEGER } = this.#order;
    for (let after = -1; ; ) {
      const queued = await room.queue.next(peer, rank, after, BATCH);
      if (queued.length === 0) return;
      after = queued.at(-1)!.position;
      const fresh: QueuedItem[] = [];
      for (const item of queued) {
        const stick = item.channel === null ? undefined : onSticks.get(item.channel);
        if (stick?.isUnderWay !== true || again) fresh.push(item);
        else this.progress.underWay(stick.bundle);
      }
      const fitting = await this.#choose(fresh, bytesMax);
      for (const { item: { channel } } of fitting) if (channel !== null && onSticks.has(channel)) this.progress.repeated.add(onSticks.get(channel)!.bundle);
      const numbered = await room.queue.number(peer, fitting.map(({ item }) => item));
      for (const item of numbered) await this.#writeItem(item, fitting.find((one) => one.item.position === item.position)!);
    }
  }

  async #choose(queued: readonly QueuedItem[], bytesMax: number): Promise<Loaded[]> {
    const { room } = this.#deps;
    const { peer } = this.#order;
    const fitting: Loaded[] = [];
    let { bytes: total } = this.progress;
    for (const item of queued) {
      this.#signal.throwIfAborted();
      if (this.#isFull) {
        this.progress.leftOut.full += 1;
        continue;
      }
      const load = await room.traffic().load(item, peer);
      if (load === null) {
        await room.queue.letGo(room.traffic(), peer, item);
        continue;
      }
      const bytes = bytesOf(load);
      if (total + bytes <= bytesMax) {
        fitting.push({ item, load, bytes });
        total += bytes;
        continue;
      }
      if (bytes > bytesMax) this.progress.tooLarge(item);
      this.#isFull = bytes <= bytesMax;
      if (this.#isFull) this.progress.leftOut.full += 1;
    }
    return fitting;
  }

  async #writeItem(item: NumberedItem, { load, bytes }: Loaded): Promise<void> {
    const volumes = this.#volumes;
    if (!volumes.fits(bytes) && bytes <= volumes.capacity) await this.#nextVolume();
    const offer = frame.encode(offerOf(this.#deps.room.incarnation(), item, load, true));
    await this.#put(offer);
    this.#channels.push(item.channel);
    try {
      for (const part of load.parts.keys()) await this.#writePart(item, load, part, offer);
    } catch (error) {
      // What we cannot read ourselves stays queued, and the other items go on.
      if (!(error instanceof Refusal) || error.code !== 'part-incomplete') throw error;
      this.#deps.room.say('data-unreadable', { peer: this.#order.peer, channel: item.channel, code: error.code });
    }
    this.progress.wrote(item, bytes);
  }

  async #writePart(item: NumberedItem, load: OutgoingItem, part: number, offer: Uint8Array): Promise<void> {
    const { room } = this.#deps;
    const about = load.parts[part]!;
    // A list is of use only where it is whole, and with what it speaks of.
    const listBytes = about.chunks === 1 ? 0 : about.chunks * LEAF_BYTES + LIST_FRAMES_BYTES;
    if (!this.#volumes.fits(listBytes + Math.min(about.size, LIMITS.chunkSealedBytes) + DATA_FRAME_BYTES)) await this.#goOn(offer);
    const leaves = async (): Promise<void> => {
      if (about.chunks === 1) return;
      const list = await room.outgoingLists.of(about, room.traffic(), async () => {});
      for (const source = PieceSource.ofBytes({ piece: 'leaves', part, from: 0 }, list.length, async () => list); !source.isDone; ) await this.#putData(item, await source.next(null));
    };
    await leaves();
    for (const source = PieceSource.ofChunks({ ...WHOLE_FROM, part }, room.blobs, about); !source.isDone; ) {
      const block = await source.next(null);
      if (!this.#volumes.fits(block.bytes.length + DATA_FRAME_BYTES)) {
        await this.#goOn(offer);
        await leaves();
      }
      await this.#putData(item, block);
    }
  }

  /** In a further volume the item begins again. */
  async #goOn(offer: Uint8Array): Promise<void> {
    await this.#nextVolume();
    await this.#put(offer);
  }

  async #putData(item: NumberedItem, block: Block): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#volumes.put(...dataFramePieces({ kind: 'data', channel: item.channel, ...block }));
  }

  async #put(encoded: Uint8Array): Promise<void> {
    if (!this.#volumes.fits(encoded.length + 4)) await this.#nextVolume();
    await this.#volumes.put(encoded);
  }

  async #nextVolume(): Promise<void> {
    await this.#endVolume();
    await this.#volumes.next();
    // So that it can be read alone, unless it would be little else.
    const bytes = this.#directory.reduce((sum, one) => sum + one.length + 4, 0);
    if (bytes <= this.#volumes.capacity / 4) for (const one of this.#directory) await this.#volumes.put(one);
  }

  /** The numbers to compare, and within an organisation the newest checkpoint. */
  async #endVolume(): Promise<void> {
    const { peer } = this.#order;
    await this.#volumes.put(frame.encode(await checkOf(this.#deps.room, { peer, beyond: this.#met.beyond })));
  }

  async #finish(): Promise<void> {
    const { room, bundles } = this.#deps;
    const { peer } = this.#order;
    const volumes = await this.#volumes.finish();
    const state = (await room.channels.state(peer))!;
    const number = await bundles.nextNumber(peer);
    const creditor = { peer, incarnation: state.peerIncarnation ?? new Uint8Array(16) };
    const hello = await makeHello(room, { binding: this.#bundle }, this.#met, state);
    const written = room.clock.now();
    const common = {
      version: 1, bundle: this.#bundle, number, volumes: volumes.length, hello: room.provider.hash.sha256(hello.statement), written,
      items: this.#channels.length, read: state.peerIncarnation === null ? 0 : await bundles.read.readUpTo(creditor), waiting: await bundles.waitingNumbers(peer),
      ...spanOf(this.#channels),
    };
    const statements = volumes.map(({ segments }, at) => bundleStatement.encode({ ...common, volume: at + 1, segments: [...segments] }));
    const signatures = await signBatch(room.provider, room.signer, 'bundle', statements, room.random);
    this.#signal.throwIfAborted();
    const starts = statements.map((statement, at) =>
      volumeStart({ hello: hello.statement, helloSignature: hello.signature, statement, signature: signatures[at]! }));
    await room.store.commit(async (tx) => {
      const kept = volumes.map(({ bytes }, at) => ({ start: starts[at]!, bytes }));
      await bundles.add(tx, { ...creditor, bundle: this.#bundle, number, written, channels: this.#channels, volumes: kept, digest: room.provider.hash.sha256(statements[0]!) });
      await room.owed.wrote(tx, peer, this.#answered, number);
    });
  }
}

/** Who is no neighbour: where a station further on is meant, or an office, whose stick takes it there. */
function notNext({ directory, station, nextHops }: LinksRoom, peer: string): Refusal {
  const view = directory.view();
  const home = view.office(peer)?.station ?? peer;
  if (home === station) return new Refusal('peer-own', { peer });
  if (view.station(home) === null && view.agreement(home) === null) return new Refusal('station-unknown', { station: peer });
  const via = nextHop(view, station, home, nextHops);
  if (via !== null) return new Refusal('peer-beyond', { peer, via });
  return new Refusal('peer-unknown', { peer, ...(view.hadLink(station, home) && { reason: 'link-ended' }) });
}

/** Of all its frames together, a little more than they will be. */
function bytesOf({ head, parts }: OutgoingItem): number {
  const ofParts = parts.reduce((sum, { size, chunks }) => sum + size + chunks * (DATA_FRAME_BYTES + 33) + 128, 0);
  return head.length + 1_024 + ofParts;
}

/**
 * Watches every link as it works: nothing of a lower precedence may start while something higher waits. A station needs a
 * moment to see what its own queue holds, so what is seen waiting counts when it still waits at the next frame later on.
 */
import { hex } from '#core/bytes.ts';
import type { Frame, FrameOf } from '#wire/frames.ts';
import { header } from '#wire/envelope.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';
import { LEAF_BYTES } from '#station/links/extent.ts';

/** So many of one precedence may be offered ahead of custody; where nearly as many wait, the others wait for a reason. */
const AHEAD = 60;

interface Offered {
  readonly rank: number;
  /** Bytes of each piece of it, by the names that a want gives them. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** What the other end wants of an item. */
interface Wanted {
  /** Since when nothing of it has gone. */
  readonly since: number;
  /** Bytes that have not gone. */
  readonly due: number;
  readonly hasBegun: boolean;
}

interface Line {
  /** What was offered on this connection, by channel number. */
  readonly items: Map<number, Offered>;
  readonly wanted: Map<number, Wanted>;
  /** When somebody passed what was waiting, for the first time. */
  readonly passed: Map<string, number>;
}

export interface WatchedWorld {
  readonly time: { readonly elapsedMs: number };
  readonly sites: ReadonlyMap<string, { readonly disk: Pick<MemoryDisk, 'inspect'> }>;
}

export class OrderWatch {
  readonly findings: string[] = [];
  readonly #world: WatchedWorld;
  readonly #lines = new Map<string, Line>();

  constructor(world: WatchedWorld) {
    this.#world = world;
  }

  /** A frame left a station. */
  went(from: string, to: string, said: Frame): void {
    if (said.kind === 'hello') this.#lines.set(`${from} ${to}`, { items: new Map(), wanted: new Map(), passed: new Map() });
    const line = this.#lines.get(`${from} ${to}`);
    if (line === undefined) return;
    if (said.kind === 'offer') this.#offered(line, from, to, said);
    if (said.kind === 'data') this.#sent(line, from, to, said);
  }

  /** A frame came to a station. */
  arrived(at: string, from: string, said: Frame): void {
    const line = this.#lines.get(`${at} ${from}`);
    if (line === undefined) return;
    if (said.kind === 'want') this.#wanted(line, said);
    if (said.kind === 'custody' || said.kind === 'refuse') line.wanted.delete(said.channel);
    if (said.kind === 'service' && said.word === 'no-room') line.wanted.delete(said.first);
  }

  #wanted(line: Line, { channel, pieces }: FrameOf<'want'>): void {
    const item = line.items.get(channel);
    if (item === undefined) return;
    const due = pieces.reduce((sum, { piece, part, from }) => sum + Math.max(0, (item.sizes.get(`${piece} ${part}`) ?? 0) - from), 0);
    line.wanted.set(channel, { since: line.wanted.get(channel)?.since ?? this.#world.time.elapsedMs, due, hasBegun: false });
  }

  #offered(line: Line, from: string, to: string, { channel, item, id, precedence, headSize }: FrameOf<'offer'>): void {
    const rank = PRECEDENCE_RANK[precedence];
    line.items.set(channel, { rank, sizes: new Map([['head 0', headSize], ...(item === 'dispatch' ? this.#partSizes(from, id) : [])]) });
    const higher = this.#world.sites.get(from)!.disk.inspect('select id, rank, channel, queued_at from link_queue where peer = ? and rank > ?', [to, rank]);
    const counts = new Map<unknown, number>();
    for (const row of higher) counts.set(row['rank'], (counts.get(row['rank']) ?? 0) + 1);
    for (const row of higher) {
      // What was offered and answered may wait anew, under no number yet: more recipients have joined it.
      if ((row['channel'] !== null && line.items.has(Number(row['channel']))) || counts.get(row['rank'])! >= AHEAD) continue;
      const which = hex(row['id'] as Uint8Array);
      this.#pass(line, `offer ${which} ${String(row['queued_at'])}`, `${from} offered ${to} an item of rank ${rank} while ${which} of rank ${String(row['rank'])} waited to be`);
    }
    this.#passWanted(line, rank, `${from} offered ${to} number ${channel}`);
  }

  #partSizes(at: string, id: Uint8Array): [string, number][] {
    const [row] = this.#world.sites.get(at)!.disk.inspect('select header from dispatch where id = ? limit 1', [id]);
    if (row === undefined) return [];
    return header.decode(row['header'] as Uint8Array).parts.flatMap(({ chunks, size }, part) => [[`leaves ${part}`, chunks * LEAF_BYTES], [`chunks ${part}`, size]] as [string, number][]);
  }

  #sent(line: Line, from: string, to: string, { channel, bytes }: FrameOf<'data'>): void {
    const due = (line.wanted.get(channel)?.due ?? 0) - bytes.length;
    if (due > 0) line.wanted.set(channel, { since: this.#world.time.elapsedMs, due, hasBegun: true });
    else line.wanted.delete(channel);
    this.#passWanted(line, line.items.get(channel)?.rank ?? 0, `${from} sent ${to} of number ${channel}`);
  }

  /** Something of this rank goes: what is wanted of any higher one is passed. */
  #passWanted(line: Line, rank: number, what: string): void {
    const { elapsedMs: now } = this.#world.time;
    for (const [other, { since, due, hasBegun }] of line.wanted) {
      const higher = line.items.get(other)?.rank ?? 0;
      if (higher <= rank || since >= now) continue;
      // Between two blocks the time since the last one is always short: passed twice in all is once too often.
      this.#pass(line, hasBegun ? `rest of ${other}` : `data ${other} ${since}`, `${what}, rank ${rank}, while ${due} bytes of number ${other} of rank ${higher} were wanted since ${since}`);
    }
  }

  #pass(line: Line, what: string, finding: string): void {
    const { elapsedMs: now } = this.#world.time;
    const before = line.passed.get(what);
    if (before === undefined) line.passed.set(what, now);
    else if (before < now) this.findings.push(`${finding}, first seen at ${before}, again at ${now}`);
  }
}

/**
 * Watches every link as it works: nothing of a lower precedence may start while something higher waits. A station needs a
 * moment to see what its own queue holds, so what is seen waiting counts when it still waits at the next frame later on.
 */
import { hex } from '#core/bytes.ts';
import type { Frame, FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';

/** So many of one precedence may be offered ahead of custody; where nearly as many wait, the others wait for a reason. */
const AHEAD = 60;

interface Line {
  /** By item and sealing, on this connection. */
  readonly offered: Set<string>;
  readonly ranks: Map<number, number>;
  /** Since when the other end has wanted something of an item of which nothing has gone since. */
  readonly wanted: Map<number, number>;
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
    if (said.kind === 'hello') this.#lines.set(`${from} ${to}`, { offered: new Set(), ranks: new Map(), wanted: new Map(), passed: new Map() });
    const line = this.#lines.get(`${from} ${to}`);
    if (line === undefined) return;
    if (said.kind === 'offer') this.#offered(line, from, to, said);
    if (said.kind === 'data') this.#sent(line, from, to, said);
  }

  /** A frame came to a station. */
  arrived(at: string, from: string, said: Frame): void {
    const line = this.#lines.get(`${at} ${from}`);
    if (line === undefined) return;
    if (said.kind === 'want' && !line.wanted.has(said.channel)) line.wanted.set(said.channel, this.#world.time.elapsedMs);
    if (said.kind === 'custody' || said.kind === 'refuse') line.wanted.delete(said.channel);
  }

  #offered(line: Line, from: string, to: string, { channel, id, sealing, precedence }: FrameOf<'offer'>): void {
    const rank = PRECEDENCE_RANK[precedence];
    line.offered.add(keyOf(id, sealing));
    line.ranks.set(channel, rank);
    const higher = this.#world.sites.get(from)!.disk.inspect('select id, sealing, rank from link_queue where peer = ? and rank > ?', [to, rank]);
    const counts = new Map<unknown, number>();
    for (const row of higher) counts.set(row['rank'], (counts.get(row['rank']) ?? 0) + 1);
    for (const row of higher) {
      const key = keyOf(row['id'] as Uint8Array, Number(row['sealing']));
      if (line.offered.has(key) || counts.get(row['rank'])! >= AHEAD) continue;
      this.#pass(line, `offer ${key}`, `${from} offered ${to} an item of rank ${rank} while ${key} of rank ${String(row['rank'])} waited to be`);
    }
    this.#passWanted(line, rank, `${from} offered ${to} number ${channel}`);
  }

  #sent(line: Line, from: string, to: string, { channel }: FrameOf<'data'>): void {
    line.wanted.delete(channel);
    this.#passWanted(line, line.ranks.get(channel) ?? 0, `${from} sent ${to} of number ${channel}`);
  }

  /** Something of this rank goes: what is wanted of any higher one is passed. */
  #passWanted(line: Line, rank: number, what: string): void {
    const { elapsedMs: now } = this.#world.time;
    for (const [other, since] of line.wanted) {
      const higher = line.ranks.get(other) ?? 0;
      if (higher <= rank || since >= now) continue;
      this.#pass(line, `data ${other} ${since}`, `${what}, rank ${rank}, while number ${other} of rank ${higher} was wanted since ${since}`);
    }
  }

  #pass(line: Line, what: string, finding: string): void {
    const { elapsedMs: now } = this.#world.time;
    const before = line.passed.get(what);
    if (before === undefined) line.passed.set(what, now);
    else if (before < now) this.findings.push(`${finding}, first seen at ${before}, again at ${now}`);
  }
}

function keyOf(id: Uint8Array, sealing: number): string {
  return `${hex(id)} ${sealing}`;
}

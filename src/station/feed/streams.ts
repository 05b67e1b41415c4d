/**
 * Streams of events, one generator each: it reads the next entries of the ledger only when the last ones have been
 * taken off its hands, so that a slow listener lags and costs no memory. Before anything is given out the session is
 * looked at, and a stream ends with it.
 */

import { utf8 } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import { type Aside, linksAside, waitingAside } from './asides.ts';
import { Bell } from './bell.ts';
import type { FeedCaller, FeedDeps, FeedLimits } from './deps.ts';
import { tell } from './telling.ts';

const LIMITS: FeedLimits = { perDevice: 4, all: 256, beatMs: 15 * SECOND_MS };
/** Entries of the ledger looked at in one read: what a stream holds at most. */
const ENTRIES_AT_ONCE = 256;

export class Streams {
  readonly #deps: FeedDeps;
  readonly #limits: FeedLimits;
  readonly #open = new Map<string, number>();
  #all = 0;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#limits = { ...LIMITS, ...deps.limits };
  }

  /**
   * @param after index of the last entry that was seen, -1 for none; null for what is new from now on
   * @throws Refusal `too-many-streams`; `offset-differs` for an index that the ledger does not have (a station that was
   *   restored): the detail says how far it goes
   */
  async open(caller: FeedCaller, after: number | null, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array>> {
    const { store, ledger } = this.#deps;
    const last = (await store.read((db) => ledger.size(db))) - 1;
    if (after !== null && after > last) throw new Refusal('offset-differs', { expected: last });
    const mine = this.#open.get(caller.device) ?? 0;
    if (mine >= this.#limits.perDevice || this.#all >= this.#limits.all) throw new Refusal('too-many-streams', { most: this.#limits.perDevice });
    this.#open.set(caller.device, mine + 1);
    this.#all += 1;
    return this.#stream(caller, after ?? last, signal);
  }

  #closed({ device }: FeedCaller): void {
    const left = (this.#open.get(device) ?? 1) - 1;
    if (left === 0) this.#open.delete(device);
    else this.#open.set(device, left);
    this.#all -= 1;
  }

  async *#stream(caller: FeedCaller, after: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { store, links, requests, proposals, stands, clock } = this.#deps;
    const bell = new Bell();
    const ring = (): void => bell.ring();
    const [ofLinks, ofRequests, ofProposals] = [linksAside(links), waitingAside('requests', requests, caller), waitingAside('proposals', proposals, caller)];
    const asides = [ofLinks, ofRequests, ofProposals];
    const stirring = (aside: Aside) => (): void => {
      aside.stir();
      ring();
    };
    const ends = [store.afterCommit(ring), links.onChange(stirring(ofLinks)), requests.onChange(stirring(ofRequests)), proposals.onChange(stirring(ofProposals))];
    signal.addEventListener('abort', ring);
    let at = after;
    try {
      yield bytesOf({ kind: 'position', index: at });
      for (;;) {
        if (signal.aborted) return yield bytesOf({ kind: 'end', code: 'stopping' });
        if (!stands(caller)) return yield bytesOf({ kind: 'end', code: 'session-expired' });
        for (const aside of asides) for (const event of await aside.news()) yield bytesOf(event);
        const next = await this.#read(caller, at);
        for (const event of next.events) yield bytesOf(event);
        // There may be other neighbours, other registrars, and less that waits for them.
        if (next.events.some(({ kind }) => kind === 'directory-grown')) for (const aside of asides) aside.stir();
        const isBehind = next.at > at;
        at = next.at;
        if (isBehind) continue;
        if (await bell.wait(clock, this.#limits.beatMs)) continue;
        if (stands(caller)) yield bytesOf({ kind: 'position', index: at });
      }
    } finally {
      signal.removeEventListener('abort', ring);
      for (const end of ends) end();
      this.#closed(caller);
    }
  }

  #read(caller: FeedCaller, at: number): Promise<{ events: LiveEvent[]; at: number }> {
    const { store, ledger, audience } = this.#deps;
    return store.read(async (db) => {
      const entries = await ledger.entries(db, at + 1, at + 1 + ENTRIES_AT_ONCE);
      return { events: await tell(audience, db, caller, entries), at: entries.at(-1)?.index ?? at };
    });
  }
}

/** Lines of JSON hold no line ends, so one `data:` is enough. */
function bytesOf(event: LiveEvent): Uint8Array {
  const id = 'index' in event ? `id: ${event.index}\n` : '';
  return utf8(`${id}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
}

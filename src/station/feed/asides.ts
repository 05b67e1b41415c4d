/**
 * What stands beside the ledger, told with it: how links stand, and what waits for registrars. It has no index, so each stream
 * is told it whole at its beginning and then as it changes; and it is looked at only when it may have changed, since that
 * costs more than a look at the ledger's end.
 */
import type { LiveEvent } from '#wire/api/events.ts';
import type { FeedCaller, FeedDeps, WaitingOfFeed } from './deps.ts';

export class Aside {
  readonly #changes: () => Promise<readonly LiveEvent[]>;
  #isStirred = true;

  /** @param changes what is to be said now, given what was said before */
  constructor(changes: () => Promise<readonly LiveEvent[]>) {
    this.#changes = changes;
  }

  stir(): void {
    this.#isStirred = true;
  }

  async news(): Promise<readonly LiveEvent[]> {
    if (!this.#isStirred) return [];
    this.#isStirred = false;
    return this.#changes();
  }
}

/** To say how links stand, their queues are counted: not with every commit, for every stream. */
export function linksAside(links: FeedDeps['links']): Aside {
  const said = new Map<string, string>();
  return new Aside(async () => {
    const changed = (await links.states()).filter(({ peer, state }) => said.get(peer) !== state);
    for (const { peer, state } of changed) said.set(peer, state);
    return changed.map(({ peer, state }) => ({ kind: 'link', peer, state }));
  });
}

/** Told to registrars, by the directory of now. One that goes as another comes leaves their number as it was, and is told. */
export function waitingAside(kind: 'requests' | 'proposals', what: WaitingOfFeed, caller: FeedCaller): Aside {
  let said: string | null = null;
  return new Aside(async () => {
    const waiting = await what.waiting(caller);
    const before = said;
    said = waiting?.join(' ') ?? null;
    return waiting === null || said === before ? [] : [{ kind, waiting: waiting.length }];
  });
}

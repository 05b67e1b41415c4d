/** Where the dispatches of a volume are that came now: what is for offices here, and what waits to go on. */
import type { Precedence } from '#wire/names.ts';
import type { LinksRoom } from '../talk.ts';

export interface SomeDispatches {
  readonly count: number;
  /** Among them. */
  readonly flash: number;
}

export interface Whereabouts {
  readonly here: SomeDispatches;
  /** Those that wait for each neighbour; one for several is in each. */
  readonly onward: readonly (SomeDispatches & { readonly peer: string })[];
}

interface Taken {
  readonly id: Uint8Array;
  readonly precedence: Precedence;
}

/** One may be for offices here and go on too. */
export async function whereaboutsOf({ store, ledger, queue }: Pick<LinksRoom, 'store' | 'ledger' | 'queue'>, taken: readonly Taken[]): Promise<Whereabouts> {
  const here: Taken[] = [];
  const onward = new Map<string, Taken[]>();
  for (const one of taken) {
    if ((await store.read((db) => ledger.entriesAbout(db, one.id, 'arrived'))).length > 0) here.push(one);
    for (const peer of new Set((await queue.waiting(one.id)).map((copy) => copy.peer))) {
      if (!onward.has(peer)) onward.set(peer, []);
      onward.get(peer)!.push(one);
    }
  }
  return { here: counted(here), onward: [...onward].map(([peer, some]) => ({ peer, ...counted(some) })) };
}

function counted(some: readonly Taken[]): SomeDispatches {
  return { count: some.length, flash: some.filter(({ precedence }) => precedence === 'flash').length };
}

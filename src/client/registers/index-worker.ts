/** The inside of the worker in which one page's registers are kept and searched. It has the index's key, and no other. */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { Aead } from '#core/crypto.ts';
import type { IndexFiles } from '#core/outside.ts';
import type { IndexAnswer, IndexBegin, IndexOrder } from './index-desk.ts';
import { IndexStore } from './index-store.ts';
import { LocalRegister } from './local-register.ts';
import type { MessageEnd } from '../parts/part-messages.ts';

export interface IndexWorkerDeps {
  readonly aead: Aead;
  readonly random: RandomSource;
  readonly clock: Clock;
  /** Where the index of that name lies; null where nothing can be kept, or another window keeps it. */
  readonly files: (name: string) => Promise<IndexFiles | null>;
}

/** Serves one page, from within the worker. */
export function serveRegisters(end: MessageEnd, ready: Promise<IndexWorkerDeps>): void {
  let place: Promise<LocalRegister> | null = null;
  end.listen((message) => {
    const order = message as IndexOrder;
    if ('begin' in order) place ??= begun(ready, order.begin);
    else if (place !== null) void answered(place, order).then((answer) => end.post(answer));
  });
}

async function answered(place: Promise<LocalRegister>, { call, ask, given }: Extract<IndexOrder, { call: number }>): Promise<IndexAnswer> {
  try {
    const register = await place;
    const work = register[ask].bind(register) as (...all: readonly unknown[]) => Promise<unknown>;
    return { call, done: await work(...given) };
  } catch {
    return { call, failed: true };
  }
}

/** A store that cannot be opened costs what was kept, and nothing else. */
async function begun(ready: Promise<IndexWorkerDeps>, { kept, shelves }: IndexBegin): Promise<LocalRegister> {
  const { clock, files, ...rest } = await ready;
  const found = kept === null ? null : await files(kept.name).catch(() => null);
  const store = kept === null || found === null ? null : await IndexStore.open({ ...rest, ...kept, files: found }).catch(() => null);
  const register = new LocalRegister(clock, store);
  void register.begin(shelves);
  return register;
}

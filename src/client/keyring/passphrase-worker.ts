/** The inside of a worker for passphrases: it does what a page asks, one thing after another, and keeps nothing of it. */
import { Refusal } from '#core/refusals.ts';
import type { MessageEnd } from '../parts/part-messages.ts';
import type { PassphraseAnswer, PassphraseOrder, PassphraseWork } from './passphrase-desk.ts';

/** Serves one page, from within the worker. */
export function servePassphrases(end: MessageEnd, ready: Promise<PassphraseWork>): void {
  end.listen((message) => void answered(ready, message as PassphraseOrder).then((answer) => end.post(answer)));
}

async function answered(ready: Promise<PassphraseWork>, { call, ask, given }: PassphraseOrder): Promise<PassphraseAnswer> {
  try {
    const work = (await ready)[ask] as (...all: readonly unknown[]) => Promise<unknown>;
    return { call, done: await work(...given) };
  } catch (error) {
    return { call, refused: error instanceof Refusal ? error.code : 'internal' };
  }
}

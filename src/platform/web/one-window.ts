/**
 * Which window of a browser keeps the sealed index. A lock of the browser's own decides: it is free the moment its holder is
 * gone, however that ended. Whoever finds it held asks whether the holder lives: one that answers keeps it, of one that does
 * not only the lock is left, and that is waited for.
 */

/** A page that is going may still hear a question and answer it: an answer counts when a second one confirms it. */
const ANSWERS = 2;
const ASK_EVERY_MS = 1_000;
/** A holder that neither answers nor goes: then nothing is kept. */
const WAIT_MS_MAX = 60_000;

/** Holds it as long as this worker runs. @returns false where another window goes on holding it */
export async function holdAlone(name: string): Promise<boolean> {
  const channel = new BroadcastChannel(name);
  if (await taken(name, { ifAvailable: true })) return held(channel);
  const giveUp = new AbortController();
  let answers = 0;
  channel.addEventListener('message', ({ data }) => {
    if (data === 'held' && ++answers >= ANSWERS) giveUp.abort();
  });
  const ask = (): void => say(channel, 'who');
  ask();
  const asking = setInterval(ask, ASK_EVERY_MS);
  const waiting = setTimeout(() => giveUp.abort(), WAIT_MS_MAX);
  const isMine = await taken(name, { signal: giveUp.signal });
  clearInterval(asking);
  clearTimeout(waiting);
  if (isMine) return held(channel);
  channel.close();
  return false;
}

/** Holds it until it is given back, or this window is gone. @returns null where another window holds it */
export function holdNow(name: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const asked = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(null);
      const { promise, resolve: end } = Promise.withResolvers<void>();
      resolve(end);
      return promise;
    });
    // Who cannot ask does not hold it.
    asked.catch(() => resolve(null));
  });
}

/** Waits until no other window does work of that name. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  return await navigator.locks.request(name, work) as T;
}

function held(channel: BroadcastChannel): true {
  channel.addEventListener('message', ({ data }) => {
    if (data === 'who') say(channel, 'held');
  });
  return true;
}

function say(channel: BroadcastChannel, word: 'who' | 'held'): void {
  // A channel reaches its own origin only: there is no other to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage(word);
}

/** @returns once it is decided whether the lock is ours; it stays so until the worker ends */
function taken(name: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = navigator.locks.request(name, options, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
    asked.catch(() => resolve(false));
  });
}

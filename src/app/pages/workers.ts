/** Opens our own workers. The policy of Trusted Types that it needs makes a script's address of nothing but theirs. */
import type { WorkerEnd } from '#client/held-worker.ts';
import { Refusal } from '#core/refusals.ts';

/** As `trusted-types` names it in the pages' policy. */
const POLICY = 'tram-workers';

interface ScriptPolicy {
  createScriptURL(address: string): string;
}
/** What TypeScript's own list of the DOM lacks yet. */
interface WithTrustedTypes {
  readonly trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy };
}

/** @param addresses of the scripts that may run beside the page; our own origin and no other @returns lets those through, as the policy demands */
export function ownScripts(addresses: readonly string[]): (address: string) => string {
  const rules: ScriptPolicy = {
    createScriptURL: (asked) => {
      if (!addresses.includes(asked) || !/^\/(?:assets\/)?[\w.-]+\.js$/.test(asked)) throw new Refusal('internal', { reason: 'worker' });
      return asked;
    },
  };
  // Firefox before 148 knows no Trusted Types and asks for none.
  const policy = (globalThis as WithTrustedTypes).trustedTypes?.createPolicy(POLICY, rules) ?? rules;
  return (address) => policy.createScriptURL(address);
}

/** @param address of the script that seals and opens */
export function workerOpener(address: string, make: (address: string) => string = ownScripts([address])): () => WorkerEnd {
  return () => endOf(new Worker(make(address), { type: 'module' }));
}

function endOf(worker: Worker): WorkerEnd {
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    listen: (heard) => worker.addEventListener('message', ({ data }) => heard(data)),
    failed: (listener) => {
      worker.addEventListener('error', listener, { once: true });
      worker.addEventListener('messageerror', listener, { once: true });
    },
    close: () => worker.terminate(),
  };
}

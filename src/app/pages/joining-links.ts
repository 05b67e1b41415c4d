/** Links of new devices that are opened in this tab: the code is taken out of address and history at once, and given once. */
import { joiningCode } from '#web/device/joining-link.ts';
import type { Outside } from '#web/outside.ts';

/** Before anything else reads the address. */
export function joiningLinks(): Outside['joinCodes'] {
  let code = takeCode();
  const listeners = new Set<() => void>();
  addEventListener('hashchange', () => {
    const next = takeCode();
    if (next === null) return;
    code = next;
    for (const listener of listeners) listener();
  });
  return {
    take: () => {
      const taken = code;
      code = null;
      return taken;
    },
    onAsked: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function takeCode(): string | null {
  const code = joiningCode(location.hash);
  if (code !== null) history.replaceState(null, '', location.pathname + location.search);
  return code;
}

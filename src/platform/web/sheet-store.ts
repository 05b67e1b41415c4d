/** Sealed sheets in this browser's IndexedDB: what is being typed, what waits to be sent, letters that were looked at. Nothing here is in the clear. */
import type { NamedStore } from '#core/outside.ts';
import { tableIn } from './database.ts';

const within = tableIn('tram-typed', 'sheets');

export function webSheetStore(): NamedStore {
  return {
    read: async (name) => {
      const found = await within('readonly', (table) => table.get(name));
      return found instanceof Uint8Array ? found : null;
    },
    // A copy: what is handed in may be a view into something larger.
    write: async (name, bytes) => void await within('readwrite', (table) => table.put(bytes.slice(), name)),
    erase: async (name) => void await within('readwrite', (table) => table.delete(name)),
  };
}

/** Erases every sheet: of a device that is forgotten they open for nobody any more. */
export async function forgetWebSheets(): Promise<void> {
  await within('readwrite', (table) => table.clear());
}

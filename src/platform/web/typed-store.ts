/** Sealed sheets in this browser's IndexedDB: what is being typed, what waits to be sent, letters that were looked at. Nothing here is in the clear. */
const DATABASE = 'tram-typed';
const TABLE = 'sheets';

export interface WebTypedStore {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  erase(name: string): Promise<void>;
}

export function webTypedStore(): WebTypedStore {
  return {
    read: async (name) => {
      const found = await within('readonly', (table) => table.get(name));
      return found instanceof Uint8Array ? found : null;
    },
    write: async (name, bytes) => void await within('readwrite', (table) => table.put(bytes.slice(), name)),
    erase: async (name) => void await within('readwrite', (table) => table.delete(name)),
  };
}

/** Erases every sheet: of a device that is forgotten they open for nobody any more. */
export async function forgetWebTyped(): Promise<void> {
  await within('readwrite', (table) => table.clear());
}

async function within(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await opened();
  try {
    return await new Promise<unknown>((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(TABLE));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')));
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => void request.result.createObjectStore(TABLE));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
  });
}

/** One table of its own database in this browser's IndexedDB. */

/** One request in a transaction of its own, flushed to the disk before it counts. */
export type AskTable = (mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest) => Promise<unknown>;

/** Opened for each request: a page that is put aside holds up no other. */
export function tableIn(database: string, table: string): AskTable {
  return async (mode, ask) => {
    const opened = await open(database, table);
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const transaction = opened.transaction(table, mode, { durability: 'strict' });
        const request = ask(transaction.objectStore(table));
        transaction.addEventListener('complete', () => resolve(request.result));
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')));
      });
    } finally {
      opened.close();
    }
  };
}

function open(database: string, table: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.addEventListener('upgradeneeded', () => void request.result.createObjectStore(table));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
  });
}

/** Disks of stations: new ones as copies of one whose tables are made, and copies of old ones as a restore leaves them. */
import { equal, hex } from '#core/bytes.ts';
import { encodeEventWith, type StationDeps, stationMigrations } from '#station/compose.ts';
import { closeIncarnation, newestRestoration, reopen } from '#station/incarnations/index.ts';
import { Ledger } from '#station/kernel/ledger.ts';
import { type MemoryDisk, memoryDisk } from '#station/kernel/memory-disk.ts';
import { openStore } from '#station/kernel/store.ts';

/** Where a station has its files. */
export const FOLDERS = ['staging', ...Array.from({ length: 256 }, (_, byte) => `blobs/${byte.toString(16).padStart(2, '0')}`)];

export async function filesOf(blobs: MemoryDisk['blobs']): Promise<string[]> {
  const files: string[] = [];
  for (const folder of FOLDERS) for (const file of await blobs.list(folder)) files.push(`${folder}/${file}`);
  return files;
}

let empty: Promise<MemoryDisk> | null = null;

export async function newStationDisk(): Promise<MemoryDisk> {
  empty ??= (async () => {
    const disk = memoryDisk();
    await (await openStore(disk, { migrations: stationMigrations })).close();
    return disk;
  })();
  return (await empty).copy();
}

/** What `tram restore` and `tram station reopen`, or `tram promote`, do to a folder: its incarnation ends, and the next one is opened. */
export async function restoreOnto(
  copy: MemoryDisk, incarnation: Uint8Array, asOf: number, { incarnation: former, clock, random, provider, founding }: StationDeps, reason: 'disk-lost' | 'standby',
): Promise<void> {
  const store = await openStore(copy, { migrations: stationMigrations });
  try {
    const ledger = new Ledger({ store, clock, random, hash: provider.hash, encodeEvent: encodeEventWith(clock), incarnation: () => incarnation });
    await store.commit(async (tx) => {
      await closeIncarnation(store, tx, { cause: 'restored', former, ledger: await ledger.head(tx), asOf });
      await reopen(store, ledger, tx, { incarnation, reason, now: clock.now(), organisation: founding.slice(0, 16), margin: null });
      const opened = await newestRestoration(store, tx);
      if (!equal(opened!.incarnation!, incarnation)) throw new Error(`${hex(incarnation)} was not opened`);
    });
  } finally {
    await store.close();
  }
}

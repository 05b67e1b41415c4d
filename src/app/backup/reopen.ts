/** `tram station reopen`: an operator opens the next incarnation of a folder that was restored. */
import type { ReopenOrder, ReopenReport } from '#cli/backup-host.ts';
import { equal, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeClockWithin } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { encodeEventWith, stationMigrations } from '#station/compose.ts';
import { closeIncarnation, newestRestoration, type Reason, REASONS, reopen, type Restoration, type Skipped } from '#station/incarnations/index.ts';
import { Ledger } from '#station/kernel/ledger.ts';
import { openStore, type Store, type Transaction } from '#station/kernel/store.ts';
import { event, eventFields } from '#wire/event.ts';
import { stationDisk } from '../station-database.ts';
import { isStationFolder, readIdentity, readStationConfiguration, type StationIdentity, writeIdentity } from '../station-folder.ts';

/** @throws Refusal `data-folder-empty`, `data-folder-in-use`, `station-not-restored`, `station-superseded` */
export async function reopenFolder({ data, reason, margin }: ReopenOrder): Promise<ReopenReport> {
  if (!isStationFolder(data)) throw new Refusal('data-folder-empty', { folder: data });
  const known = REASONS.find((one) => one === reason);
  if (known === undefined) throw new Refusal('option-unknown', { option: '--reason', value: reason, words: REASONS.join(', ') });
  const identity = readIdentity(data);
  const configuration = readStationConfiguration(data);
  const disk = await stationDisk(data, configuration);
  try {
    const store = await openStore(disk, { migrations: stationMigrations });
    try {
      const { restoration, skipped } = await openNext(store, identity, known, margin, configuration.clockUncertaintyMs);
      // After the commit: where a crash came between the two, the station does not start, and the same command ends it.
      writeIdentity(data, { ...identity, incarnation: restoration.incarnation! });
      return {
        station: identity.station, former: hex(restoration.former), incarnation: hex(restoration.incarnation!), asOf: restoration.as_of,
        ledger: restoration.ledger_size, skipped,
      };
    } finally {
      await store.close();
    }
  } finally {
    disk.close();
  }
}

async function openNext(
  store: Store, identity: StationIdentity, reason: Reason, margin: number | null, uncertaintyMs: number,
): Promise<{ restoration: Restoration; skipped: Skipped[] }> {
  const incarnation = nodeRandom.bytes(16);
  const clock = nodeClockWithin(uncertaintyMs);
  const ledger = new Ledger({
    store, clock, random: nodeRandom, hash: nodeCrypto.hash, encodeEvent: encodeEventWith(clock), incarnation: () => incarnation,
  });
  return store.commit(async (tx) => {
    const newest = await newestRestoration(store, tx);
    const opened = newest?.incarnation ?? null;
    if (newest !== null && opened !== null && !equal(opened, identity.incarnation)) return { restoration: newest, skipped: await skippedBy(ledger, tx, newest) };
    if ((newest === null || newest.opened !== null) && reason === 'rolled-back') await closeRolledBack(store, ledger, tx, identity, clock.now());
    const order = { incarnation, reason, margin, now: clock.now(), organisation: identity.founding.slice(0, 16) };
    const skipped = await reopen(store, ledger, tx, order);
    return { restoration: (await newestRestoration(store, tx))!, skipped };
  });
}

/** What an earlier run left out, which was interrupted before it could say so: its events follow the one that opened the incarnation. */
async function skippedBy(ledger: Ledger, tx: Transaction, { opened }: Restoration): Promise<Skipped[]> {
  const { size } = await ledger.head(tx);
  const entries = (await ledger.entries(tx, opened!, size)).filter(({ kind }) => kind === 'number-skipped');
  return entries.map(({ bytes }) => {
    const { office, number, count, code } = eventFields.decode(event.decode(bytes).fields);
    const { series, number: first } = number!;
    return { office: office!.office, direction: code as Skipped['direction'], series, first, last: first + count! - 1 };
  });
}

/** A folder put back by other means than `tram restore`, as a whole machine is: only its operator knows. */
async function closeRolledBack(store: Store, ledger: Ledger, tx: Transaction, { incarnation }: StationIdentity, now: number): Promise<void> {
  const head = await ledger.head(tx);
  const [last] = await ledger.entries(tx, head.size - 1, head.size);
  await closeIncarnation(store, tx, { cause: 'behind', former: incarnation, ledger: head, asOf: last?.time ?? now });
}

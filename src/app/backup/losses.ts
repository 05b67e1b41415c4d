/** What a restored folder knows of what it lost: read beside the station, changing nothing. */
import { nodeCrypto } from '#platform/node/crypto.ts';
import type { Losses } from '#cli/backup-host.ts';
import { hex } from '#core/bytes.ts';
import { isOwn } from '#model/directories.ts';
import { foldEntries } from '#model/directory.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { officeName } from '#model/foreign-names.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import { event, eventFields } from '#wire/event.ts';
import type { OfficeRef } from '#wire/names.ts';
import { stationReader } from '../station-database.ts';
import { readIdentity, readStationConfiguration } from '../station-folder.ts';
import type { Row } from './rows.ts';
import { Snapshot } from './snapshot.ts';

/** @throws Refusal `data-folder-empty` */
export async function lossesOf(data: string): Promise<Losses> {
  const { station, founding } = readIdentity(data);
  const snapshot = await Snapshot.over(await stationReader(data, readStationConfiguration(data), 'tram losses'));
  try {
    const headers = new Map((await rowsOf(snapshot, 'dispatch')).map((row) => [hex(row['id'] as Uint8Array), row['header'] as Uint8Array]));
    const restorations = await rowsOf(snapshot, 'restoration');
    const directory = await foldEntries(nodeCrypto, null, (await rowsOf(snapshot, 'directory_entry')).map((row) => row['bytes'] as Uint8Array));
    // An office of another organisation is not read as ours of that code.
    const spoken = (office: OfficeRef): string => officeName(directory ?? { organisation: { id: founding.slice(0, 16) } }, office);
    const returned = Map.groupBy(await rowsOf(snapshot, 'returned_dispatch'), (row) => hex(row['id'] as Uint8Array));
    const since = await openedAt(snapshot, restorations.at(-1));
    return {
      station,
      unheard: restorations.length === 0 ? [] : (await rowsOf(snapshot, 'link_state')).filter((row) => Number(row['last_met'] ?? 0) < since).map((row) => String(row['peer'])),
      restorations: restorations.map((row) => ({
        cause: String(row['cause']), asOf: Number(row['as_of']), ledger: Number(row['ledger_size']), opened: row['opened'] !== null,
        reason: row['reason'] as string | null,
      })),
      dispatches: [...returned].map(([dispatch, rows]) => {
        const { office, created, header } = rows[0]!;
        const peers = rows.map((row) => String(row['peer']));
        const to = headerCodec.decode(header as Uint8Array).to.map(({ office: one }) => one);
        const { home = [], beyond = [] } = Object.groupBy(to, (one) => (isHome(directory, one, peers) ? 'home' : 'beyond'));
        return { dispatch, office: String(office), created: Number(created), peers, arrived: home.map(spoken), beyond: beyond.map(spoken) };
      }),
      leftOut: await leftOutOf(snapshot, restorations[0]),
      suspected: (await rowsOf(snapshot, 'delivery')).filter((row) => row['suspected'] === 1).map((row) => {
        const dispatch = hex(row['id'] as Uint8Array);
        const from = spoken(headerCodec.decode(headers.get(dispatch)!).from);
        return { dispatch, office: String(row['office']), from, state: String(row['state']) };
      }),
    };
  } finally {
    await snapshot.close();
  }
}

/**
 * From when on a neighbour that was met has given back what it holds: whoever is met before an operator opened the new
 * incarnation gives back nothing yet. Never, where none was opened.
 */
async function openedAt(snapshot: Snapshot, newest: Row | undefined): Promise<number> {
  const opened = newest?.['opened'] ?? null;
  if (opened === null) return Infinity;
  const { rows } = await snapshot.handle.query(`select time from ledger_entry where entry_index = ${Number(opened)}`, []);
  return Math.max(Number(rows[0]!['time']), Number(newest!['as_of']));
}

/** By the ledger's own word, from the first reopening on. */
async function leftOutOf({ handle }: Snapshot, first: Row | undefined): Promise<Losses['leftOut']> {
  const opened = first?.['opened'] ?? null;
  if (opened === null) return [];
  const { rows } = await handle.query(`select bytes from ledger_entry where kind = 'number-skipped' and entry_index > ${Number(opened)} order by entry_index`, []);
  const said = rows.map(({ bytes }) => eventFields.decode(event.decode(bytes as Uint8Array).fields));
  return said.filter(({ code }) => code === 'out').map(({ office, number, count }) => (
    { office: office!.office, series: number!.series, first: number!.number, last: number!.number + count! - 1 }));
}

function isHome(directory: DirectoryView | null, office: OfficeRef, stations: readonly string[]): boolean {
  return directory !== null && isOwn(directory, office) && stations.includes(directory.office(office.office)?.station ?? '');
}

async function rowsOf(snapshot: Snapshot, name: string): Promise<Row[]> {
  const table = snapshot.tables.find((one) => one.name === name);
  return table === undefined ? [] : Array.fromAsync(snapshot.rows(table));
}

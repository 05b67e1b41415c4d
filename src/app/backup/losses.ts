/** What a restored folder knows of what it lost: read beside the station, changing nothing. */
import type { Losses } from '#cli/backup-host.ts';
import { hex } from '#core/bytes.ts';
import { officeName } from '#model/foreign-names.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import type { OfficeRef } from '#wire/names.ts';
import { stationReader } from '../station-database.ts';
import { readIdentity, readStationConfiguration } from '../station-folder.ts';
import type { Row } from './rows.ts';
import { Snapshot } from './snapshot.ts';

/** @throws Refusal `data-folder-empty` */
export async function lossesOf(data: string): Promise<Losses> {
  const { station, founding } = readIdentity(data);
  const own = { organisation: { id: founding.slice(0, 16) } };
  // An office of another organisation is not read as ours of that code.
  const spoken = (office: OfficeRef): string => officeName(own, office);
  const snapshot = await Snapshot.over(await stationReader(data, readStationConfiguration(data), 'tram losses'));
  try {
    const headers = new Map((await rowsOf(snapshot, 'dispatch')).map((row) => [hex(row['id'] as Uint8Array), row['header'] as Uint8Array]));
    const restorations = await rowsOf(snapshot, 'restoration');
    const since = await openedAt(snapshot, restorations.at(-1));
    return {
      station,
      unheard: restorations.length === 0 ? [] : (await rowsOf(snapshot, 'link_state')).filter((row) => Number(row['last_met'] ?? 0) < since).map((row) => String(row['peer'])),
      restorations: restorations.map((row) => ({
        cause: String(row['cause']), asOf: Number(row['as_of']), ledger: Number(row['ledger_size']), opened: row['opened'] !== null,
        reason: row['reason'] as string | null,
      })),
      dispatches: (await rowsOf(snapshot, 'returned_dispatch')).map((row) => ({
        dispatch: hex(row['id'] as Uint8Array), office: String(row['office']), created: Number(row['created']), peer: String(row['peer']),
        to: headerCodec.decode(row['header'] as Uint8Array).to.map(({ office }) => spoken(office)),
      })),
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

async function rowsOf(snapshot: Snapshot, name: string): Promise<Row[]> {
  const table = snapshot.tables.find((one) => one.name === name);
  return table === undefined ? [] : Array.fromAsync(snapshot.rows(table));
}

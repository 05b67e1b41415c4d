/** Under which precedence dispatches arrived at this station: for its figures. */
import { hex } from '#core/bytes.ts';
import type { Precedence } from '#wire/names.ts';
import type { Room } from './deps.ts';

const IDS_A_QUERY = 500;

/** @returns by hexadecimal id; what did not arrive here is left out */
export async function arrivedAs({ tables }: Pick<Room, 'tables'>, ids: readonly Uint8Array[]): Promise<Map<string, Precedence>> {
  const found = new Map<string, Precedence>();
  for (let at = 0; at < ids.length; at += IDS_A_QUERY) {
    const rows = await tables.read((db) =>
      db.selectFrom('receipt').select(['dispatch', 'precedence']).where('kind', '=', 'arrived')
        .where('dispatch', 'in', ids.slice(at, at + IDS_A_QUERY)).execute());
    for (const { dispatch, precedence } of rows) found.set(hex(dispatch), precedence);
  }
  return found;
}

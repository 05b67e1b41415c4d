/**
 * What a neighbour tells of our ended incarnation: dispatches that it accepted and this folder has lost. Each is written
 * down for the operator and the office, and office numbers go on above what is known to have been given.
 */
import type { Sha256 } from '#core/merkle.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Store, Transaction } from '#station/kernel/store.ts';
import { header as headerCodec, type Header } from '#wire/envelope.ts';
import { eventFields } from '#wire/event.ts';
import { MARGIN_LEAST, skip } from './restoration.ts';
import type { IncarnationTables } from './tables.ts';

interface DispatchTables {
  dispatch: { id: Uint8Array };
  number_counter: { office: string; direction: 'out' | 'in'; series: string; last: number };
  number_issued: {
    office: string; direction: 'out' | 'in'; series: string; number: number; state: 'issued' | 'used' | 'void'; draft: Uint8Array | null;
    dispatch: Uint8Array | null; time: number;
  };
}

export interface GivenBackDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly hash: Sha256;
  readonly station: string;
  readonly organisation: Uint8Array;
  readonly now: () => number;
}

/** @throws DecodeError where a header is none, or of another station */
export async function takeReturned(deps: GivenBackDeps, peer: string, items: readonly { readonly channel: number; readonly header: Uint8Array }[]): Promise<void> {
  const read = items.map(({ channel, header: bytes }) => ({ channel, bytes, id: deps.hash.sha256(bytes), header: headerCodec.decode(bytes) }));
  await deps.store.commit(async (tx) => {
    for (const one of read) if (one.header.station === deps.station) await takeOne(deps, tx, peer, one);
  });
}

async function takeOne(
  deps: GivenBackDeps, tx: Transaction, peer: string, { channel, bytes, id, header }: { channel: number; bytes: Uint8Array; id: Uint8Array; header: Header },
): Promise<void> {
  const db = deps.store.of<IncarnationTables & DispatchTables>().in(tx);
  if ((await db.selectFrom('dispatch').select('id').where('id', '=', id).limit(1).executeTakeFirst()) !== undefined) return;
  const { office } = header.from;
  const { numInsertedOrUpdatedRows: added } = await db.insertInto('returned_dispatch')
    .values({ id, peer, channel, office, created: header.created, header: bytes }).onConflict((on) => on.doNothing()).executeTakeFirstOrThrow();
  if (added !== 1n) return;
  await deps.ledger.append(tx, { kind: 'returned', subject: id, fields: eventFields.encode({ office: header.from, peer, channel }) });
  await stayAbove(deps, tx, office, String(new Date(header.created).getUTCFullYear()));
}

/** At least as many numbers are void as dispatches are known to have been sent, and a margin above. */
async function stayAbove(deps: GivenBackDeps, tx: Transaction, office: string, series: string): Promise<void> {
  const db = deps.store.of<IncarnationTables & DispatchTables>().in(tx);
  const { known } = await db.selectFrom('returned_dispatch').select((all) => all.fn.count<number>('id').distinct().as('known')).where('office', '=', office).executeTakeFirstOrThrow();
  const of = db.selectFrom('number_issued').where('office', '=', office).where('direction', '=', 'out').where('series', '=', series);
  const { voids } = await of.select((all) => all.fn.countAll<number>().as('voids')).where('state', '=', 'void').where('draft', 'is', null).executeTakeFirstOrThrow();
  if (Number(known) + MARGIN_LEAST / 2 <= Number(voids)) return;
  const counter = await db.selectFrom('number_counter').select('last').where('office', '=', office).where('direction', '=', 'out').where('series', '=', series).executeTakeFirst();
  if (counter === undefined) await db.insertInto('number_counter').values({ office, direction: 'out', series, last: 0 }).execute();
  const first = (counter?.last ?? 0) + 1;
  const run = { office, direction: 'out' as const, series, first, last: first + MARGIN_LEAST - 1 };
  await skip(db as unknown as Parameters<typeof skip>[0], deps.ledger, tx, run, { now: deps.now(), organisation: deps.organisation });
}

/**
 * What a neighbour tells of our ended incarnation: dispatches that it accepted and this folder has lost. Our own station's
 * sealing must show that it sent them. Each is written down for the operator and the office, and office numbers go on above
 * what is known to have been given. Source: docs/protocol/ledger.md §Incarnations, docs/decisions/0115-what-was-lost-is-shown-by-its-sealing.md.
 */
import { equal } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { demandOriginSigned } from '#model/resealing.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Snapshot, Store, Transaction } from '#station/kernel/store.ts';
import { header as headerCodec, type Header, sealingStatement } from '#wire/envelope.ts';
import { eventFields } from '#wire/event.ts';
import type { Signed } from '#wire/signature.ts';
import { MARGIN_LEAST, newestRestoration, skip } from './restoration.ts';
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
  readonly provider: CryptoProvider;
  readonly view: () => DirectoryView;
  readonly station: string;
  readonly now: () => number;
}

/** As a neighbour gives it back. */
export interface Returned {
  readonly channel: number;
  readonly header: Uint8Array;
  /** The origin station's, as the neighbour took it; null where it did not send it. */
  readonly sealing: Signed | null;
}

interface Read {
  readonly channel: number;
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly header: Header;
  readonly sealing: Signed | null;
}

/**
 * Takes what our own station sealed and this folder has not, where it goes on after another incarnation; what others sealed
 * and we passed on is nothing that we lost.
 * @returns how many were not believed
 * @throws DecodeError where a header is none
 */
export async function takeReturned(deps: GivenBackDeps, peer: string, items: readonly Returned[]): Promise<number> {
  const { provider, store, station, view } = deps;
  const read = items.map(({ channel, header: bytes, sealing }) => ({ channel, bytes, id: provider.hash.sha256(bytes), header: headerCodec.decode(bytes), sealing }));
  const ours = read.filter(({ header }) => header.station === station && isOwn(view(), header.from));
  const fresh = await store.read(async (db) => ((await hasFollowed(deps, db)) ? filtered(ours, (one) => isFresh(deps, db, peer, one.id)) : null));
  if (fresh === null) return ours.length;
  const shown = await filtered(fresh, (one) => isSealedHere(deps, one));
  if (shown.length > 0) {
    await store.commit(async (tx) => {
      for (const one of shown) await takeOne(deps, tx, peer, one);
    });
  }
  return fresh.length - shown.length;
}

/** Whether this folder goes on where another incarnation ended: only then has it lost anything. */
async function hasFollowed({ store }: GivenBackDeps, db: Snapshot): Promise<boolean> {
  const newest = await newestRestoration(store, db);
  return newest !== null && newest.opened !== null && newest.cause !== 'superseded';
}

async function isFresh({ store }: GivenBackDeps, db: Snapshot, peer: string, id: Uint8Array): Promise<boolean> {
  const tables = store.of<IncarnationTables & DispatchTables>().in(db);
  const held = await tables.selectFrom('dispatch').select('id').where('id', '=', id).limit(1).executeTakeFirst();
  if (held !== undefined) return false;
  return (await tables.selectFrom('returned_dispatch').select('id').where('id', '=', id).where('peer', '=', peer).executeTakeFirst()) === undefined;
}

async function isSealedHere({ provider, view, station }: GivenBackDeps, { id, header, sealing }: Read): Promise<boolean> {
  if (sealing === null) return false;
  try {
    const statement = sealingStatement.decode(sealing.statement);
    if (!equal(statement.dispatch, id) || statement.station !== station) return false;
    await demandOriginSigned({ provider, view: view() }, header, statement, sealing);
    return true;
  } catch (error) {
    if (error instanceof Refusal || error instanceof DecodeError) return false;
    throw error;
  }
}

async function filtered<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const one of all) if (await is(one)) kept.push(one);
  return kept;
}

async function takeOne(deps: GivenBackDeps, tx: Transaction, peer: string, { channel, bytes, id, header }: Read): Promise<void> {
  const db = deps.store.of<IncarnationTables & DispatchTables>().in(tx);
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
  await skip(db as unknown as Parameters<typeof skip>[0], deps.ledger, tx, run, { now: deps.now(), organisation: deps.view().organisation.id });
}

/**
 * The numbers of a link: what we gave towards a neighbour, what we have of its, and whether one of us was restored
 * from a copy. Source: docs/protocol/frames.md §Channel numbers, §Incarnation.
 */
import type { Kysely } from 'kysely';
import { equal } from '#core/bytes.ts';
import { type Clock, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Buckets } from '#station/kernel/buckets.ts';
import type { HelloStatement } from '#wire/frames.ts';
import { question } from '#station/kernel/question.ts';
import type { Store, Tables, Transaction, Tx } from '#station/kernel/store.ts';
import { CHANGES } from './budget.ts';
import { holesBelow, holesLeft, lowestAbove, type Missing, type MissingNumbers } from './holes.ts';
import type { Owed } from './owed.ts';
import type { RecordEvent } from './record.ts';
import type { LinkTables } from './tables.ts';

export interface ChannelState {
  readonly lastSent: number;
  /** No number of the peer's is missing up to and with this one. */
  readonly lastReceived: number;
  readonly peerIncarnation: Uint8Array | null;
  /** Size of our ledger that the peer last cosigned. */
  readonly witnessed: number;
  readonly lastMet: number | null;
  /** The last number of our ended incarnation that this folder knows of. */
  readonly formerSent: number | null;
}

/** `peer-behind`: it forgot what it had; `behind`: we did; `superseded`: its folder was followed by another;
 * `followed`: it counts for another incarnation of ours than it did, and will show why. Either way nothing is numbered until a new incarnation. */
type Compared = 'met' | 'peer-behind' | 'behind' | 'superseded' | 'followed';

interface ChannelDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly record: RecordEvent;
  readonly owed: Pick<Owed, 'putMissing' | 'begun'>;
  readonly incarnation: () => Uint8Array;
  /** How often a neighbour may come as another than it was, or talk nonsense: each time is events in the ledger, for ever. */
  readonly changes: Pick<Buckets, 'take'>;
}

type State = LinkTables['link_state'];
/** A gap of more numbers than this is reported in pieces. */
const GAP_SCAN = 1_024;
/** Pieces closed at a time: a number is only what the neighbour says, and may be any; the next check goes on. */
const GAPS_AT_ONCE = 16;

export class Channels {
  readonly #deps: ChannelDeps;
  readonly #tables: Tables<LinkTables>;

  constructor(deps: ChannelDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<LinkTables>();
  }

  /** The state of a link, made at its first meeting; our numbers begin anew with a new incarnation of ours. */
  async open(peer: string): Promise<ChannelState> {
    const incarnation = this.#deps.incarnation();
    return this.#tables.commit(async (tx) => {
      const known = await stateOf(tx, peer);
      if (known === null) await tx.insertInto('link_state').values(emptyState(peer, incarnation)).execute();
      else if (!equal(known.incarnation, incarnation)) await this.#beginAnew(tx, peer, incarnation);
      return shown((await stateOf(tx, peer))!);
    });
  }

  async state(peer: string): Promise<ChannelState | null> {
    const row = await this.#tables.read((db) => linkState.first(db, { peer }));
    return row === undefined ? null : shown(row);
  }

  /** What has not come of the neighbour's numbers though later ones have. */
  async holes(peer: string, { lastReceived: received }: Pick<ChannelState, 'lastReceived'>): Promise<Missing | null> {
    return this.#tables.read((db) => holesBelow(db, { peer, received }));
  }

  /** Takes one of the neighbour's changes; false where none is left. */
  takeChange(peer: string): boolean {
    return this.#deps.changes.take(peer) === 0;
  }

  /**
   * Compares what the neighbour says with what we know, and remembers it.
   * @param said the hello as a frame, kept where it ends an incarnation
   * @throws Refusal `too-many-attempts` where it has been another too often lately
   */
  async meet(peer: string, hello: HelloStatement, said: Uint8Array): Promise<Compared> {
    return this.#tables.commit(async (tx) => {
      const known = (await stateOf(tx, peer))!;
      const meeting = await this.#compare(tx, known, hello);
      const isNew = known.peer_incarnation === null || !equal(known.peer_incarnation, hello.incarnation);
      // Before the first write, and not given back where the round fails: a change too few is waited for, one too many is in the ledger for ever.
      if ((isNew || meeting !== 'met') && !this.takeChange(peer)) throw new Refusal('too-many-attempts');
      if (meeting !== 'met') {
        const about = { peer, peerIncarnation: hello.incarnation, code: meeting };
        await this.#deps.record(tx, 'incarnation', undefined, about);
        return meeting;
      }
      if (isNew) await this.#countAnew(tx, known, hello);
      if (isNew && hello.former !== undefined) await this.#end(tx, known, hello, said);
      const peer_received = countsOurs(known.incarnation, hello) ? hello.lastReceived : 0;
      const last_met = this.#deps.clock.now();
      await tx.updateTable('link_state').set({ peer_received, last_met }).where('peer', '=', peer).execute();
      return 'met';
    });
  }

  /**
   * What a courier brought from the neighbour: written at some time before, so that its numbers may be old.
   * @returns `met`, or why nothing of it is taken: `unknown` for an incarnation that follows none we know
   * @throws Refusal `too-many-attempts` as `meet`, before anything is written: it may be read again later
   */
  async brought(peer: string, hello: HelloStatement, said: Uint8Array): Promise<'met' | 'behind' | 'superseded' | 'unknown'> {
    return this.#tables.commit(async (tx) => {
      const known = (await stateOf(tx, peer))!;
      if (await hasEnded(tx, peer, hello.incarnation)) return 'superseded';
      if (countsOurs(known.incarnation, hello) && hello.lastReceived > known.last_sent) return 'behind';
      const wasMet = known.peer_incarnation !== null;
      const isNew = !wasMet || !equal(known.peer_incarnation!, hello.incarnation);
      const follows = hello.former !== undefined && wasMet && equal(hello.former, known.peer_incarnation!);
      if (isNew && wasMet && !follows) return 'unknown';
      if (isNew && !this.takeChange(peer)) throw new Refusal('too-many-attempts', { seconds: CHANGES.refillMs / SECOND_MS });
      if (isNew) await this.#countAnew(tx, known, hello);
      if (isNew && hello.former !== undefined) await this.#end(tx, known, hello, said);
      const told = countsOurs(known.incarnation, hello) ? hello.lastReceived : 0;
      // What an incarnation that ended had of ours says nothing of what the one that follows has.
      const peer_received = isNew ? told : Math.max(known.peer_received, told);
      const last_met = Math.max(known.last_met ?? 0, Math.min(hello.time, this.#deps.clock.now()));
      await tx.updateTable('link_state').set({ peer_received, last_met }).where('peer', '=', peer).execute();
      return 'met';
    });
  }

  /** The signed hello of the incarnation that followed this one of the neighbour's; null where none did. */
  async followed(peer: string, incarnation: Uint8Array): Promise<Uint8Array | null> {
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_ended').select('hello').where('peer', '=', peer).where('incarnation', '=', incarnation).executeTakeFirst());
    return row?.hello ?? null;
  }

  /** Whether this neighbour's ended incarnation was not yet told everything that we took from it. */
  async owesReturn(peer: string, former: Uint8Array): Promise<boolean> {
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_ended').select('given_back').where('peer', '=', peer).where('incarnation', '=', former).executeTakeFirst());
    return row?.given_back === 0;
  }

  async gaveBack(peer: string, former: Uint8Array): Promise<void> {
    await this.#tables.commit((tx) =>
      tx.updateTable('link_ended').set({ given_back: 1 }).where('peer', '=', peer).where('incarnation', '=', former).execute());
  }

  /** Remembers when the neighbour was last heard. It never goes back. */
  async heard(peer: string, last_met: number): Promise<void> {
    await this.#tables.commit((tx) => tx.updateTable('link_state').set({ last_met }).where('peer', '=', peer).where('last_met', '<', last_met).execute());
  }

  /** @returns false where the number was recorded before */
  async received(tx: Transaction, peer: string, channel: number): Promise<boolean> {
    const db = this.#tables.in(tx);
    const known = (await stateOf(db, peer))!;
    if (channel <= known.received) return false;
    if (channel === known.received + 1) {
      await this.#advance(db, peer, channel);
      return true;
    }
    const { numInsertedOrUpdatedRows: added } = await db
      .insertInto('link_received')
      .values({ peer, channel })
      .onConflict((conflict) => conflict.columns(['peer', 'channel']).doNothing())
      .executeTakeFirstOrThrow();
    return added === 1n;
  }

  /**
   * The sender holds nothing any more up to a number: what we miss below it is lost on this link.
   * @returns the gaps, now recorded, and owed to the sender until it is heard to know them; of very many the first, the rest when asked again
   */
  async closeGaps(peer: string, settledUpTo: number): Promise<MissingNumbers[]> {
    return this.#tables.commit(async (tx) => {
      const gaps: MissingNumbers[] = [];
      while (gaps.length < GAPS_AT_ONCE) {
        const { received, peer_incarnation: incarnation } = (await stateOf(tx, peer))!;
        if (received >= settledUpTo) break;
        const above = await lowestAbove(tx, peer, received);
        const last = Math.min(settledUpTo, (above ?? Number.MAX_SAFE_INTEGER) - 1, received + GAP_SCAN);
        const gap = { incarnation: incarnation!, first: received + 1, last };
        gaps.push(gap);
        await this.#deps.owed.putMissing(tx, peer, gap);
        await this.#deps.record(tx, 'gap', undefined, { peer, channel: received + 1, count: last - received });
        await this.#advance(tx, peer, last);
      }
      return gaps;
    });
  }

  /** A courier may bring an old word behind a newer one. */
  async witnessed(peer: string, size: number): Promise<void> {
    await this.#tables.commit((tx) =>
      tx.updateTable('link_state').set({ witnessed: size }).where('peer', '=', peer).where('witnessed', '<', size).execute(),
    );
  }

  async #compare(tx: Tx<LinkTables>, known: State, hello: HelloStatement): Promise<Compared> {
    if (await hasEnded(tx, known.peer, hello.incarnation)) return 'superseded';
    if (countsOurs(known.incarnation, hello) && hello.lastReceived > known.last_sent) return 'behind';
    if (hello.peerIncarnation !== undefined && !countsOurs(known.incarnation, hello) && known.peer_received > 0) return 'followed';
    const isSame = known.peer_incarnation !== null && equal(known.peer_incarnation, hello.incarnation);
    if (!isSame) return 'met';
    if (hello.lastSent < (await highestReceived(tx, known))) return 'peer-behind';
    const stillHas = countsOurs(known.incarnation, hello) ? hello.lastReceived : 0;
    return stillHas < known.peer_received ? 'peer-behind' : 'met';
  }

  async #beginAnew(tx: Tx<LinkTables>, peer: string, incarnation: Uint8Array): Promise<void> {
    const { last_sent: former_sent } = (await stateOf(tx, peer))!;
    const begun = { incarnation, last_sent: 0, peer_received: 0, witnessed: 0, former_sent, sent_before: 0 };
    await tx.updateTable('link_state').set(begun).where('peer', '=', peer).execute();
    await tx.updateTable('link_queue').set({ channel: null }).where('peer', '=', peer).execute();
  }

  /** What we do not have of the incarnations before is missing: the new one may hold it, and not know that we lost it. */
  async #countAnew(tx: Tx<LinkTables>, known: State, hello: HelloStatement): Promise<void> {
    const { peer } = known;
    const { incarnation } = hello;
    const hadEnded = hello.former !== undefined && (await hasEnded(tx, peer, hello.former));
    const holes = hello.former === undefined ? [] : await holesLeft(tx, known, hello.former, hadEnded);
    await tx.updateTable('link_state').set({ peer_incarnation: incarnation, received: 0, sent_before: known.last_sent }).where('peer', '=', peer).execute();
    await tx.deleteFrom('link_received').where('peer', '=', peer).execute();
    await this.#deps.owed.begun(tx, { peer, incarnation });
    // What its former folder wrote is no longer waited for, and what that one had of the directory it may have lost.
    await tx.updateTable('link_courier').set({ waiting: '', waiting_of: 0, peer_directory: 0 }).where('peer', '=', peer).execute();
    for (const hole of holes) await this.#deps.owed.putMissing(tx, peer, hole);
    const code = known.peer_incarnation !== null ? 'changed' : 'met';
    await this.#deps.record(tx, 'incarnation', undefined, { peer, peerIncarnation: incarnation, code });
  }

  /** What the new one follows has ended, and so has the one that we knew: a folder that comes with either was put aside. */
  async #end(tx: Tx<LinkTables>, { peer, peer_incarnation }: State, { incarnation, former }: HelloStatement, hello: Uint8Array): Promise<void> {
    const ended = [former!, ...(peer_incarnation === null || equal(peer_incarnation, former!) ? [] : [peer_incarnation])];
    for (const one of ended) {
      const row = { peer, incarnation: one, successor: incarnation, hello, given_back: 0 };
      await tx.insertInto('link_ended').values(row).onConflict((on) => on.doNothing()).execute();
      await this.#deps.record(tx, 'incarnation', undefined, { peer, peerIncarnation: one, code: 'ended' });
    }
  }

  /** `received` becomes `upTo`, or higher where the next numbers were received already. */
  async #advance(db: Tx<LinkTables>, peer: string, upTo: number): Promise<void> {
    let received = upTo;
    while ((await lowestAbove(db, peer, received)) === received + 1) received += 1;
    await db.updateTable('link_state').set({ received }).where('peer', '=', peer).execute();
    await db.deleteFrom('link_received').where('peer', '=', peer).where('channel', '<=', received).execute();
  }
}

/** Whether the peer's `lastReceived`, and all that it says of our numbers, counts those of this incarnation of ours. */
export function countsOurs(incarnation: Uint8Array, { peerIncarnation }: HelloStatement): boolean {
  return peerIncarnation !== undefined && equal(peerIncarnation, incarnation);
}

async function hasEnded(tx: Tx<LinkTables>, peer: string, incarnation: Uint8Array): Promise<boolean> {
  const row = await tx.selectFrom('link_ended').select('successor').where('peer', '=', peer).where('incarnation', '=', incarnation).executeTakeFirst();
  return row !== undefined;
}

async function stateOf(db: Tx<LinkTables>, peer: string): Promise<State | null> {
  return (await linkState.first(db, { peer })) ?? null;
}

const linkState = question((db: Kysely<LinkTables>, { peer }: { peer: string }) => db.selectFrom('link_state').selectAll().where('peer', '=', peer));

async function highestReceived(db: Tx<LinkTables>, { peer, received }: State): Promise<number> {
  const row = await db
    .selectFrom('link_received')
    .select((all) => all.fn.max('channel').as('highest'))
    .where('peer', '=', peer)
    .executeTakeFirstOrThrow();
  return row.highest ?? received;
}

function emptyState(peer: string, incarnation: Uint8Array): State {
  return {
    peer, incarnation, last_sent: 0, peer_received: 0, witnessed: 0, peer_incarnation: null, received: 0, last_met: null,
    former_sent: null, sent_before: 0,
  };
}

function shown(row: State): ChannelState {
  return {
    lastSent: row.last_sent,
    lastReceived: row.received,
    peerIncarnation: row.peer_incarnation,
    witnessed: row.witnessed,
    lastMet: row.last_met,
    formerSent: row.former_sent,
  };
}

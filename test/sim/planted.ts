/**
 * Bugs that are planted into a world on purpose, one or more for each checker: a checker that does not find its own is no
 * checker. A bug is a few lines: a trigger on the disks, or a method of a room that does something else.
 */
import { hex } from '#core/bytes.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { Leading } from '#station/incarnations/index.ts';
import { Ledger } from '#station/kernel/ledger.ts';
import { DirectoryReplica } from '#station/people/directory-replica.ts';
import { Custody } from '#station/dispatch/custody.ts';
import { Numbers } from '#station/dispatch/numbers.ts';
import { Outlet } from '#station/links/outlet.ts';
import { Session } from '#station/links/session.ts';
import { CheckTalk } from '#station/links/check-talk.ts';
import { Queue } from '#station/links/queue.ts';
import { Parts } from '#station/dispatch/parts.ts';
import { Receipts } from '#station/dispatch/receipts.ts';
import { MARKER } from './desk.ts';
import { filesOf } from './folders.ts';
import { QUIET } from './network.ts';
import type { DispatchPlan, FaultPlan, WorldPlan } from './plan.ts';
import type { World } from './world.ts';

export interface Planted {
  readonly checker: string;
  readonly what: string;
  /** Beside nothing going wrong otherwise. */
  readonly faults?: readonly FaultPlan[];
  /** How long the world is left alone after that; a minute where nothing is said. */
  readonly quietMs?: number;
  /** @returns what takes it out again */
  plant(world: World): () => void;
}

/** Three stations in a row, a few letters and telegrams, and nothing that goes wrong unless it is said. */
export function quietPlan(faults: readonly FaultPlan[] = []): WorldPlan {
  const stations = ['tinh', 'huyen', 'xa'].map((code, index, all) => ({
    code, office: `phong-${code}`, neighbour: index === 0 ? null : all[index - 1]!, callsNeighbour: true, clockMs: 0, driftPpm: 0, uncertaintyMs: 500, joinsAt: null,
  }));
  const ways: readonly (readonly [string, readonly string[]])[] = [['tinh', ['xa']], ['xa', ['tinh', 'huyen']], ['huyen', ['xa']]];
  const dispatches = Array.from({ length: 9 }, (_, index): DispatchPlan => {
    const [from, to] = ways[index % ways.length]!;
    return { at: 1_000 + 3_000 * index, from, to, precedence: index % 2 === 0 ? 'routine' : 'immediate', partChunks: index % 3 === 0 ? [2, 1] : [], expiresMs: null };
  });
  return { seed: 1, audited: true, troubleMs: 60_000, stations, dispatches, faults };
}

const RESTORE: FaultPlan = { kind: 'restore', at: 30_000, station: 'xa', ageMs: 22_000, restartMs: 5_000, promoted: false };

const RESTORE_FIRST: FaultPlan = { kind: 'restore', at: 35_000, station: 'tinh', ageMs: 25_000, restartMs: 5_000, promoted: false };
const ROLL_OVER: FaultPlan = { kind: 'roll-over', at: 20_000, office: 'phong-huyen' };
/** A radio's line, after everything else has gone. */
const NARROW = { kind: 'weather', at: 30_000, link: ['xa', 'huyen'], forMs: 30_000, weather: {
  lossPerMille: 0, corruptPerMille: 0, delayMsMin: 1, delayMsMax: 2, lateDeathMs: 0, bytesPerSecond: 1_200,
} } as const satisfies FaultPlan;
const LEAVE_PERSON: FaultPlan = { kind: 'leave-person', at: 20_000, office: 'phong-huyen' };
const LEAVE_STATION: FaultPlan = { kind: 'leave-station', at: 40_000, station: 'xa' };
const CUT = { kind: 'cut', at: 10_000, link: ['xa', 'huyen'], forMs: 20_000 } as const satisfies FaultPlan;

export const PLANTED: readonly Planted[] = [
  { checker: 'cameHome', what: 'an office that moved writes nothing more', faults: [{ ...LEAVE_STATION, at: 20_000 }], quietMs: 15 * MINUTE_MS, plant: ({ desk }) => {
    desk.goOn = () => {};
    return () => {};
  } },
  { checker: 'accepted', what: 'parts are never complete', plant: () => instead(Parts, 'demandComplete', () => async () => {
    throw new Refusal('part-incomplete');
  }) },
  { checker: 'deliveredOnce', what: 'some of what is taken is not passed on', plant: () => instead(Queue, 'add', (add) => {
    let turn = 0;
    return async function (this: Queue, ...asked) {
      return asked[1].kind === 'dispatch' && ++turn % 5 === 0 ? true : add.apply(this, asked);
    };
  }) },
  { checker: 'deliveredOnce', what: 'everything is doubted', plant: (world) => trigger(world,
    'after insert on delivery', 'update delivery set suspected = 1 where id = new.id') },
  { checker: 'deliveredOnce', what: 'everything arrives twice and says so, and one disk was lost', faults: [RESTORE], plant: (world) => {
    const untrigger = trigger(world, 'after insert on delivery', 'update delivery set suspected = 1 where id = new.id');
    const once = instead(Ledger, 'append', (append) => async function (this: Ledger, tx, event) {
      if (event.kind === 'arrived') for (const _ of ['twice', 'thrice']) await append.call(this, tx, event);
      return append.call(this, tx, event);
    });
    return () => [once, untrigger].forEach((takeOut) => takeOut());
  } },
  { checker: 'lateIsExpired', what: 'what comes too late is delivered', faults: [CUT], plant: (world) => {
    world.time.after(CUT.at, () => world.desk.send({ from: 'huyen', to: ['xa'], precedence: 'immediate', partChunks: [], expiresMs: CUT.forMs / 2 }));
    return instead(Receipts, 'make', (make) => async function (this: Receipts, kind, about) {
      return make.call(this, kind === 'expired' ? 'arrived' : kind, about);
    });
  } },
  { checker: 'numbersContiguous', what: 'a number of a link is left out', plant: (world) => trigger(world,
    'after update of last_sent on link_state when new.last_sent = 3', 'update link_state set last_sent = 4 where peer = new.peer') },
  { checker: 'numbersContiguous', what: 'what a restored disk forgot is not said to be missing', faults: [RESTORE], plant: () => withoutEvents('gap') },
  { checker: 'custodyIsDurable', what: 'custody is said of what is not written down', plant: () => withoutEvents('custody-taken') },
  { checker: 'custodyIsDurable', what: 'parts are gone after custody was said', plant: (world) => lostParts(world) },
  { checker: 'receiptsCameHome', what: 'receipts that come home are not written down', plant: () => withoutEvents('receipt') },
  { checker: 'ledgersAgree', what: 'one end does not know what it took', plant: () => withoutEvents('custody-taken', 'duplicate') },
  { checker: 'ledgersAgree', what: 'what arrived is not written down where it did', plant: () => withoutEvents('arrived') },
  { checker: 'registersAgree', what: 'a register has a hole', plant: (world) => trigger(world,
    'after insert on number_issued when new.number = 3', 'delete from number_issued where office = new.office and direction = new.direction and series = new.series and number = new.number') },
  { checker: 'registersAgree', what: 'an arrival stands in the ledger alone', plant: (world) => trigger(world,
    'after insert on delivery', 'delete from delivery where id = new.id') },
  { checker: 'twiceIsMarked', what: 'what comes again after a restore does not say so', faults: [RESTORE], plant: (world) => trigger(world,
    'after insert on delivery when new.suspected = 1', 'update delivery set suspected = 0 where id = new.id') },
  { checker: 'readAsWritten', what: 'a text is exchanged where it lies', plant: (world) => trigger(world,
    'after insert on delivery', 'update dispatch set body = zeroblob(length(body)) where id = new.id') },
  { checker: 'directoriesAgree', what: 'a station takes no entry in', faults: [ROLL_OVER], plant: () => instead(DirectoryReplica, 'receive', (receive) => async function (this: DirectoryReplica, offer) {
    return this.isEmpty ? receive.call(this, offer) : undefined;
  }) },
  { checker: 'directoriesAgree', what: 'a restored sequencer goes on from where its copy ends', faults: [ROLL_OVER, RESTORE_FIRST], plant: (world) => tooEarly(world) },
  { checker: 'whoLeftActsNoMore', what: 'numbers are given to anybody', faults: [LEAVE_PERSON], plant: (world) => instead(Numbers, 'batch', (batch) => async function (this: Numbers, _caller, office, ...asked) {
    return batch.call(this, world.people.of(office), office, ...asked);
  }) },
  { checker: 'whoLeftActsNoMore', what: 'a connection outlives the station that ended', faults: [LEAVE_STATION], quietMs: 15 * MINUTE_MS, plant: () => instead(Session, 'fail', (fail) => function (this: Session, word, error) {
    if (word !== 'peer-ended') fail.call(this, word, error);
  }) },
  { checker: 'urgentGoesFirst', what: 'what is more urgent is overlooked for a while', plant: () => instead(Queue, 'first', (first) => {
    let turn = 0;
    return async function (this: Queue, peer, rank, limit) {
      return rank > 1 && ++turn % 9 !== 0 ? [] : first.call(this, peer, rank, limit);
    };
  }) },
  { checker: 'urgentGoesFirst', what: 'data that is wanted of a telegram waits behind the offers of letters', faults: [NARROW], plant: (world) => {
    const letters = Array.from({ length: 12 }, () => ({ from: 'xa', to: ['huyen'], precedence: 'routine', partChunks: [], expiresMs: null }) as const);
    world.time.after(NARROW.at + 1_000, () => world.desk.send({ from: 'xa', to: ['huyen'], precedence: 'immediate', partChunks: [1], expiresMs: null }));
    world.time.after(NARROW.at + 1_500, () => letters.forEach((letter) => world.desk.send(letter)));
    const unranked = instead(Outlet, 'send', (send) => function (this: Outlet, message, urgency) {
      return send.call(this, message, message.kind === 'data' ? 1 : urgency);
    });
    const unexpected = instead(Outlet, 'expect', () => () => () => {});
    return () => [unexpected, unranked].forEach((takeOut) => takeOut());
  } },
  { checker: 'urgentGoesFirst', what: 'letters go in the pauses between two blocks of a telegram', faults: [NARROW], plant: (world) => {
    const letters = Array.from({ length: 12 }, () => ({ from: 'xa', to: ['huyen'], precedence: 'routine', partChunks: [], expiresMs: null }) as const);
    world.time.after(NARROW.at + 1_000, () => world.desk.send({ from: 'xa', to: ['huyen'], precedence: 'immediate', partChunks: [3], expiresMs: null }));
    world.time.after(NARROW.at + 2_500, () => letters.forEach((letter) => world.desk.send(letter)));
    // A machine that keeps little itself: after each frame the sender waits, and looks again.
    world.time.after(NARROW.at + 500, () => world.network.setWeather(...NARROW.link, { ...QUIET, bytesPerSecond: 20_000, bufferBytes: 100 }));
    return instead(Outlet, 'expect', () => () => () => {});
  } },
  { checker: 'restsWhenDone', what: 'each check is answered with another', plant: (world) => {
    const answered = new WeakMap<CheckTalk, number>();
    return instead(CheckTalk, 'receive', (receive) => async function (this: CheckTalk, check) {
      await receive.call(this, check);
      if (world.time.elapsedMs - (answered.get(this) ?? -1_000) < 1_000) return;
      answered.set(this, world.time.elapsedMs);
      world.time.after(1_000, () => void this.send());
    });
  } },
  { checker: 'nothingInTheClear', what: 'a text stands in a table', plant: (world) => {
    for (const { disk } of world.sites.values()) disk.inspect('create table planted (text blob)');
    return trigger(world, 'after insert on outgoing', `insert into planted values (x'${hex(MARKER)}')`);
  } },
  { checker: 'provesItself', what: 'what a neighbour took leaves the queue without a word', plant: () => withoutEvents('custody-received') },
  { checker: 'provesItself', what: 'a byte of a part is another after a while', plant: (world) => {
    world.time.after(59_000, () => void rot(world).catch(world.broken));
    return () => {};
  } },
  { checker: 'droppedIsGone', what: 'what was taken is refused when its word was not heard and it is offered again', plant: () => {
    const unheard = new WeakSet<Custody>();
    const silent = instead(Custody, 'accept', (accept) => async function (this: Custody, ...asked) {
      const word = await accept.apply(this, asked);
      if (asked[0].kind !== 'dispatch' || unheard.has(this)) return word;
      unheard.add(this);
      throw new Refusal('store-failed');
    });
    const refusing = instead(Custody, 'examine', (examine) => async function (this: Custody, offered) {
      const verdict = await examine.call(this, offered);
      return verdict.verdict === 'held' && offered.kind === 'dispatch' ? { verdict: 'refuse', code: 'not-entitled' } : verdict;
    });
    return () => [silent, refusing].forEach((takeOut) => takeOut());
  } },
];

async function rot({ sites }: World): Promise<void> {
  const { blobs } = sites.get('xa')!.disk;
  const [file] = (await filesOf(blobs)).filter((one) => one.startsWith('blobs/'));
  const [byte] = (await blobs.read(file!, 0, 1))!;
  await (await blobs.open(file!)).write(Uint8Array.of(byte! ^ 1), 0);
}

/** Somebody's entry is given the place of one that was lost, before any neighbour was heard. */
function tooEarly(world: World): () => void {
  // By who has seen no more than the copy has.
  const signed = world.registrar.organisation.sign([{ kind: 'person', body: { person: 'nguoi-khac', name: 'Người Khác' } }]);
  const propose = async (): Promise<unknown> => world.site('tinh').station!.people.propose(await signed);
  world.time.after(RESTORE_FIRST.at + 5_001, () => void propose().catch(world.broken));
  return instead(Leading, 'demand', () => () => {});
}

/** A method of a class that does something else while the bug is in. */
function instead<Instance, Name extends keyof Instance>(
  { prototype }: { readonly prototype: Instance }, name: Name, change: (method: Instance[Name]) => Instance[Name],
): () => void {
  const method = prototype[name];
  prototype[name] = change(method);
  return () => {
    prototype[name] = method;
  };
}

function withoutEvents(...kinds: readonly string[]): () => void {
  return instead(Ledger, 'append', (append) => async function (this: Ledger, tx, event) {
    return kinds.includes(event.kind) ? { index: 0 } : append.call(this, tx, event);
  });
}

function trigger({ sites }: World, when: string, then: string): () => void {
  for (const { disk } of sites.values()) disk.inspect(`create trigger planted_${sites.size} ${when} begin ${then}; end`);
  return () => {};
}

function lostParts({ sites, time }: World): () => void {
  const lose = async (): Promise<void> => {
    for (const { station } of sites.values()) for await (const name of station!.blobs.names()) await station!.blobs.remove(name);
  };
  time.after(59_000, () => void lose());
  return () => {};
}

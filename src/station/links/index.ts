/**
 * The links room: carries items between neighbours, durably, in order of precedence, over whatever connects them.
 * Source: docs/protocol/frames.md.
 */
import { hex } from '#core/bytes.ts';
import { agreementsAt } from '#model/agreements.ts';
import { nextHop } from '#model/routes.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { Buckets } from '#station/kernel/buckets.ts';
import type { Carrier } from './carrier.ts';
import { BUDGET, Budgets, CALLS, CHANGES, SMALL_FRAMES } from './budget.ts';
import { Channels, type ChannelState } from './channel.ts';
import { Courier } from './courier/courier.ts';
import { Crowded } from './crowded.ts';
import type { LinksDeps } from './deps.ts';
import { calledBy, Dialer } from './dialer.ts';
import type { LinkState, WaitingCopy } from './link-state.ts';
import { type Missing, together } from './holes.ts';
import { OutgoingLists } from './outgoing-lists.ts';
import { Owed } from './owed.ts';
import { Queue, type WaitingItem } from './queue.ts';
import { type Met, MetNeighbours } from './met.ts';
import { type Here, neighbourNames, neighbourOf, peerShowing } from './policy.ts';
import { recordIn } from './record.ts';
import { Retries } from './retries.ts';
import { Session, type SessionEnd } from './session.ts';
import { Shares } from './shares.ts';
import { ShownPace } from './shown-pace.ts';
import { Staging } from './staging.ts';
import type { LinksRoom } from './talk.ts';
import type { Outbox } from './traffic.ts';

export type { Carrier, CarrierEvents, Network } from './carrier.ts';
export type { DirectoryExchange, DirectoryRun, LinksDeps } from './deps.ts';
export type { LinkState, WaitingCopy } from './link-state.ts';
export type { Met } from './met.ts';
export type { ItemName, ItemOwner, KnownLeaves, OfferedCopy, OfferedItem, Outbox, OutgoingItem, QueuedCopy, ReceivedItem, SealedHeader, Traffic, Verdict } from './traffic.ts';
export { linksMigrations } from './migrations/index.ts';
export { bundleRoutes } from './courier/routes.ts';
export { demandCarrier } from './policy.ts';
export { linkRoutes } from './routes.ts';
export { createWitness, type Witness } from './witness.ts';

/** Of each neighbour: parts whose checked bytes are known, and pieces that had not come whole, each a chunk or a head; and as many lists of leaves. */
const CHECKED_PARTS = 1_024;
const BEGUN_PIECES = 16;

export interface Links {
  readonly outbox: Outbox;
  start(): void;
  /** Ends all connections; what was in the middle is resumed by the next start. */
  stop(): Promise<void>;
  /** A neighbour called: the carrier has proved who it is. */
  answer(carrier: Carrier): void;
  /** Every neighbour, in the order of the codes. */
  states(): Promise<LinkState[]>;
  /** How much of our directory log each neighbour of our organisation said to have, in this run. */
  met(): ReadonlyMap<string, Met>;
  /** Told when a link has come up or gone down; the returned function ends it. */
  onChange(listener: () => void): () => void;
  /** The hourly job over what was begun and not finished. @returns when to run again */
  sweep(): Promise<number>;
  /** What we call the organisation whose exchange station shows that certificate over a border; null for any other. */
  peerShowing(linkCertificate: Uint8Array): string | null;
  /** What is carried on sticks. */
  readonly courier: Courier;
  /** Where copies of an item wait. @param id dispatch or note id */
  waiting(id: Uint8Array): Promise<WaitingCopy[]>;
}

export function createLinks(deps: LinksDeps): Links {
  const links = new LinksOfStation(deps);
  return {
    outbox: {
      enqueue: (tx, item) => links.enqueue(tx, item),
      nextHop: (station) => nextHop(deps.directory.view(), deps.station, station, deps.nextHops),
      ...links.queued(),
    },
    courier: links.courier,
    start: () => links.start(),
    stop: () => links.stop(),
    answer: (carrier) => links.open(carrier, false),
    states: () => links.states(),
    met: () => links.met(),
    onChange: (listener) => links.onChange(listener),
    sweep: () => links.sweep(),
    peerShowing: (certificate) => links.peerShowing(certificate),
    waiting: (id) => links.waiting(id),
  };
}

class LinksOfStation {
  readonly courier: Courier;
  readonly #room: LinksRoom;
  readonly #sessions = new Map<string, Session>();
  readonly #dialers = new Map<string, Dialer>();
  readonly #stopped = new Set<string>();
  readonly #met: MetNeighbours;
  /** Highest rank queued towards each peer in transactions that may not be durable yet. */
  readonly #queued = new Map<string, number>();
  readonly #ends: (() => void)[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #calls: Buckets;
  #running = false;

  constructor(deps: LinksDeps) {
    const record = recordIn(deps.ledger);
    const owed = new Owed(deps);
    this.#met = new MetNeighbours(deps.clock);
    this.#calls = new Buckets(deps.clock, CALLS);
    this.#room = {
      ...deps,
      record,
      owed,
      queue: new Queue({ ...deps, record }),
      channels: new Channels({ ...deps, record, owed, changes: new Buckets(deps.clock, CHANGES) }),
      crowded: new Crowded(),
      staging: new Staging(deps),
      outgoingLists: new OutgoingLists(deps.blobs, deps.provider.hash),
      checked: new Shares(CHECKED_PARTS),
      incomingLists: new Shares(BEGUN_PIECES),
      budgets: new Budgets(deps.clock, deps.budget ?? BUDGET),
      smallFrames: new Budgets(deps.clock, SMALL_FRAMES),
      begun: new Shares(BEGUN_PIECES),
      retries: new Retries(deps.clock),
      pace: new ShownPace(deps.clock, () => deps.directory.view().point.size),
      say: deps.remark ?? (() => {}),
    };
    this.#room.crowded.onChange(() => {
      for (const watcher of this.#watchers) watcher();
    });
    this.courier = new Courier({
      room: this.#room, demandRoom: deps.demandRoom ?? (() => {}), met: (peer, incarnation) => this.#met.sizeOf(peer, incarnation),
      wake: (peer, rank) => this.#sessions.get(peer)?.wake(rank),
    });
  }

  async enqueue(tx: Parameters<Outbox['enqueue']>[0], item: Parameters<Outbox['enqueue']>[1]): Promise<void> {
    const { peer, precedence, owner } = item;
    const isNew = await this.#room.queue.add(tx, item, peer, precedence, owner);
    const rank = PRECEDENCE_RANK[precedence];
    if (isNew) this.#queued.set(peer, Math.max(rank, this.#queued.get(peer) ?? 0));
  }

  queued(): Pick<Outbox, 'peers' | 'waitingFor' | 'waitingOf' | 'isUnderWay' | 'withdraw'> {
    const { queue } = this.#room;
    return {
      peers: () => queue.peers(),
      waitingFor: (peer, after, limit) => queue.waitingFor(peer, after, limit),
      waitingOf: (db, office) => queue.waitingOf(db, office),
      isUnderWay: (...asked) => queue.isUnderWay(...asked),
      withdraw: (...asked) => queue.withdraw(...asked),
    };
  }

  start(): void {
    this.#running = true;
    this.#ends.push(
      this.#room.store.afterCommit(() => this.#wake()),
      this.#room.directory.onGrown(() => this.#directoryGrew()),
    );
    this.#callNeighbours();
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const end of this.#ends.splice(0)) end();
    for (const dialer of this.#dialers.values()) dialer.stop();
    await this.courier.stop();
    await Promise.all([...this.#sessions.values()].map((session) => session.leave()));
  }

  /** A new connection takes the place of an older one, which is likely dead. */
  open(carrier: Carrier, isCalled: boolean): void {
    if (!this.#running || (!isCalled && this.#calls.take(carrier.peer) > 0)) return carrier.close();
    const older = this.#sessions.get(carrier.peer);
    older?.close();
    const session = new Session(this.#room, carrier, {
      live: (met) => this.#live(met),
      ended: (ended, end) => this.#ended(ended, end, isCalled),
    });
    if (!session.closed) this.#sessions.set(carrier.peer, session);
  }

  onChange(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async sweep(): Promise<number> {
    await this.courier.sweep();
    return this.#room.staging.sweep();
  }

  async states(): Promise<LinkState[]> {
    return Promise.all(neighbourNames(this.#here()).map((peer) => this.#state(peer)));
  }

  peerShowing(linkCertificate: Uint8Array): string | null {
    return peerShowing(this.#here(), linkCertificate);
  }

  async waiting(id: Uint8Array): Promise<WaitingCopy[]> {
    const items = await this.#room.queue.waiting(id);
    const carrying = items.length === 0 ? [] : await this.courier.carrying(id);
    return items.map((item) => {
      const stick = carrying.find(({ peer, channel }) => peer === item.peer && channel === item.channel);
      return { ...this.#waitingCopy(item), ...(stick !== undefined && { bundle: { number: stick.number, written: stick.written, state: stick.state } }) };
    });
  }

  #waitingCopy({ peer, since, position, channel }: WaitingItem): WaitingCopy {
    if (this.#room.crowded.isWaiting(peer, channel)) return { peer, since, state: 'no-room', sent: 0 };
    const progress = this.#sessions.get(peer)?.progress(position);
    return { peer, since, state: progress?.state ?? 'waiting', sent: progress?.sent ?? 0 };
  }

  async #state(peer: string): Promise<LinkState> {
    const { queue, channels, retries } = this.#room;
    const known = await channels.state(peer);
    const isUp = this.#sessions.get(peer)?.isLive === true;
    const agreement = this.#room.directory.view().agreement(peer);
    const retry = retries.of(peer);
    const waits = await queue.state(peer);
    // What found no room may have gone another way since, and nobody has met the neighbour.
    const noRoomSince = waits.oldestQueued === null ? null : this.#room.crowded.since(peer);
    const missing = known === null ? null : await this.#missing(peer, known, isUp);
    const againMs = isUp || this.#addressesOf(peer).length === 0 ? null : this.#dialers.get(peer)?.leftMs() ?? null;
    const refused = agreement === null ? null : this.#room.peerExchange?.refusal(agreement.organisation) ?? null;
    return {
      peer,
      state: isUp ? 'up' : this.#stopped.has(peer) ? 'stopped' : 'down',
      ...waits,
      lastSent: known?.lastSent ?? 0,
      lastReceived: known?.lastReceived ?? 0,
      lastMet: known?.lastMet ?? null,
      ...(refused === null ? {} : { shownRefused: refused }),
      ...(retry === null ? {} : { retry }),
      ...(againMs === null ? {} : { triesAgain: this.#room.clock.now() + againMs }),
      ...(noRoomSince === null ? {} : { noRoomSince }),
      ...(missing === null ? {} : { missing }),
      incarnation: hexOrNull(known?.peerIncarnation ?? null),
    };
  }

  /** On a connection what has not come is under way, or said to be held by nobody. */
  async #missing(peer: string, known: ChannelState, isUp: boolean): Promise<Missing | null> {
    const { channels, owed } = this.#room;
    if (known.peerIncarnation === null) return null;
    const lost = await owed.unheard({ peer, incarnation: known.peerIncarnation });
    const holes = isUp ? null : await channels.holes(peer, known);
    return together(holes === null ? lost : [...lost, holes]);
  }

  met(): ReadonlyMap<string, Met> {
    return this.#met.all();
  }

  #live({ peer, hello, beyond }: Session): void {
    // Over a border a hello speaks of the other organisation's log.
    if (beyond === null) this.#heard(peer, hello, this.#room.directory.view().point.size);
    this.#stopped.delete(peer);
    this.#room.crowded.metAgain(peer);
    this.#room.say('link-up', { peer });
    for (const watcher of this.#watchers) watcher();
  }

  #heard(peer: string, { incarnation, directory }: Session['hello'], held: number): void {
    this.#met.heard(peer, incarnation, directory.size, held);
    this.#room.heard?.(directory.size, held);
  }

  #ended(session: Session, end: SessionEnd, isCalled: boolean): void {
    const { peer } = session;
    if (this.#sessions.get(peer) === session) this.#sessions.delete(peer);
    if (end === 'stopped') this.#stopped.add(peer);
    if (session.wasLive) this.#room.say('link-down', { peer });
    for (const watcher of this.#watchers) watcher();
    if (isCalled) this.#dialers.get(peer)?.lost(session.wasLive);
  }

  #wake(): void {
    for (const [peer, rank] of this.#queued) {
      this.#sessions.get(peer)?.wake(rank);
      this.#dialers.get(peer)?.hurry();
    }
    this.#queued.clear();
  }

  #directoryGrew(): void {
    for (const session of this.#sessions.values()) session.directoryGrew();
    this.#callNeighbours();
  }

  #callNeighbours(): void {
    const called = this.#called();
    for (const [peer, dialer] of this.#dialers) {
      if (called.has(peer)) continue;
      dialer.stop();
      this.#dialers.delete(peer);
    }
    for (const peer of called.keys()) if (!this.#dialers.has(peer)) this.#call(peer);
  }

  #call(peer: string): void {
    const { network, clock, random, say } = this.#room;
    const dialer = new Dialer({
      peer, network, clock, random,
      addresses: () => this.#addressesOf(peer),
      connected: (carrier) => this.open(carrier, true),
      failed: (error, address) => say('call-failed', { peer, address, reason: error instanceof Error ? error.message : 'unknown' }),
    });
    this.#dialers.set(peer, dialer);
    dialer.start();
  }

  #called(): Map<string, string | null> {
    const { station, directory } = this.#room;
    const view = directory.view();
    return calledBy(station, view.links(), agreementsAt(view, station));
  }

  /** Over a border nobody is called before the agreement counts, on both sides, nor after. */
  #addressesOf(peer: string): string[] {
    if (neighbourOf(this.#here(), peer) === null) return [];
    const { addresses, furtherAddresses } = this.#room;
    const first = addresses?.[peer] ?? this.#called().get(peer) ?? null;
    return [...(first === null ? [] : [first]), ...(furtherAddresses?.[peer] ?? [])];
  }

  #here(): Here {
    const { directory, station, clock } = this.#room;
    return { view: directory.view(), peers: directory.peers(), station, now: clock.now() };
  }
}

function hexOrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : hex(bytes);
}

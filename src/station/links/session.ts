/**
 * One live connection: hello both ways, then frames in both directions until the carrier closes or something is wrong.
 * Nothing is believed before the hello verified. Source: docs/protocol/frames.md.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { missingBytes } from '#station/kernel/watermarks.ts';
import { frame, type Frame, type HelloStatement } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { SMALL_FRAME_BYTES } from './budget.ts';
import type { Carrier } from './carrier.ts';
import { CheckTalk } from './check-talk.ts';
import { DirectoryTalk } from './directory-talk.ts';
import { DisclosureTalk } from './disclosure-talk.ts';
import { giveBack, takeBack } from './giving-back.ts';
import { checkHello, makeHello, provenSuccessor } from './hello.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { Outlet, type Urgency } from './outlet.ts';
import { type Here, type Neighbour, neighbourOf } from './policy.ts';
import { PutOff } from './put-off.ts';
import type { LinksRoom, Talk } from './talk.ts';

const HANDSHAKE_MS_MAX = 10_000;
const PING_MS = 30_000;
const SILENCE_MS_MAX = 90_000;
/** A narrow link is checked at every so many pings, besides when its work is done. */
const NARROW_CHECK_PINGS = 10;
/** How long a link is idle before both sides compare: a burst has pauses. */
const SETTLE_MS = 500;
const NOTE_HEARD_MS = 60_000;
/** Answers to frames that may be under way at a time; an honest peer never has as many. */
const ANSWERING_MAX = 1_024;
/** What stations of one organisation say to each other: its log, its ledgers, its lost folders. */
const WITHIN_ONLY: readonly Frame['kind'][] = ['directory', 'witnessed', 'returned'];

/** `stopped`: one of us was restored from a copy, and an operator must open a new incarnation. */
export type SessionEnd = 'closed' | 'stopped';

export interface SessionEvents {
  live(session: Session): void;
  ended(session: Session, end: SessionEnd): void;
}

interface Live {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly directory: DirectoryTalk;
  readonly disclosure: DisclosureTalk | null;
  readonly check: CheckTalk;
}

export class Session implements Talk {
  readonly room: LinksRoom;
  readonly peer: string;
  /** Whoever calls offers after it has heard which incarnation this is. */
  readonly isForFormer = false;
  readonly #carrier: Carrier;
  readonly #outlet: Outlet;
  readonly #events: SessionEvents;
  readonly #ready: Promise<void>;
  readonly #done = Promise.withResolvers<void>();
  #hello: HelloStatement | null = null;
  /** Who the peer was by the directory when the connection began. */
  readonly #met: Neighbour | null;
  /** Work beside the stream that has not ended. */
  #running = 0;
  #live: Live | null = null;
  #end: SessionEnd = 'closed';
  #closed = false;
  #heardAt: number;
  /** When it was last written down. */
  #notedAt: number;
  #pings = 0;
  #cancelTimer: () => void;
  #cancelSettle: (() => void) | null = null;
  readonly #putOff: PutOff;

  constructor(room: LinksRoom, carrier: Carrier, events: SessionEvents) {
    this.room = room;
    this.peer = carrier.peer;
    this.#carrier = carrier;
    this.#outlet = new Outlet(carrier, room.clock);
    this.#events = events;
    this.#heardAt = room.clock.monotonicMs();
    this.#notedAt = this.#heardAt;
    this.#met = neighbourOf(this.#here(), this.peer);
    this.#putOff = new PutOff(this, () => this.#live !== null && this.#live.incoming.isIdle && this.#live.outgoing.isIdle);
    this.#cancelTimer = room.clock.after(HANDSHAKE_MS_MAX, () => this.fail('handshake-late', null));
    this.#ready = this.#greet();
    this.#ready.catch((error: unknown) => this.fail('hello-failed', error));
    carrier.open({ frame: (bytes) => this.#receive(bytes), closed: () => this.close() });
  }

  get hello(): HelloStatement {
    if (this.#hello === null) throw new DecodeError('frame', 0, 'before the hello');
    return this.#hello;
  }

  get beyond(): Uint8Array | null {
    return this.#met?.beyond ?? null;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get isLive(): boolean {
    return this.#live !== null && !this.#closed;
  }

  get wasLive(): boolean {
    return this.#live !== null;
  }

  /** Resolves when the connection has ended and let go of everything it held. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  progress(position: number): ReturnType<Outgoing['progress']> {
    return this.#live?.outgoing.progress(position) ?? { state: 'waiting', sent: 0 };
  }

  get isCounted(): boolean {
    return this.#outlet.isCounted;
  }

  get frameBytes(): number | null {
    return this.#outlet.frameBytes;
  }

  async send(message: Frame, urgency?: Urgency): Promise<void> {
    if (!this.#closed) await this.#outlet.send(message, urgency);
  }

  expect(rank: number): () => void {
    return this.#outlet.expect(rank);
  }

  wake(rank: number): void {
    if (this.isLive) this.#live!.outgoing.wake(rank);
  }

  /** A peer that the directory has ended, parted from us or given other keys has no connection any more. */
  directoryGrew(): void {
    if (!this.#isStillMeant()) return this.fail('peer-ended', null);
    if (this.isLive && this.beyond === null) this.#run('directory', this.#live!.directory.offer());
    this.#show();
    this.#putOff.sooner();
  }

  worked(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = this.room.clock.after(SETTLE_MS, () => {
      this.#cancelSettle = null;
      const { incoming, outgoing, check } = this.#live ?? {};
      if (this.#closed || !outgoing?.isIdle) return;
      if (this.room.crowded.atRest(this.peer)) this.room.say('room-again-there', { peer: this.peer });
      if (!incoming?.isIdle) return;
      this.#run('retries', this.#putOff.atRest());
      this.#run('check', check!.send());
    });
  }

  retryLater(code: RefusalCode, rank = 0, missing: number | null = null): void {
    this.#putOff.later(code, rank, missing);
  }

  async #checked(message: Extract<Frame, { kind: 'check' }>, { check }: Live): Promise<void> {
    await check.receive(message);
    await this.#putOff.checked();
  }

  fail(word: string, error: unknown): void {
    if (this.#closed) return;
    const code = error instanceof Refusal ? error.code : error instanceof DecodeError ? 'frame-malformed' : 'internal';
    const detail = error instanceof DecodeError ? { field: error.field } : {};
    this.room.say(word, { peer: this.peer, ...(error === null ? {} : { code }), ...detail });
    if (error instanceof DecodeError && this.room.channels.takeChange(this.peer)) this.#recordMalformed();
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    this.#cancelSettle?.();
    this.#putOff.stop();
    this.#live?.disclosure?.stop();
    this.#outlet.close();
    this.#carrier.close();
    void this.#letGo();
  }

  /** Says goodbye first, so that the neighbour does not take it for a failure. */
  async leave(): Promise<void> {
    if (this.isLive) await this.send({ kind: 'service', word: 'closing', first: 0, last: 0 });
    this.close();
    await this.done;
  }

  async #letGo(): Promise<void> {
    await this.#live?.incoming.stop().catch(() => {});
    // The monotonic clock has fractions; an instant has none.
    const silentMs = this.room.clock.monotonicMs() - this.#heardAt;
    if (this.wasLive && this.#heardAt > this.#notedAt) await this.room.channels.heard(this.peer, Math.floor(this.room.clock.now() - silentMs)).catch(() => {});
    this.#events.ended(this, this.#end);
    this.#done.resolve();
  }

  #recordMalformed(): void {
    const { store, record } = this.room;
    const about = { peer: this.peer, code: 'frame-malformed' };
    store.commit((tx) => record(tx, 'refused', undefined, about)).catch(() => {});
  }

  async #greet(): Promise<void> {
    const met = this.#met;
    if (met === null) throw new Refusal('peer-unknown', { peer: this.peer });
    const state = await this.room.channels.open(this.peer);
    const hello = await makeHello(this.room, this.#carrier, met, state);
    await this.send(hello);
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return;
    this.#heardAt = this.room.clock.monotonicMs();
    try {
      if (bytes.length < SMALL_FRAME_BYTES) await this.room.smallFrames.of(this.peer).take(1, PRECEDENCE_RANK.flash, () => this.#closed);
      // An agreement may lapse while nothing is written into any directory.
      if (this.beyond !== null && !this.#isStillMeant()) return this.fail('peer-ended', null);
      const message = frame.decode(bytes);
      if (this.isLive) this.#noteHeard();
      if (message.kind === 'hello') await this.#meet(message);
      else await this.#dispatch(message, this.#live);
    } catch (error) {
      this.fail('frame-refused', error);
    }
  }

  async #meet(message: Extract<Frame, { kind: 'hello' }>): Promise<void> {
    if (this.#hello !== null) throw new DecodeError('hello', 0, 'said twice');
    if (this.#met === null) throw new Refusal('peer-unknown', { peer: this.peer });
    this.#hello = await checkHello(this.room, this.#carrier, this.#met, message);
    await this.#ready;
    const meeting = await this.room.channels.meet(this.peer, this.#hello, frame.encode(message));
    if (this.#closed) return;
    if (meeting === 'superseded') return this.#refuseFormer();
    // Nothing is numbered before it has shown who follows us; without that the handshake ends by its time.
    if (meeting === 'followed') return this.room.say('followed', { peer: this.peer });
    if (meeting !== 'met') return this.#stopNumbering(meeting);
    this.#cancelTimer();
    this.#goLive();
  }

  #here(): Here {
    const { directory, station, clock } = this.room;
    return { view: directory.view(), peers: directory.peers(), station, now: clock.now() };
  }

  #isStillMeant(): boolean {
    const met = this.#met?.record;
    const now = neighbourOf(this.#here(), this.peer)?.record;
    return met !== undefined && now !== undefined && equal(now.link, met.link) && equal(now.certificates.p256, met.certificates.p256)
      && equal(now.certificates.mldsa, met.certificates.mldsa);
  }

  #goLive(): void {
    const { peerExchange } = this.room;
    const live: Live = {
      incoming: new Incoming(this), outgoing: new Outgoing(this), directory: new DirectoryTalk(this), check: new CheckTalk(this),
      disclosure: peerExchange === undefined ? null : new DisclosureTalk(this, peerExchange),
    };
    this.#live = live;
    this.#outlet.live();
    this.#ping();
    this.#events.live(this);
    if (this.beyond === null) this.#run('directory', live.directory.offer());
    this.#show();
    this.#run('check', live.check.send());
    this.#run('owed', live.check.sayOwed());
    live.outgoing.wake(PRECEDENCE_RANK.flash);
    if (this.hello.former !== undefined && this.beyond === null) this.#run('give-back', giveBack(this, this.hello.former, this.hello.formerSent ?? 0));
  }

  /** Shows the folder that was put aside what its successor said, signed by their common keys. */
  async #refuseFormer(): Promise<void> {
    this.#end = 'stopped';
    this.room.say('peer-superseded', { peer: this.peer });
    const hello = frame.decode((await this.room.channels.followed(this.peer, this.hello.incarnation))!);
    if (hello.kind === 'hello') await this.send({ ...hello, kind: 'superseded' });
    this.close();
  }

  async #stopNumbering(meeting: string): Promise<void> {
    this.#end = 'stopped';
    this.room.say(meeting, { peer: this.peer });
    await this.send({ kind: 'service', word: 'peer-behind', first: this.hello.lastSent, last: this.hello.lastReceived });
    this.close();
  }

  /** When the neighbour was last heard outlives this process; at most one write a minute for it. */
  #noteHeard(): void {
    if (this.#heardAt - this.#notedAt < NOTE_HEARD_MS) return;
    this.#notedAt = this.#heardAt;
    this.room.channels.heard(this.peer, this.room.clock.now()).catch(() => {});
  }

  /** @returns what the carrier waits for; the rest goes on beside it */
  #dispatch(message: Exclude<Frame, { kind: 'hello' }>, live: Live | null): Promise<void> | void {
    if (message.kind === 'service' && message.word === 'peer-behind') return this.#wasStopped();
    if (message.kind === 'superseded') return this.#wasFollowed(message);
    if (live === null) throw new DecodeError('frame', 0, 'before the hello');
    if (this.beyond !== null && WITHIN_ONLY.includes(message.kind)) throw new DecodeError('frame', 0, 'not over a border');
    switch (message.kind) {
      case 'offer': return live.incoming.offer(message);
      case 'data': return live.incoming.data(message) ?? undefined;
      case 'directory': return live.directory.receive(message);
      case 'want': return this.#run('want', live.outgoing.want(message), live.outgoing.rankOf(message.channel));
      case 'custody': case 'refuse': return this.#run(message.kind, live.outgoing.answered(message), live.outgoing.rankOf(message.channel));
      case 'check': return this.#run('check', this.#checked(message, live));
      case 'returned': return takeBack(this, message);
      case 'shown': case 'show': case 'disclosed': return this.#disclose(message, live);
      // Beside the stream: two ends that each wait to answer before they read on would wait for each other.
      case 'mark': return this.#run('mark', this.#answerMark(message));
      case 'reached': return this.#outlet.reached(message.sent);
      case 'witnessed': return this.#run('witnessed', live.check.witnessed(message));
      case 'service':
        if (message.word === 'numbers-missing') this.#run('missing', live.check.missing(message));
        if (message.word === 'numbers-heard') this.#run('heard', live.check.heard(message));
        if (message.word === 'no-room') this.#run('no-room', live.outgoing.foundNoRoom(message.first));
    }
  }

  /** @throws DecodeError on a carrier that is not counted */
  #answerMark({ sent }: Extract<Frame, { kind: 'mark' }>): Promise<void> {
    if (!this.isCounted) throw new DecodeError('mark', 0, 'on a carrier that is not counted');
    return this.send({ kind: 'reached', sent });
  }

  #show(): void {
    const { disclosure } = this.#live ?? {};
    if (this.isLive && disclosure) this.#run('disclosure', disclosure.offer());
  }

  #disclose(message: Extract<Frame, { kind: 'shown' | 'show' | 'disclosed' }>, { disclosure }: Live): Promise<void> | void {
    if (disclosure === null) throw new DecodeError(message.kind, 0, 'nothing is shown here');
    if (message.kind === 'disclosed') return disclosure.disclosed(message);
    return this.#run('disclosure', message.kind === 'shown' ? disclosure.shown(message) : disclosure.show(message));
  }

  async #wasFollowed({ statement, signature }: Extract<Frame, { kind: 'superseded' }>): Promise<void> {
    const successor = await provenSuccessor(this.room, statement, signature);
    if (successor === null) throw new DecodeError('superseded', 0, 'is not said by our own keys, or before this folder was opened');
    this.#end = 'stopped';
    this.room.say('superseded', { peer: this.peer });
    await this.room.superseded?.(this.peer, successor);
    this.close();
  }

  #wasStopped(): void {
    this.#end = 'stopped';
    this.room.say('stopped-by-peer', { peer: this.peer });
    this.close();
  }

  /** Work beside the stream of frames. A refusal concerns one item and is remarked; anything else ends the connection. @param rank of the item that it is about */
  #run(word: string, work: Promise<void>, rank?: number): void {
    this.#running += 1;
    void work.catch((error: unknown) => {
      if (this.#closed) return;
      if (!(error instanceof Refusal)) return this.fail(`${word}-failed`, error);
      this.room.say(`${word}-refused`, { peer: this.peer, code: error.code });
      this.retryLater(error.code, rank, error.code === 'disk-full' ? missingBytes(error) : null);
    }).finally(() => {
      this.#running -= 1;
    });
    if (this.#running > ANSWERING_MAX) this.fail(`${word}-failed`, new DecodeError('frame', 0, 'too many at a time'));
  }

  #ping(): void {
    this.#cancelTimer = this.room.clock.after(PING_MS, () => {
      if (this.#closed) return;
      if (this.room.clock.monotonicMs() - this.#heardAt > SILENCE_MS_MAX) return this.fail('silent', null);
      if (!this.#isStillMeant()) return this.fail('peer-ended', null);
      this.#pings += 1;
      if (this.#pings % NARROW_CHECK_PINGS === 0 || !this.#outlet.ping()) this.#run('check', this.#live!.check.send());
      this.#ping();
    });
  }
}

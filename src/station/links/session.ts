/**
 * One live connection: hello both ways (meeting.ts), then frames in both directions until the carrier closes or something is
 * wrong. Nothing is believed before the hello verified. Source: docs/protocol/frames.md.
 */
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
import { Heartbeat } from './heartbeat.ts';
import { Incoming } from './incoming.ts';
import { Meeting } from './meeting.ts';
import { Outgoing } from './outgoing.ts';
import { Outlet, type Urgency } from './outlet.ts';
import { PutOff } from './put-off.ts';
import type { LinksRoom, Talk } from './talk.ts';

/** A narrow link is checked at every so many beats, besides when its work is done. */
const NARROW_CHECK_BEATS = 10;
/** How long a link is idle before both sides compare: a burst has pauses. */
const SETTLE_MS = 500;
/** Answers to frames that may be under way at a time; an honest peer never has as many. */
const ANSWERING_MAX = 1_024;
/** What stations of one organisation say to each other: its log, its ledgers, its lost folders. */
const WITHIN_ONLY: readonly Frame['kind'][] = ['directory', 'witnessed', 'returned'];

/** `stopped`: one of us was restored from a copy, and an operator must open a new incarnation. */
export type SessionEnd = 'closed' | 'stopped';

interface SessionEvents {
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
  readonly #done = Promise.withResolvers<void>();
  readonly #meeting: Meeting;
  /** Work beside the stream that has not ended. */
  #running = 0;
  #live: Live | null = null;
  #closed = false;
  readonly #heartbeat: Heartbeat;
  #cancelSettle: (() => void) | null = null;
  readonly #putOff: PutOff;

  constructor(room: LinksRoom, carrier: Carrier, events: SessionEvents) {
    this.room = room;
    this.peer = carrier.peer;
    this.#carrier = carrier;
    this.#outlet = new Outlet(carrier, room.clock);
    this.#events = events;
    this.#putOff = new PutOff(this, () => this.#live !== null && this.#live.incoming.isIdle && this.#live.outgoing.isIdle);
    this.#heartbeat = new Heartbeat(this, (count) => this.#beat(count));
    this.#meeting = new Meeting(this, carrier);
    this.#meeting.greeted.catch((error: unknown) => this.fail('hello-failed', error));
    carrier.open({ frame: (bytes) => this.#receive(bytes), closed: () => this.close() });
  }

  get hello(): HelloStatement {
    return this.#meeting.hello;
  }

  get beyond(): Uint8Array | null {
    return this.#meeting.beyond;
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
    if (!this.#meeting.isStillMeant) return this.fail('peer-ended', null);
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
    this.#heartbeat.stop();
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
    await this.#heartbeat.end();
    this.#events.ended(this, this.#meeting.isStopped ? 'stopped' : 'closed');
    this.#done.resolve();
  }

  #recordMalformed(): void {
    const { store, record } = this.room;
    const about = { peer: this.peer, code: 'frame-malformed' };
    store.commit((tx) => record(tx, 'refused', undefined, about)).catch(() => {});
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return;
    this.#heartbeat.heard();
    try {
      if (bytes.length < SMALL_FRAME_BYTES) await this.room.smallFrames.of(this.peer).take(1, PRECEDENCE_RANK.flash, () => this.#closed);
      // An agreement may lapse while nothing is written into any directory.
      if (this.beyond !== null && !this.#meeting.isStillMeant) return this.fail('peer-ended', null);
      const message = frame.decode(bytes);
      if (message.kind !== 'hello') await this.#dispatch(message, this.#live);
      else if ((await this.#meeting.meet(message)) && !this.#closed) this.#goLive();
    } catch (error) {
      this.fail('frame-refused', error);
    }
  }

  #goLive(): void {
    const { peerExchange } = this.room;
    const live: Live = {
      incoming: new Incoming(this), outgoing: new Outgoing(this), directory: new DirectoryTalk(this), check: new CheckTalk(this),
      disclosure: peerExchange === undefined ? null : new DisclosureTalk(this, peerExchange),
    };
    this.#live = live;
    this.#outlet.live();
    this.#heartbeat.begin();
    this.#events.live(this);
    if (this.beyond === null) this.#run('directory', live.directory.offer());
    this.#show();
    this.#run('check', live.check.send());
    this.#run('owed', live.check.sayOwed());
    live.outgoing.wake(PRECEDENCE_RANK.flash);
    if (this.hello.former !== undefined && this.beyond === null) this.#run('give-back', giveBack(this, this.hello.former, this.hello.formerSent ?? 0));
  }

  /** @returns what the carrier waits for; the rest goes on beside it */
  #dispatch(message: Exclude<Frame, { kind: 'hello' }>, live: Live | null): Promise<void> | void {
    if (message.kind === 'service' && message.word === 'peer-behind') return this.#meeting.wasStopped();
    if (message.kind === 'superseded') return this.#meeting.wasFollowed(message);
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

  #beat(count: number): void {
    if (!this.#meeting.isStillMeant) return this.fail('peer-ended', null);
    if (count % NARROW_CHECK_BEATS === 0 || !this.#outlet.ping()) this.#run('check', this.#live!.check.send());
  }
}

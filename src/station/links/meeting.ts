/**
 * Two stations meet on a connection: each says who it is, on which folder and how far, and either goes on or stops numbering until
 * an operator has opened a new incarnation. Source: docs/protocol/frames.md §Incarnation, §Restored.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { frame, type FrameOf, type HelloStatement } from '#wire/frames.ts';
import type { Carrier } from './carrier.ts';
import { checkHello, makeHello, provenSuccessor } from './hello.ts';
import { type Here, type Neighbour, neighbourOf } from './policy.ts';
import type { LinksRoom, Talk } from './talk.ts';

/** The connection on which they meet. */
interface Place extends Pick<Talk, 'room' | 'peer' | 'closed' | 'send'> {
  close(): void;
}

export class Meeting {
  readonly #talk: Place;
  readonly #carrier: Carrier;
  /** Who the peer was by the directory when the connection began. */
  readonly #neighbour: Neighbour | null;
  #hello: HelloStatement | null = null;
  #isStopped = false;
  /** Resolves when our own hello went. */
  readonly greeted: Promise<void>;

  constructor(talk: Place, carrier: Carrier) {
    this.#talk = talk;
    this.#carrier = carrier;
    this.#neighbour = neighbourOf(here(talk.room), talk.peer);
    this.greeted = this.#greet();
  }

  get hello(): HelloStatement {
    if (this.#hello === null) throw new DecodeError('frame', 0, 'before the hello');
    return this.#hello;
  }

  get beyond(): Uint8Array | null {
    return this.#neighbour?.beyond ?? null;
  }

  /** Whether one of the two was restored from a copy, and an operator must open a new incarnation. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Not where the directory has ended the peer, parted it from us or given it other keys. */
  get isStillMeant(): boolean {
    const { room, peer } = this.#talk;
    const met = this.#neighbour?.record;
    const now = neighbourOf(here(room), peer)?.record;
    return met !== undefined && now !== undefined && equal(now.link, met.link) && equal(now.certificates.p256, met.certificates.p256)
      && equal(now.certificates.mldsa, met.certificates.mldsa);
  }

  /** @returns whether both may number now */
  async meet(message: FrameOf<'hello'>): Promise<boolean> {
    const { room, peer } = this.#talk;
    if (this.#hello !== null) throw new DecodeError('hello', 0, 'said twice');
    this.#hello = await checkHello(room, this.#carrier, this.#known(), message);
    await this.greeted;
    const meeting = await room.channels.meet(peer, this.#hello, frame.encode(message));
    if (this.#talk.closed) return false;
    if (meeting === 'met') return true;
    // Nothing is numbered before it has shown who follows us; without that the handshake ends by its time.
    if (meeting === 'followed') room.say('followed', { peer });
    else if (meeting === 'superseded') await this.#refuseFormer();
    else await this.#stopNumbering(meeting);
    return false;
  }

  async wasFollowed({ statement, signature }: FrameOf<'superseded'>): Promise<void> {
    const { room, peer } = this.#talk;
    const successor = await provenSuccessor(room, statement, signature);
    if (successor === null) throw new DecodeError('superseded', 0, 'is not said by our own keys, or before this folder was opened');
    this.#isStopped = true;
    room.say('superseded', { peer });
    await room.superseded?.(peer, successor);
    this.#talk.close();
  }

  wasStopped(): void {
    this.#isStopped = true;
    this.#talk.room.say('stopped-by-peer', { peer: this.#talk.peer });
    this.#talk.close();
  }

  async #greet(): Promise<void> {
    const { room, peer } = this.#talk;
    const neighbour = this.#known();
    const state = await room.channels.open(peer);
    await this.#talk.send(await makeHello(room, this.#carrier, neighbour, state));
  }

  /** @throws Refusal `peer-unknown` */
  #known(): Neighbour {
    if (this.#neighbour === null) throw new Refusal('peer-unknown', { peer: this.#talk.peer });
    return this.#neighbour;
  }

  /** Shows the folder that was put aside what its successor said, signed by their common keys. */
  async #refuseFormer(): Promise<void> {
    const { room, peer } = this.#talk;
    this.#isStopped = true;
    room.say('peer-superseded', { peer });
    const hello = frame.decode((await room.channels.followed(peer, this.hello.incarnation))!);
    if (hello.kind === 'hello') await this.#talk.send({ ...hello, kind: 'superseded' });
    this.#talk.close();
  }

  async #stopNumbering(word: string): Promise<void> {
    const { room, peer } = this.#talk;
    this.#isStopped = true;
    room.say(word, { peer });
    await this.#talk.send({ kind: 'service', word: 'peer-behind', first: this.hello.lastSent, last: this.hello.lastReceived });
    this.#talk.close();
  }
}

function here({ directory, station, clock }: LinksRoom): Here {
  return { view: directory.view(), peers: directory.peers(), station, now: clock.now() };
}

/** A listener whose station goes away, falls silent, ends its session or is restored: nothing lost, nothing twice, nobody pressed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import type { HttpRequest, HttpResponse } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import { SimulatedTime } from '../../test/sim/time.ts';
import { StationApi } from './api.ts';
import { type EventsAsked, eventsIn, liveEvents } from './events.ts';

/** What one connection says, in order; then it breaks, or stays open and silent. */
interface Connection {
  readonly says: readonly LiveEvent[];
  readonly next: 'breaks' | 'is silent';
}
type Answer = Connection | Refusal;

const grown = (index: number): LiveEvent => ({ index, kind: 'directory-grown', time: 1, size: index });
const at = (index: number): LiveEvent => ({ kind: 'position', index });
const bytesOf = (event: LiveEvent): Uint8Array => utf8(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);

/** Answers in the order of its script, the last for ever, and notes when it was asked and after which index. */
class ScriptedStation {
  readonly time = new SimulatedTime();
  readonly clock = this.time.clock(0, () => true);
  readonly asked: { readonly after: string | null; readonly second: number }[] = [];
  readonly lost: { readonly code: string; readonly delayMs: number }[] = [];
  begun = 0;
  cut = 0;
  open = 0;
  /** What beginning a session anew answers. */
  refuses: Refusal | null = null;
  readonly #answers: Answer[];
  readonly api: StationApi;

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
    this.api = new StationApi({ transport: { request: (request) => this.#request(request) }, clock: this.clock, random: nodeRandom });
    this.api.adopt('token');
  }

  async begin(): Promise<void> {
    this.begun += 1;
    if (this.refuses !== null) throw this.refuses;
  }

  /** Listens until that many events have come, or that much time is over, or the listener gives up. */
  async hear({ count, minutes = 60, ...asked }: EventsAsked & { count: number; minutes?: number }): Promise<{ events: LiveEvent[]; ended: unknown }> {
    const events: LiveEvent[] = [];
    let ended: unknown;
    let isOver = false;
    const stop = new AbortController();
    const listen = async (): Promise<void> => {
      const lost = (refusal: Refusal, delayMs: number): void => void this.lost.push({ code: refusal.code, delayMs });
      for await (const event of liveEvents(this, { lost, signal: stop.signal, ...asked })) if (events.push(event) >= count) break;
    };
    const done = listen().catch((error: unknown) => (ended = error)).finally(() => (isOver = true));
    await this.time.run(this.time.elapsedMs + minutes * 60_000, () => isOver);
    stop.abort();
    await done;
    return { events, ended };
  }

  async #request({ path, signal }: HttpRequest): Promise<HttpResponse> {
    this.asked.push({ after: new URL(path, 'http://station').searchParams.get('after'), second: this.time.elapsedMs / 1_000 });
    const answer = this.#answers.length > 1 ? this.#answers.shift()! : this.#answers[0]!;
    if (answer instanceof Refusal && answer.code === 'station-unreachable') throw answer;
    const body = answer instanceof Refusal ? said({ code: answer.code, detail: answer.detail }) : this.#connection(answer, signal!);
    return { status: answer instanceof Refusal ? answer.status : 200, headers: {}, body };
  }

  async *#connection({ says, next }: Connection, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.open += 1;
    try {
      for (const event of says) yield bytesOf(event);
      if (next === 'breaks') throw new Refusal('station-unreachable');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      this.cut += 1;
      throw new Refusal('cancelled');
    } finally {
      this.open -= 1;
    }
  }
}

async function* said(json: object): AsyncGenerator<Uint8Array> {
  yield utf8(JSON.stringify(json));
}

const indexes = (events: readonly LiveEvent[]): number[] => events.flatMap((event) => (event.kind !== 'position' && 'index' in event ? [event.index] : []));

test('a connection that breaks is made anew and goes on after what was seen: nothing lost, nothing twice', async () => {
  const station = new ScriptedStation([
    { says: [at(4), grown(5), grown(6)], next: 'breaks' },
    { says: [at(6)], next: 'breaks' },
    { says: [at(6), grown(7), at(9)], next: 'breaks' },
    { says: [at(9), grown(10)], next: 'is silent' },
  ]);
  const { events } = await station.hear({ count: 9 });
  assert.deepEqual(station.asked.map(({ after }) => after), [null, '6', '6', '9'], 'the first begins with what is new');
  assert.deepEqual(indexes(events), [5, 6, 7, 10]);
  assert.equal(station.begun, 0, 'the session stands');
});

test('who says where to begin begins there', async () => {
  const station = new ScriptedStation([{ says: [at(41), grown(42)], next: 'is silent' }]);
  await station.hear({ count: 2, after: 41 });
  assert.deepEqual(station.asked.map(({ after }) => after), ['41']);
});

test('a station that is away is asked less and less often, at most once a minute, and at once again when it was back', async () => {
  const away = new Refusal('stopping');
  const station = new ScriptedStation([...Array.from({ length: 9 }, () => away), { says: [at(0)], next: 'breaks' }, away, { says: [at(0), grown(1)], next: 'is silent' }]);
  const { events } = await station.hear({ count: 3 });
  assert.deepEqual(indexes(events), [1]);
  assert.deepEqual(station.lost.map(({ delayMs }) => delayMs / 1_000), [1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 2]);
  const gaps = station.asked.slice(1).map(({ second }, i) => second - station.asked[i]!.second);
  assert.deepEqual(gaps, [1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 2]);
});

test('a connection that says nothing for 45 seconds is dead: it is cut, and made anew', async () => {
  const station = new ScriptedStation([{ says: [at(3)], next: 'is silent' }, { says: [at(3), grown(4)], next: 'is silent' }]);
  const { events } = await station.hear({ count: 3 });
  assert.deepEqual(indexes(events), [4]);
  assert.deepEqual(station.asked, [{ after: null, second: 0 }, { after: '3', second: 46 }]);
  assert.equal(station.cut, 1);
});

test('a session that has lapsed is begun anew, and the stream goes on', async () => {
  const lapsed: LiveEvent = { kind: 'end', code: 'session-expired' };
  const station = new ScriptedStation([
    { says: [at(1), grown(2), lapsed], next: 'is silent' }, new Refusal('session-expired'), { says: [at(2), grown(3)], next: 'is silent' },
  ]);
  const { events } = await station.hear({ count: 4 });
  assert.deepEqual(indexes(events), [2, 3]);
  assert.equal(station.begun, 2);
  assert.deepEqual(station.lost, [], 'nobody is told of what mends itself at once');
});

test('a device that is let in no more ends the stream; a station that is away meanwhile does not', async () => {
  const station = new ScriptedStation([new Refusal('session-expired')]);
  station.refuses = new Refusal('station-unreachable');
  const away = await station.hear({ count: 1, minutes: 3 });
  assert.equal((away.ended as Refusal).code, 'cancelled', 'it was still trying');
  assert.ok(station.begun >= 6 && station.begun <= 9, `${station.begun} tries`);
  station.refuses = new Refusal('device-unknown');
  const { ended } = await station.hear({ count: 1 });
  assert.equal((ended as Refusal).code, 'device-unknown');
});

test('a station that was restored from a copy is followed from where its ledger ends now', async () => {
  const station = new ScriptedStation([new Refusal('offset-differs', { expected: 11 }), { says: [at(11), grown(12)], next: 'is silent' }]);
  assert.deepEqual(indexes((await station.hear({ count: 2, after: 40 })).events), [12]);
  assert.deepEqual(station.asked.map(({ after }) => after), ['40', '11']);
});

test('a refusal that trying again does not mend is passed on', async () => {
  const station = new ScriptedStation([new Refusal('request-malformed')]);
  assert.equal(((await station.hear({ count: 1 })).ended as Refusal).code, 'request-malformed');
  assert.equal(station.asked.length, 1);
});

test('who stops listening closes the connection, and ends a wait at once', async () => {
  const left = new ScriptedStation([{ says: [at(0), grown(1)], next: 'is silent' }]);
  await left.hear({ count: 2 });
  assert.deepEqual([left.asked.length, left.open], [1, 0]);
  const stop = new AbortController();
  const away = new ScriptedStation([new Refusal('stopping')]);
  const { ended } = await away.hear({ count: 1, signal: stop.signal, lost: () => stop.abort() });
  assert.equal((ended as Refusal).code, 'cancelled');
  assert.equal(away.time.elapsedMs, 0);
});

test('events come in pieces of any size; what is no event of ours is a fault of who answers', async () => {
  const whole = [at(1), grown(2)].map(bytesOf).flatMap((bytes) => [...bytes]);
  const inPieces = async (bytes: readonly number[], size: number): Promise<LiveEvent[]> => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let from = 0; from < bytes.length; from += size) yield Uint8Array.from(bytes.slice(from, from + size));
    }
    return Array.fromAsync(eventsIn(pieces()));
  };
  for (const size of [1, 2, 7, whole.length]) assert.deepEqual(await inPieces(whole, size), [at(1), grown(2)]);
  assert.deepEqual(await inPieces([...utf8(': a comment\n\n'), ...whole], 5), [at(1), grown(2)]);
  for (const bad of ['data: {\n\n', 'data: {"kind":"Later"}\n\n', 'data: {"kind":"position","index":1,"more":1}\n\n', `data: ${' '.repeat(70_000)}`]) {
    await assert.rejects(inPieces([...utf8(bad)], 4_096), (error) => error instanceof Refusal && error.code === 'internal', bad.slice(0, 30));
  }
});

test('what a newer station tells besides is passed over, and its place kept; what is malformed is still refused', async () => {
  const hear = async (data: string): Promise<LiveEvent[]> => Array.fromAsync(eventsIn((async function* () { yield utf8(`data: ${data}\n\n`); })()));
  assert.deepEqual(await hear('{"kind":"meeting-opened","index":7,"room":"a"}'), [at(7)]);
  assert.deepEqual(await hear('{"kind":"weather","sky":"clear"}'), []);
  for (const bad of ['{"kind":"accepted","index":-1}', '{"kind":"link","peer":"hub","state":"odd"}', '{"kind":"Meeting","index":7}', '{"kind":"meeting-opened","index":"7"}', '[]', '{}']) {
    await assert.rejects(hear(bad), (error) => error instanceof Refusal && error.code === 'internal', bad);
  }
});

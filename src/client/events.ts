/**
 * Live events, as one stream that does not end: connections that break are made anew and go on by the ledger's index,
 * sessions that lapse are begun again. Events say what to look at, and nothing that is believed without being fetched
 * and checked. Source: docs/protocol/api.md §Events.
 */
import { z } from 'zod';
import { concat, fromUtf8 } from '#core/bytes.ts';
import { type Clock, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { LEDGER_EVENT_KINDS, type LiveEvent, liveEventShape } from '#wire/api/events.ts';
import type { StationApi } from './api.ts';
import { pause } from './pause.ts';

export interface EventsAsked {
  /** Index of the last event that was seen, -1 for none; absent for what is new. */
  readonly after?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told when a connection was lost, with how long it will be until the next try. */
  readonly lost?: ((refusal: Refusal, delayMs: number) => void) | undefined;
}

/** What a stream needs of a session: its API, its clock, and how to begin anew. */
export interface Listener {
  readonly api: Pick<StationApi, 'call'>;
  readonly clock: Clock;
  begin(signal?: AbortSignal): Promise<void>;
}

/** A station says something every 15 seconds: three of them missing is a dead connection. */
const SILENCE_MS = 45 * SECOND_MS;
const FIRST_DELAY_MS = SECOND_MS;
const LAST_DELAY_MS = 60 * SECOND_MS;
/** One event is far smaller: more without a line end is no station of ours. */
const EVENT_BYTES_MAX = 64 * 1024;
/** Refusals after which trying again may help. */
const PASSING: readonly string[] = ['station-unreachable', 'stopping', 'store-failed', 'too-many-streams', 'session-expired', 'session-missing', 'internal'];

/**
 * Every event of the station, its signs of life (`position`) included.
 * @throws Refusal `cancelled`; those of Session.begin that trying again does not mend, such as `device-unknown`
 */
export async function* liveEvents(listener: Listener, asked: EventsAsked): AsyncGenerator<LiveEvent> {
  let after = asked.after;
  let delayMs = FIRST_DELAY_MS;
  for (;;) {
    const refusal = yield* connection(listener, asked, after, (event) => {
      delayMs = FIRST_DELAY_MS;
      if ('index' in event) after = event.index;
    });
    if (asked.signal?.aborted === true) throw new Refusal('cancelled');
    if (refusal.code === 'offset-differs') {
      // The station was restored from a copy: its ledger is shorter than what was seen.
      after = Number(refusal.detail['expected']);
      continue;
    }
    if (!PASSING.includes(refusal.code)) throw refusal;
    const hasLapsed = refusal.code === 'session-expired' || refusal.code === 'session-missing';
    if (hasLapsed && (await hasBegun(listener, asked.signal))) continue;
    asked.lost?.(refusal, delayMs);
    await pause(listener, delayMs, asked.signal);
    delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
  }
}

/** One connection's events. @returns why it ended */
async function* connection(
  { api, clock }: Listener, { signal }: EventsAsked, after: number | undefined, seen: (event: LiveEvent) => void,
): AsyncGenerator<LiveEvent, Refusal> {
  const cut = new AbortController();
  const watch = new Silence(clock, () => cut.abort());
  try {
    const both = signal === undefined ? cut.signal : AbortSignal.any([signal, cut.signal]);
    watch.begin();
    const body = await api.call('events', { query: after === undefined ? {} : { after }, signal: both });
    for await (const event of eventsIn(body, () => watch.begin())) {
      if (event.kind === 'end') return new Refusal(event.code);
      seen(event);
      yield event;
    }
    return new Refusal('station-unreachable');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return cut.signal.aborted ? new Refusal('station-unreachable') : error;
  } finally {
    watch.end();
    // Whoever stops listening closes the connection too.
    cut.abort();
  }
}

class Silence {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #tooLong: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Pick<Clock, 'after'>, tooLong: () => void) {
    this.#clock = clock;
    this.#tooLong = tooLong;
  }

  begin(): void {
    this.end();
    this.#cancel = this.#clock.after(SILENCE_MS, this.#tooLong);
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

async function hasBegun(listener: Listener, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await listener.begin(signal);
    return true;
  } catch (error) {
    if (error instanceof Refusal && PASSING.includes(error.code)) return false;
    throw error;
  }
}

/**
 * The events of a stream of bytes, in pieces of any size: blocks of lines that end with an empty one. Blocks without data
 * are passed over, as the format asks. @throws Refusal `internal` for what is no event of ours
 */
export async function* eventsIn(body: AsyncIterable<Uint8Array>, came: () => void = () => {}): AsyncGenerator<LiveEvent> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of body) {
    came();
    rest = concat(rest, piece);
    for (let end = blockEnd(rest); end !== -1; end = blockEnd(rest)) {
      const event = eventOf(rest.subarray(0, end));
      rest = rest.slice(end + 2);
      if (event !== null) yield event;
    }
    if (rest.length > EVENT_BYTES_MAX) throw new Refusal('internal', { reason: 'answer-malformed' });
  }
}

const LINE_END = 10;

function blockEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) if (bytes[at + 1] === LINE_END) return at;
  return -1;
}

function eventOf(block: Uint8Array): LiveEvent | null {
  const text = fromUtf8(block);
  if (text === null) throw new Refusal('internal', { reason: 'answer-malformed' });
  const data = text.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
  if (data.length === 0) return null;
  const json = jsonOf(data.join('\n'));
  const result = liveEventShape.safeParse(json);
  if (result.success) return result.data;
  const later = laterEvent.safeParse(json);
  if (!later.success || KNOWN_KINDS.includes(later.data.kind)) throw new Refusal('internal', { reason: 'answer-malformed' });
  // A newer station tells of more than this device knows: it is passed over, and not asked for again.
  return later.data.index === undefined ? null : { kind: 'position', index: later.data.index };
}

const laterEvent = z.looseObject({ kind: z.string().regex(/^[a-z][a-z-]{0,31}$/), index: z.number().int().min(0).optional() });
const KNOWN_KINDS: readonly string[] = [...LEDGER_EVENT_KINDS, 'link', 'requests', 'proposals', 'position', 'end'];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

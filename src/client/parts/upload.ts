/**
 * Brings a part to the station, going on where an interrupted upload stopped. What is sent was measured before; see
 * parts.ts for why a file is sealed twice.
 */
import { base64url, hex } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { BlobBody } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { CHUNK_BYTES, CHUNKS_MAX, SEALED_CHUNK_BYTES, sealedSize } from '#core/stream.ts';
import type { StationApi } from '../api.ts';
import { type CopiedPart, type MeasuredPart, resealPart } from './parts.ts';
import { pause } from '../pause.ts';
import type { Watch } from '../watch.ts';

/** An upload that makes no headway this often in a row is given up. */
const STALLS_MAX = 5;
const STALL_MS = 500;
/** What a request should take. */
const MOMENT_MS = 2_000;
const FIRST_CHUNKS = 16;

/** What carrying a part asks of a session. */
export interface Carrier {
  readonly api: StationApi;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/**
 * Brings a measured part, or the copy of one, to the station.
 * @throws Refusal `file-changed`, `cancelled`, `part-forged`, `disk-full`, `station-unreachable`
 */
export async function uploadPart(session: Carrier, office: string, one: MeasuredPart | CopiedPart, watch: Watch = {}): Promise<void> {
  const { api, clock } = session;
  const root = hex(one.part.root);
  const pace = new Pace(api.streamBytesMax);
  let { held, complete } = await declare(session, office, one, watch);
  for (let stalls = 0; !complete; ) {
    const before = held;
    const began = clock.monotonicMs();
    try {
      const body = 'sealed' in one ? sliceOf(one, held, pace.bytesMax) : resealPart(session.crypto, one, held, watch, pace.bytesMax);
      ({ held, complete } = await api.call('appendPart', { path: { root }, query: { offset: held }, body, signal: watch.signal }));
      pace.took(clock.monotonicMs() - began);
      watch.progress?.(Math.min(one.part.size, plainBytesIn(held)));
    } catch (error) {
      if (!isInterruption(error)) throw error;
      await pause(session, STALL_MS * (stalls + 1), watch.signal);
      ({ held, complete } = await declare(session, office, one, watch));
    }
    stalls = held > before ? 0 : stalls + 1;
    if (stalls >= STALLS_MAX) throw new Refusal('station-unreachable', { reason: 'no-headway' });
  }
}

/** Bytes of a copy, by reference. */
function sliceOf({ sealed }: CopiedPart, from: number, bytesMax: number | undefined): BlobBody {
  const blob = sealed.slice(from, bytesMax === undefined ? undefined : from + bytesMax);
  return { blob, [Symbol.asyncIterator]: () => blob.stream()[Symbol.asyncIterator]() };
}

function plainBytesIn(sealedBytes: number): number {
  return Math.floor(sealedBytes / SEALED_CHUNK_BYTES) * CHUNK_BYTES;
}

/**
 * How much goes in one request where bodies are gathered: as much as takes a moment, so that a narrow line shows headway
 * and a wide one is not held up by asking.
 */
class Pace {
  readonly #most: number | undefined;
  #chunks = FIRST_CHUNKS;

  constructor(most: number | undefined) {
    this.#most = most;
  }

  /** Whole chunks; undefined: all that is left. */
  get bytesMax(): number | undefined {
    return this.#most === undefined ? undefined : Math.min(this.#chunks, Math.max(1, Math.floor(this.#most / SEALED_CHUNK_BYTES))) * SEALED_CHUNK_BYTES;
  }

  took(ms: number): void {
    if (ms < MOMENT_MS) this.#chunks = Math.min(CHUNKS_MAX, this.#chunks * 2);
    else if (ms > 2 * MOMENT_MS) this.#chunks = Math.max(1, this.#chunks / 2);
  }
}

/** Declaring again is harmless and says what the station holds. */
function declare({ api }: Carrier, office: string, { part, leaves }: Pick<MeasuredPart, 'part' | 'leaves'>, { signal }: Watch) {
  const body = {
    root: hex(part.root),
    chunks: part.chunks,
    size: sealedSize(part.size),
    ...(part.chunks > 1 ? { leaves: base64url(leaves) } : {}),
    office,
  };
  return api.call('declarePart', { body, signal });
}

function isInterruption(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'station-unreachable' || error.code === 'offset-differs');
}

/**
 * Brings a part to the station, going on where an interrupted upload stopped. What is sent was measured before; see
 * parts.ts for why a file is sealed twice.
 */
import { base64url, hex } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { sealedSize } from '#core/stream.ts';
import type { StationApi } from './api.ts';
import { type MeasuredPart, resealPart, type Watch } from './parts.ts';

/** An upload that makes no headway this often in a row is given up. */
const STALLS_MAX = 5;
const STALL_MS = 500;

/** What carrying a part asks of a session. */
export interface Carrier {
  readonly api: StationApi;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** @throws Refusal `file-changed`, `cancelled`, `part-forged`, `disk-full`, `station-unreachable` */
export async function uploadPart(session: Carrier, office: string, measured: MeasuredPart, watch: Watch = {}): Promise<void> {
  const { api } = session;
  const root = hex(measured.part.root);
  let { held, complete } = await declare(session, office, measured, watch);
  for (let stalls = 0; !complete; ) {
    const before = held;
    try {
      const body = resealPart(session.crypto, measured, held, watch, api.streamBytesMax);
      ({ held, complete } = await api.call('appendPart', { path: { root }, query: { offset: held }, body, signal: watch.signal }));
    } catch (error) {
      if (!isInterruption(error)) throw error;
      await pause(session, STALL_MS * (stalls + 1), watch.signal);
      ({ held, complete } = await declare(session, office, measured, watch));
    }
    stalls = held > before ? 0 : stalls + 1;
    if (stalls >= STALLS_MAX) throw new Refusal('station-unreachable', { reason: 'no-headway' });
  }
}

/** Declaring again is harmless and says what the station holds. */
function declare({ api }: Carrier, office: string, { part, leaves }: MeasuredPart, { signal }: Watch) {
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

export function pause({ clock }: Pick<Carrier, 'clock'>, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(delayMs, resolve);
    signal?.addEventListener('abort', () => {
      stop();
      reject(new Refusal('cancelled'));
    }, { once: true });
  });
}

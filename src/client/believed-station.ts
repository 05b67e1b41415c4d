/** Which organisation a station serves, by its own word: a device begins by believing its station, once. */
import { equal, fromBase64url, fromHex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { StationApi } from './api.ts';

export interface BelievedStation {
  readonly organisation: Uint8Array;
  /** SHA-256 of the founding entry, hexadecimal. */
  readonly founding: string;
}

/** @throws Refusal `organisation-unknown` where what it says does not hold together; `station-unreachable` */
export async function believeStation(api: StationApi, signal?: AbortSignal): Promise<BelievedStation> {
  const station = await api.call('station', { signal });
  const organisation = bytesOf(station.organisation, 16);
  const founding = bytesOf(station.founding, 32);
  if (!equal(founding.slice(0, 16), organisation)) throw new Refusal('organisation-unknown');
  return { organisation, founding: station.founding };
}

function bytesOf(text: string, length: number): Uint8Array {
  const bytes = fromHex(text) ?? fromBase64url(text);
  if (bytes?.length !== length) throw new Refusal('organisation-unknown');
  return bytes;
}

/** Before whom these pages stand: the practice province, a station, or a desk before a distant one. */
import { fromUtf8, concat } from '#core/bytes.ts';
import type { HttpTransport } from '#core/outside.ts';

export interface Here {
  readonly kind: 'practice' | 'station' | 'desk' | 'setup';
  /** Code of the station; null where there are several. */
  readonly station: string | null;
  /** What people call the station; null where only its code is known. */
  readonly site: string | null;
  readonly organisation: string;
  /** Where other machines open these pages, as the server says; null where they cannot. */
  readonly elsewhere: string | null;
  /** The station's folder, where this is its own machine; null from anywhere else. */
  readonly data: string | null;
}

const HERE_KEY = 'tram.here';

/** As the server says; as it last said where it is out of reach. @throws Refusal `station-unreachable` where it never said */
export async function askHere(transport: HttpTransport): Promise<Here> {
  try {
    const { body } = await transport.request({ method: 'GET', path: '/here', headers: {} });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const told = hereOf(fromUtf8(concat(...pieces)));
    if (told !== null) {
      localStorage.setItem(HERE_KEY, JSON.stringify(told));
      return told;
    }
  } catch (error) {
    const kept = hereOf(localStorage.getItem(HERE_KEY));
    if (kept !== null) return kept;
    throw error;
  }
  return hereOf(localStorage.getItem(HERE_KEY)) ?? { kind: 'practice', station: null, site: null, organisation: '', elsewhere: null, data: null };
}

function hereOf(text: string | null): Here | null {
  try {
    const told = JSON.parse(text ?? '') as Partial<Here> | null;
    const isKind = told?.kind === 'practice' || told?.kind === 'station' || told?.kind === 'desk' || told?.kind === 'setup';
    if (!isKind) return null;
    const textOrNull = (one: unknown): string | null => (typeof one === 'string' ? one : null);
    return { kind: told.kind!, station: textOrNull(told.station), site: textOrNull(told.site), organisation: String(told.organisation ?? ''), elsewhere: textOrNull(told.elsewhere), data: textOrNull(told.data) };
  } catch {
    return null;
  }
}

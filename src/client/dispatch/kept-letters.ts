/**
 * What the station said of dispatches that somebody looked at, kept on the device for the time without it: the envelope as
 * it came, sealed to the office still, and the trace. Sealed once more, since a header is not for whoever has the disk; and
 * verified again each time it is shown, as if the station had said it now. Source: docs/protocol/keyring.md §Letters that
 * were looked at.
 */
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { NamedStore } from '#core/outside.ts';
import { Turns } from '#core/turns.ts';
import { isAway } from '../away.ts';
import type { LetterKeeper, Session } from '../session.ts';
import { SealedSheet } from '../sealed-sheet.ts';

export const LETTERS_MAX = 200;
/** Of all of them; an envelope without its parts is some 20 kB. */
export const LETTERS_BYTES_MAX = 32 * 1_048_576;
const LIST = 'letters';

interface Listed {
  readonly what: string;
  readonly sizeBytes: number;
}

export class KeptLetters implements LetterKeeper {
  readonly #session: Pick<Session, 'crypto' | 'random' | 'ring'>;
  readonly #store: NamedStore;
  readonly #turns = new Turns();

  constructor(session: Pick<Session, 'crypto' | 'random' | 'ring'>, store: NamedStore) {
    this.#session = session;
    this.#store = store;
  }

  /** Keeps the newest, and forgets what was not looked at for longest. @param what `trace DISPATCH`, `envelope OFFICE DISPATCH` */
  keep(what: string, bytes: Uint8Array): Promise<void> {
    return this.#turns.next(async () => {
      const listed = [...(await this.#list()).filter((one) => one.what !== what), { what, sizeBytes: bytes.length }];
      await this.#write(what, base64url(bytes));
      let all = listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      while (listed.length > LETTERS_MAX || all > LETTERS_BYTES_MAX) {
        const oldest = listed.shift()!;
        all -= oldest.sizeBytes;
        await this.#with(oldest.what, (sheet) => sheet.erase());
      }
      await this.#write(LIST, JSON.stringify(listed));
    });
  }

  /** Null where it is not kept, or not whole. */
  read(what: string): Promise<Uint8Array | null> {
    return this.#turns.next(async () => {
      const kept = await this.#with(what, (sheet) => sheet.read());
      return kept === null ? null : fromBase64url(kept);
    });
  }

  /** Forgets letters of offices that this person works for no more, and the traces that no letter is left of. */
  keepOnly(offices: readonly string[]): Promise<void> {
    return this.#turns.next(async () => {
      const listed = await this.#list();
      const held = listed.filter(({ what }) => what.startsWith('envelope ') && offices.includes(what.split(' ')[1]!));
      const dispatches = new Set(held.map(({ what }) => what.split(' ')[2]));
      const staying = listed.filter((one) => held.includes(one) || (one.what.startsWith('trace ') && dispatches.has(one.what.split(' ')[1])));
      if (staying.length === listed.length) return;
      for (const { what } of listed) if (!staying.some((one) => one.what === what)) await this.#with(what, (sheet) => sheet.erase());
      await this.#write(LIST, JSON.stringify(staying));
    });
  }

  /** How many are kept, once what was asked before is done. */
  count(): Promise<number> {
    return this.#turns.next(async () => (await this.#list()).filter(({ what }) => what.startsWith('envelope ')).length);
  }

  forget(): Promise<void> {
    return this.#turns.next(async () => {
      for (const { what } of await this.#list()) await this.#with(what, (sheet) => sheet.erase());
      await this.#with(LIST, (sheet) => sheet.erase());
    });
  }

  async #list(): Promise<Listed[]> {
    const kept = await this.#with(LIST, (sheet) => sheet.read());
    return kept === null ? [] : JSON.parse(kept) as Listed[];
  }

  #write(what: string, text: string): Promise<void> {
    return this.#with(what, (sheet) => sheet.keep(text));
  }

  /** Its key lasts no longer than the work. @throws Refusal `keyring-missing` once locked */
  async #with<T>(what: string, work: (sheet: SealedSheet) => Promise<T>): Promise<T> {
    const sheet = new SealedSheet(this.#session, this.#store, what === LIST ? LIST : `letter ${what}`);
    try {
      return await work(sheet);
    } finally {
      await sheet.close();
    }
  }
}

/** What the station says now; where it is out of reach, what it said when it was kept. @throws Refusal of `ask` where nothing is kept */
export async function askedOrKept({ letters }: Pick<Session, 'letters'>, what: string, ask: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await ask();
  } catch (error) {
    const kept = isAway(error) ? await letters?.read(what).catch(() => null) : null;
    if (kept === null || kept === undefined) throw error;
    return kept;
  }
}

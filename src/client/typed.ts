/**
 * What somebody is typing, kept on the device until it is sent: sealed under a key that only the open keyring gives, so
 * that a reload or a lock loses nothing and a stolen device shows nothing. Source: docs/protocol/keyring.md §What is typed.
 */
import { concat, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { hkdf } from '#core/hkdf.ts';
import { Refusal } from '#core/refusals.ts';
import type { Session } from './session.ts';

/** Sealed sheets by names that say nothing. */
export interface TypedStore {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  erase(name: string): Promise<void>;
}

const NONCE_BYTES = 12;
const KEY_LABEL = 'tram/v1/typed\0';
const NAME_LABEL = 'tram/v1/typed-name\0';

/** One sheet of one device. What it does, it does in the order in which it was asked. */
export class TypedSheet {
  readonly #session: Pick<Session, 'crypto' | 'random'>;
  readonly #store: TypedStore;
  readonly #name: string;
  readonly #key: Uint8Array;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param what which sheet: office, and the draft or dispatch that it is about
   * @throws Refusal `keyring-missing` once locked, `key-missing` for a ring that is no person's device
   */
  constructor(session: Pick<Session, 'crypto' | 'random' | 'ring'>, store: TypedStore, what: string) {
    const { crypto: { hash }, ring: { contents: { kem, organisation } } } = session;
    if (kem === undefined) throw new Refusal('key-missing');
    this.#session = session;
    this.#store = store;
    this.#key = hkdf(hash, kem, organisation, utf8(KEY_LABEL + what), 32);
    this.#name = hex(hkdf(hash, kem, organisation, utf8(NAME_LABEL + what), 16));
  }

  /** What was kept; null where nothing was, or where it is not whole. */
  read(): Promise<string | null> {
    return this.#next(async () => {
      const bytes = await this.#store.read(this.#name);
      if (bytes === null || bytes.length < NONCE_BYTES) return null;
      const { aead } = this.#session.crypto;
      const plain = await aead.open(this.#key, bytes.subarray(0, NONCE_BYTES), utf8(this.#name), bytes.subarray(NONCE_BYTES));
      return plain === null ? null : fromUtf8(plain);
    });
  }

  keep(text: string): Promise<void> {
    return this.#next(async () => {
      const { crypto: { aead }, random } = this.#session;
      const nonce = random.bytes(NONCE_BYTES);
      await this.#store.write(this.#name, concat(nonce, await aead.seal(this.#key, nonce, utf8(this.#name), utf8(text))));
    });
  }

  erase(): Promise<void> {
    return this.#next(() => this.#store.erase(this.#name));
  }

  /** Erases the key when what was asked is done. */
  async close(): Promise<void> {
    await this.#next(async () => this.#key.fill(0)).catch(() => undefined);
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/**
 * A sheet of text kept on the device, sealed under a key that only the open keyring gives, so that a reload or a lock
 * loses nothing and a stolen device shows nothing: what somebody is typing until it is sent, what waits to be sent,
 * letters that were looked at. Source: docs/protocol/keyring.md §What is typed.
 */
import { concat, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { hkdf } from '#core/hkdf.ts';
import type { NamedStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import type { Session } from './session.ts';

const NONCE_BYTES = 12;
const KEY_LABEL = 'tram/v1/typed\0';
const NAME_LABEL = 'tram/v1/typed-name\0';

/** One sheet of one device. What it does, it does in the order in which it was asked. */
export class SealedSheet {
  readonly #session: Pick<Session, 'crypto' | 'random'>;
  readonly #store: NamedStore;
  readonly #name: string;
  readonly #key: Uint8Array;
  readonly #turns = new Turns();

  /**
   * @param what which sheet: office, and the draft or dispatch that it is about
   * @throws Refusal `keyring-missing` once locked, `key-missing` for a ring that is no person's device
   */
  constructor(session: Pick<Session, 'crypto' | 'random' | 'ring'>, store: NamedStore, what: string) {
    const { crypto: { hash }, ring: { contents: { kem, organisation } } } = session;
    if (kem === undefined) throw new Refusal('key-missing');
    this.#session = session;
    this.#store = store;
    this.#key = hkdf(hash, kem, organisation, utf8(KEY_LABEL + what), 32);
    this.#name = hex(hkdf(hash, kem, organisation, utf8(NAME_LABEL + what), 16));
  }

  /** What was kept; null where nothing was, or where it is not whole. */
  async read(): Promise<string | null> {
    const plain = await this.readBytes();
    return plain === null ? null : fromUtf8(plain);
  }

  readBytes(): Promise<Uint8Array | null> {
    return this.#turns.next(async () => {
      const bytes = await this.#store.read(this.#name);
      if (bytes === null || bytes.length < NONCE_BYTES) return null;
      const { aead } = this.#session.crypto;
      return aead.open(this.#key, bytes.subarray(0, NONCE_BYTES), utf8(this.#name), bytes.subarray(NONCE_BYTES));
    });
  }

  /** Whether something is kept, whole or not. */
  isThere(): Promise<boolean> {
    return this.#turns.next(async () => (await this.#store.read(this.#name)) !== null);
  }

  keep(text: string): Promise<void> {
    return this.keepBytes(utf8(text));
  }

  keepBytes(plain: Uint8Array): Promise<void> {
    return this.#turns.next(async () => {
      const { crypto: { aead }, random } = this.#session;
      const nonce = random.bytes(NONCE_BYTES);
      await this.#store.write(this.#name, concat(nonce, await aead.seal(this.#key, nonce, utf8(this.#name), plain)));
    });
  }

  erase(): Promise<void> {
    return this.#turns.next(() => this.#store.erase(this.#name));
  }

  /** Erases the key when what was asked is done. */
  async close(): Promise<void> {
    await this.#turns.next(async () => this.#key.fill(0)).catch(() => undefined);
  }
}

/**
 * A device's keyring: sealed at rest, open in memory for a while, each change written whole under a greater revision.
 * Source: docs/protocol/keyring.md.
 *
 * What is erased on locking are the bytes held here; copies that the engine or the provider made cannot be reached.
 * Who must be sure that a secret is nowhere in memory ends the process.
 */
import { concat, equal, uint64be, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { type Keyring, keyring, type KeyringFile, keyringFile, type OfficeKeySecret, type TwinSecret } from '#wire/keyring.ts';
import type { KeyPurpose } from '#wire/names.ts';
import { decodedOr } from './decoding.ts';
import { makePassphraseSlot, type Opener, openSlots, RING_KEY_BYTES, type StretchingCost } from './slots.ts';

export interface KeyringDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly store: KeyringStore;
}

/** A ring key with the slots that lead to it. */
interface Lock {
  readonly slots: KeyringFile['slots'];
  readonly ringKey: Uint8Array;
}

const LABEL = utf8('tram/v1/keyring\0');
const NONCE_BYTES = 12;

/**
 * Seals a new keyring behind a passphrase and writes it.
 * @throws Refusal `passphrase-too-short`; `name-taken` where a keyring stands there already
 */
export async function createKeyring(
  deps: KeyringDeps,
  passphrase: string,
  contents: Keyring,
  cost?: StretchingCost,
): Promise<OpenKeyring> {
  const { crypto, random, store } = deps;
  if ((await store.read()) !== null) throw new Refusal('name-taken', { what: 'keyring' });
  const ringKey = random.bytes(RING_KEY_BYTES);
  const slot = await makePassphraseSlot(crypto, random, contents.organisation, ringKey, passphrase, cost);
  const opened = new OpenKeyring(deps, ringKey, [slot], 0, contents);
  await opened.change((same) => same);
  return opened;
}

/**
 * Opens the keyring that stands in the store.
 * @param leastRevision what this device, or its station, is known to have seen
 * @throws Refusal `keyring-missing`, `keyring-malformed`, `passphrase-wrong`, `keyring-rolled-back`
 */
export async function unlockKeyring(deps: KeyringDeps, opener: Opener | string, leastRevision = 0): Promise<OpenKeyring> {
  const file = await readFile(deps.store);
  if (file === null) throw new Refusal('keyring-missing');
  const how: Opener = typeof opener === 'string' ? { kind: 'passphrase', passphrase: opener } : opener;
  const ringKey = await openSlots(deps.crypto, file.organisation, file.slots, how);
  const contents = await openFile(deps.crypto, ringKey, file);
  if (file.revision < leastRevision) throw new Refusal('keyring-rolled-back', { revision: file.revision, leastRevision });
  return new OpenKeyring(deps, ringKey, file.slots, file.revision, contents);
}

/** A keyring in memory. After `lock` every use of it refuses. */
export class OpenKeyring {
  readonly #deps: KeyringDeps;
  #ringKey: Uint8Array;
  #slots: KeyringFile['slots'];
  #revision: number;
  #contents: Keyring | null;
  #turn: Promise<unknown> = Promise.resolve();

  /** For createKeyring and unlockKeyring. */
  constructor(deps: KeyringDeps, ringKey: Uint8Array, slots: KeyringFile['slots'], revision: number, contents: Keyring) {
    this.#deps = deps;
    this.#ringKey = ringKey;
    this.#slots = slots;
    this.#revision = revision;
    this.#contents = contents;
  }

  get revision(): number {
    return this.#revision;
  }

  /** @throws Refusal `keyring-missing` once locked */
  get contents(): Readonly<Keyring> {
    if (this.#contents === null) throw new Refusal('keyring-missing', { reason: 'locked' });
    return this.#contents;
  }

  /** An office's secret key, or null where this device was not given it. */
  officeKey(office: string, purpose: KeyPurpose, number: number): Uint8Array | null {
    const found = this.contents.officeKeys.find(
      (key) => key.office === office && key.purpose === purpose && key.number === number,
    );
    return found?.secret ?? null;
  }

  /**
   * Writes changed contents under the next revision. Where another process wrote meanwhile, the change is applied to
   * what that one wrote, so nothing is lost; changes of this process wait for each other.
   * @throws Refusal `keyring-rolled-back` where an older file stands there than the one last seen
   */
  change(how: (contents: Keyring) => Keyring): Promise<void> {
    return this.#inTurn(how, null);
  }

  /** Another passphrase over another ring key: an older file and the old passphrase open nothing that is written now. */
  async setPassphrase(passphrase: string, cost?: StretchingCost): Promise<void> {
    const { crypto, random } = this.#deps;
    const ringKey = random.bytes(RING_KEY_BYTES);
    const slot = await makePassphraseSlot(crypto, random, this.contents.organisation, ringKey, passphrase, cost);
    await this.#inTurn((same) => same, { slots: [slot], ringKey });
  }

  /** Erases the secrets held here. */
  lock(): void {
    this.#ringKey.fill(0);
    if (this.#contents === null) return;
    for (const secret of secretsOf(this.#contents)) secret.fill(0);
    this.#contents = null;
  }

  #inTurn(how: (contents: Keyring) => Keyring, lock: Lock | null): Promise<void> {
    const done = this.#turn.then(() => this.#write(how, lock));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(how: (contents: Keyring) => Keyring, lock: Lock | null): Promise<void> {
    const { crypto, random, store } = this.#deps;
    await this.#catchUp();
    const { slots, ringKey } = lock ?? { slots: this.#slots, ringKey: this.#ringKey };
    const contents = how(this.contents);
    const revision = this.#revision + 1;
    const nonce = random.bytes(NONCE_BYTES);
    const ciphertext = await crypto.aead.seal(ringKey, nonce, associated(revision), keyring.encode(contents));
    const { organisation } = contents;
    await store.write(keyringFile.encode({ version: 1, revision, slots, nonce, ciphertext, organisation }));
    if (ringKey !== this.#ringKey) this.#ringKey.fill(0);
    this.#ringKey = ringKey;
    this.#slots = slots;
    this.#contents = contents;
    this.#revision = revision;
  }

  async #catchUp(): Promise<void> {
    const file = await readFile(this.#deps.store);
    if (file === null || file.revision === this.#revision) return;
    if (file.revision < this.#revision) {
      throw new Refusal('keyring-rolled-back', { revision: file.revision, leastRevision: this.#revision });
    }
    this.#contents = await openFile(this.#deps.crypto, this.#ringKey, file);
    this.#slots = file.slots;
    this.#revision = file.revision;
  }
}

/** Adds office keys, each once. */
export function withOfficeKeys(contents: Keyring, added: readonly OfficeKeySecret[]): Keyring {
  const officeKeys = [...contents.officeKeys];
  for (const key of added) {
    if (!officeKeys.some((held) => isSameKey(held, key))) officeKeys.push(key);
  }
  return { ...contents, officeKeys };
}

function isSameKey(a: OfficeKeySecret, b: OfficeKeySecret): boolean {
  return a.office === b.office && a.purpose === b.purpose && a.number === b.number;
}

async function readFile(store: KeyringStore): Promise<KeyringFile | null> {
  const bytes = await store.read();
  if (bytes === null) return null;
  return decodedOr('keyring-malformed', () => keyringFile.decode(bytes));
}

/** The ring key came out of an authenticated slot, so a failure here means damaged or mixed files, not a wrong passphrase. */
async function openFile(crypto: CryptoProvider, ringKey: Uint8Array, file: KeyringFile): Promise<Keyring> {
  const bytes = await crypto.aead.open(ringKey, file.nonce, associated(file.revision), file.ciphertext);
  if (bytes === null) throw new Refusal('keyring-malformed');
  const contents = decodedOr('keyring-malformed', () => keyring.decode(bytes));
  bytes.fill(0);
  if (!equal(contents.organisation, file.organisation)) throw new Refusal('keyring-malformed');
  return contents;
}

function associated(revision: number): Uint8Array {
  return concat(LABEL, uint64be(revision));
}

function* secretsOf(contents: Keyring): Generator<Uint8Array> {
  const pairs: (TwinSecret | undefined)[] = [contents.signing, contents.registrar, contents.issuer, contents.root];
  for (const pair of [...pairs, ...contents.seals.map(({ seal }) => seal)]) {
    if (pair !== undefined) yield* [pair.p256, pair.mldsa];
  }
  if (contents.kem !== undefined) yield contents.kem;
  for (const { secret } of contents.officeKeys) yield secret;
}

/**
 * A device's keyring: sealed at rest, open in memory for a while, each change written whole under a greater revision.
 * Source: docs/protocol/keyring.md.
 *
 * What is erased on locking are the bytes held here; copies that the engine or the provider made cannot be reached.
 * Who must be sure that a secret is nowhere in memory ends the process.
 */
import { equal } from '#core/bytes.ts';
import type { Clock, Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import type { Keyring, KeyringFile, OfficeKeySecret, Slot, TwinSecret } from '#wire/keyring.ts';
import type { KeyPurpose } from '#wire/names.ts';
import { DEVICE_SECRET_BYTES, eraseLock, type Lock, openKeyringFile, readDeviceSecret, readKeyringFile, sealKeyring } from './keyring-file.ts';
import { makeSlot, type Opener, openRingSlots, openStretched, passphraseSlotFrom, rewrapped, type RingKeys, type SlotDeps, type SlotOrder, SLOTS_MAX } from './ring-slots.ts';
import { makePassphraseSlot, type Opened, openSlots, RING_KEY_BYTES, type StretchingCost } from './slots.ts';

export interface KeyringDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly store: KeyringStore;
  /** Where the device's secret is kept. A keyring without one (a root's) has the slots of the first form. */
  readonly deviceSecret?: KeyringStore;
  /** Dates the slots. */
  readonly clock?: Pick<Clock, 'now'>;
}

const STEP_1_SALT_BYTES = 16;

/**
 * Seals a new keyring behind a passphrase and writes it, after the device secret where the device has none yet.
 * @throws Refusal `passphrase-too-short`; `name-taken` where a keyring stands there already
 */
export async function createKeyring(
  deps: KeyringDeps,
  passphrase: string,
  contents: Keyring,
  cost?: StretchingCost,
): Promise<OpenKeyring> {
  if ((await deps.store.read()) !== null) throw new Refusal('name-taken', { what: 'keyring' });
  const opened = new OpenKeyring(deps, await newLock(deps, passphrase, contents, cost), 0, contents, null);
  await opened.change((same) => same);
  return opened;
}

/**
 * Opens the keyring that stands in the store. One of the first form opens as it stands, and takes its present form when it is
 * next changed.
 * @param leastRevision what this device, or its station, is known to have seen
 * @throws Refusal `keyring-missing`, `keyring-malformed`, `passphrase-wrong`, `card-wrong`, `passkey-wrong`,
 *   `device-secret-missing`, `keyring-rolled-back`
 */
export async function unlockKeyring(deps: KeyringDeps, opener: Opener | string, leastRevision = 0): Promise<OpenKeyring> {
  const file = await readKeyringFile(deps.store);
  if (file === null) throw new Refusal('keyring-missing');
  const how: Opener = typeof opener === 'string' ? { kind: 'passphrase', passphrase: opener } : opener;
  const { lock, stretched } = await openLock(deps, file, how);
  const contents = await openKeyringFile(deps.crypto, lock, file);
  if (file.revision < leastRevision) throw new Refusal('keyring-rolled-back', { revision: file.revision, leastRevision });
  return new OpenKeyring(deps, lock, file.revision, contents, stretched);
}

async function openLock(deps: KeyringDeps, file: KeyringFile, opener: Opener): Promise<{ lock: Lock; stretched: Opened['stretched'] | null }> {
  const { crypto } = deps;
  const { organisation, openings, slots } = file;
  if (openings !== undefined) {
    return { lock: { form: 'now', openings, keys: await openRingSlots(await slotDeps(deps, organisation), openings, opener) }, stretched: null };
  }
  if (opener.kind !== 'passphrase') throw new Refusal(opener.kind === 'card' ? 'card-wrong' : 'passphrase-wrong');
  const { ringKey, stretched } = await openSlots(crypto, organisation, slots, opener.passphrase);
  return { lock: { form: 'first', slots, ringKey }, stretched };
}

async function newLock(deps: KeyringDeps, passphrase: string, { organisation, created }: Keyring, cost?: StretchingCost): Promise<Lock> {
  const { crypto, random, clock } = deps;
  if (deps.deviceSecret === undefined) {
    const ringKey = random.bytes(RING_KEY_BYTES);
    return { form: 'first', slots: [await makePassphraseSlot(crypto, random, organisation, ringKey, passphrase, cost)], ringKey };
  }
  const keys = newKeys(random);
  await keepDeviceSecret(deps);
  const order: SlotOrder = { kind: 'passphrase', passphrase, cost };
  return { form: 'now', keys, openings: [await makeSlot(await slotDeps(deps, organisation), order, keys, clock?.now() ?? created)] };
}

function newKeys(random: RandomSource): RingKeys {
  return { ringKey: random.bytes(RING_KEY_BYTES), anchor: random.bytes(RING_KEY_BYTES) };
}

/** Before anything is sealed with it. */
async function keepDeviceSecret({ random, deviceSecret }: KeyringDeps): Promise<void> {
  if ((await readDeviceSecret(deviceSecret)) === null) await deviceSecret?.write(random.bytes(DEVICE_SECRET_BYTES));
}

async function slotDeps({ crypto, random, deviceSecret }: KeyringDeps, organisation: Uint8Array): Promise<SlotDeps> {
  return { crypto, random, organisation, deviceSecret: await readDeviceSecret(deviceSecret) };
}

/** How the lock changes along with the contents; null where it does not. */
type Relock = ((lock: Lock) => Promise<Lock>) | null;

/** A keyring in memory. After `lock` every use of it refuses. */
export class OpenKeyring {
  readonly #deps: KeyringDeps;
  #lock: Lock;
  #revision: number;
  #contents: Keyring | null;
  /** Of a ring of the first form, for carrying it over. */
  #stretched: Opened['stretched'] | null;
  readonly #turns = new Turns();

  /** For createKeyring and unlockKeyring. */
  constructor(deps: KeyringDeps, lock: Lock, revision: number, contents: Keyring, stretched: Opened['stretched'] | null) {
    this.#deps = deps;
    this.#lock = lock;
    this.#revision = revision;
    this.#contents = contents;
    this.#stretched = stretched;
  }

  get revision(): number {
    return this.#revision;
  }

  /** @throws Refusal `keyring-missing` once locked */
  get contents(): Readonly<Keyring> {
    if (this.#contents === null) throw new Refusal('keyring-missing', { reason: 'locked' });
    return this.#contents;
  }

  /** The ways to this ring; none that can be told of one in the first form. */
  get slots(): readonly Slot[] {
    return this.#lock.form === 'now' ? this.#lock.openings : [];
  }

  /** What opens this ring again without its openers, for an agent on the same machine; null in the first form. */
  get keys(): RingKeys | null {
    void this.contents;
    return this.#lock.form === 'now' ? this.#lock.keys : null;
  }

  /** The secret that this device holds beside its ring; null where it has none. */
  deviceSecret(): Promise<Uint8Array | null> {
    return readDeviceSecret(this.#deps.deviceSecret);
  }

  /** The sealed file as it stands, with its revision. @throws Refusal `keyring-missing` */
  async sealed(): Promise<{ bytes: Uint8Array; revision: number }> {
    await this.#turns.ended();
    const bytes = await this.#deps.store.read();
    if (bytes === null) throw new Refusal('keyring-missing');
    return { bytes, revision: (await readKeyringFile({ ...this.#deps.store, read: async () => bytes }))!.revision };
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

  /**
   * Another passphrase over another ring key: an older file and the old passphrase open nothing that is written now.
   * The OPAQUE slot goes with the old passphrase, which it answers to; every other slot leads to the new ring key.
   */
  async setPassphrase(passphrase: string, cost?: StretchingCost): Promise<void> {
    await this.#inTurn((same) => same, async (lock) => {
      if (lock.form === 'first') return newLock(this.#deps, passphrase, this.contents, cost);
      const kept = lock.openings.filter(({ kind }) => kind !== 'passphrase' && kind !== 'opaque');
      return this.#relocked(lock, kept, { kind: 'passphrase', passphrase, cost });
    });
  }

  /**
   * Adds a slot; in place of the one of its kind (for a passkey: of its credential), then under a new ring key.
   * @throws Refusal `too-many-slots`; `keyring-first-form` where the ring has the first form still
   */
  async putSlot(order: SlotOrder): Promise<void> {
    await this.#inTurn((same) => same, (lock) => {
      const present = demandNow(lock);
      const kept = present.openings.filter((slot) => slot.kind !== order.kind
        || (slot.kind === 'passkey' && order.kind === 'passkey' && !equal(slot.credential, order.credential)));
      if (kept.length >= SLOTS_MAX) throw new Refusal('too-many-slots', { most: SLOTS_MAX });
      // Adding takes nothing from anybody: only what replaces a slot needs another ring key.
      return this.#relocked(present, kept, order, kept.length < present.openings.length);
    });
  }

  /**
   * Removes slots, under a new ring key: who opened this ring by one of them opens nothing that is written from now on.
   * @throws Refusal `slot-last` where no passphrase or tried card would be left: a passkey, or what needs the station, is never the only way
   */
  async removeSlots(which: (slot: Slot) => boolean): Promise<void> {
    await this.#inTurn((same) => same, (lock) => {
      const present = demandNow(lock);
      const kept = present.openings.filter((slot) => !which(slot));
      if (!kept.some(isOwnWay)) throw new Refusal('slot-last');
      return this.#relocked(present, kept, null);
    });
  }

  /** Remembers that the card was tried. @throws Refusal `card-wrong` where this is not the ring's card */
  async markCardTried(card: number, at: Instant): Promise<void> {
    await this.#inTurn((same) => same, async (lock) => {
      const present = demandNow(lock);
      if (!present.openings.some((slot) => slot.kind === 'card' && slot.number === card)) throw new Refusal('card-wrong');
      const openings = present.openings.map((slot) => (slot.kind === 'card' ? { ...slot, tried: at } : slot));
      return { ...present, openings };
    });
  }

  /** Writes the present contents under a revision that no earlier copy comes near. @param revision at least the next */
  async leapTo(revision: number): Promise<void> {
    await this.#inTurn((same) => same, null, revision);
  }

  /** Takes what another process wrote. @throws Refusal `keyring-rolled-back` where an older file stands there than the one last seen */
  refresh(): Promise<void> {
    return this.#turns.next(() => this.#catchUp());
  }

  /** Erases the secrets held here. */
  lock(): void {
    eraseLock(this.#lock);
    this.#stretched?.key.fill(0);
    if (this.#contents === null) return;
    for (const secret of secretsOf(this.#contents)) secret.fill(0);
    this.#contents = null;
  }

  async #relocked({ openings: _, keys }: Extract<Lock, { form: 'now' }>, kept: readonly Slot[], order: SlotOrder | null, isNewKey = true): Promise<Lock> {
    const { clock } = this.#deps;
    const deps = await slotDeps(this.#deps, this.contents.organisation);
    const next = isNewKey ? { ringKey: deps.random.bytes(RING_KEY_BYTES), anchor: keys.anchor.slice() } : keys;
    const openings = isNewKey ? await Promise.all(kept.map((slot) => rewrapped(deps, slot, next.ringKey))) : [...kept];
    if (order !== null) openings.push(await makeSlot(deps, order, next, clock?.now() ?? this.contents.created));
    return { form: 'now', openings, keys: next };
  }

  #inTurn(how: (contents: Keyring) => Keyring, relock: Relock, atLeast = 0): Promise<void> {
    const { store } = this.#deps;
    const write = (): Promise<void> => this.#write(how, relock, atLeast);
    // Between catching up and writing nobody else may: of two that began from one revision the second would undo the first.
    return this.#turns.next(() => (store.alone === undefined ? write() : store.alone(write)));
  }

  async #write(how: (contents: Keyring) => Keyring, relock: Relock, atLeast: number): Promise<void> {
    await this.#catchUp();
    const contents = how(this.contents);
    const lock = relock === null ? await this.#carriedOver() : await relock(await this.#carriedOver());
    const revision = Math.max(this.#revision + 1, atLeast);
    await this.#deps.store.write(await sealKeyring(this.#deps, lock, revision, contents));
    if (keyOf(lock) !== keyOf(this.#lock)) eraseLock(this.#lock);
    this.#lock = lock;
    this.#contents = contents;
    this.#revision = revision;
  }

  /** A ring of the first form on a device that may have a device secret: the same passphrase over new keys. */
  async #carriedOver(): Promise<Lock> {
    const stretched = this.#stretched;
    if (this.#lock.form === 'now' || stretched?.salt.length !== STEP_1_SALT_BYTES || this.#deps.deviceSecret === undefined) return this.#lock;
    await keepDeviceSecret(this.#deps);
    const keys = newKeys(this.#deps.random);
    const created = this.#deps.clock?.now() ?? this.contents.created;
    const slot = await passphraseSlotFrom(await slotDeps(this.#deps, this.contents.organisation), stretched, keys, created);
    return { form: 'now', openings: [slot], keys };
  }

  async #catchUp(): Promise<void> {
    const file = await readKeyringFile(this.#deps.store);
    if (file === null || file.revision === this.#revision) return;
    if (file.revision < this.#revision) {
      throw new Refusal('keyring-rolled-back', { revision: file.revision, leastRevision: this.#revision });
    }
    const lock = await this.#lockOf(file);
    this.#contents = await openKeyringFile(this.#deps.crypto, lock, file).catch((cause: unknown) => {
      throw new Refusal('keyring-relocked', {}, { cause });
    });
    this.#lock = lock;
    this.#revision = file.revision;
  }

  /** What another process wrote, with our keys; or, where it carried the ring over from the first form, with our passphrase's. */
  async #lockOf({ openings, slots, organisation }: KeyringFile): Promise<Lock> {
    if (this.#lock.form === 'now') return { ...this.#lock, openings: openings ?? [] };
    if (openings === undefined) return { ...this.#lock, slots };
    const keys = this.#stretched === null ? null : await openStretched(await slotDeps(this.#deps, organisation), openings, this.#stretched);
    if (keys === null) throw new Refusal('keyring-relocked');
    return { form: 'now', openings, keys };
  }
}

/**
 * Whether a slot, alone, is enough to keep a ring by: on this device, whatever else is out of reach. An OPAQUE slot opens with the
 * station's help alone, and no door asks it first.
 */
export function isOwnWay(slot: Slot): boolean {
  return slot.kind === 'passphrase' || (slot.kind === 'card' && slot.tried !== undefined);
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

function keyOf(lock: Lock): Uint8Array {
  return lock.form === 'first' ? lock.ringKey : lock.keys.ringKey;
}

function demandNow(lock: Lock): Extract<Lock, { form: 'now' }> {
  if (lock.form === 'now') return lock;
  throw new Refusal('keyring-first-form');
}

function* secretsOf(contents: Keyring): Generator<Uint8Array> {
  const pairs: (TwinSecret | undefined)[] = [contents.signing, contents.registrar, contents.issuer, contents.root];
  for (const pair of [...pairs, ...contents.seals.map(({ seal }) => seal)]) {
    if (pair !== undefined) yield* [pair.p256, pair.mldsa];
  }
  if (contents.kem !== undefined) yield contents.kem;
  for (const { secret } of contents.officeKeys) yield secret;
}

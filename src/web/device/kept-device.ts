/**
 * The device that this browser keeps: made, restored, unlocked. As the command line's device, but its folder is the
 * browser's own store. Source: docs/protocol/keyring.md §In a browser.
 */
import { equal, fromHex, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { StationApi } from '#client/api.ts';
import { believeStation } from '#client/believed-station.ts';
import { readCardCode } from '#client/keyring/card.ts';
import { makeDeviceRequest } from '#client/keyring/device-request.ts';
import { createKeyring, type KeyringDeps, type OpenKeyring, unlockKeyring } from '#client/keyring/keyring.ts';
import { KeptLetters } from '#client/dispatch/kept-letters.ts';
import { decodeKeyringFile } from '#client/keyring/keyring-file.ts';
import type { FoundedHere } from '#client/directory/founding-errand.ts';
import { readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import { fingerprintOf } from '#model/proofs.ts';
import { findByCard, restoreKeyring } from '#client/keyring/recovery.ts';
import { leaveRequest } from '#client/keyring/request-shelf.ts';
import { type Opener, SLOTS_MAX } from '#client/keyring/ring-slots.ts';
import { Session } from '#client/session.ts';
import { checkPassphrase } from '#client/keyring/slots.ts';
import { deviceRequest } from '#wire/invitation.ts';
import type { SlotOf } from '#wire/keyring.ts';
import type { DeviceStores, Outside } from '../outside.ts';
import { memoryStore } from './memory-store.ts';
import { StationLink } from './station-link.ts';

/** What may be known of a device without opening it. */
export interface DevicePlace {
  readonly station: string;
  /** SHA-256 of the founding entry, hexadecimal: the trust anchor. */
  readonly founding: string;
  readonly device: string;
  readonly person: string;
  readonly name: string;
}

export interface NewDevice {
  readonly person: string;
  readonly name: string;
  readonly device: string;
  /** Position whose office seal this device will hold, where there is one. */
  readonly sealFor?: string | undefined;
  readonly passphrase: string;
}

export interface OpenedDevice {
  readonly session: Session;
  readonly link: StationLink;
  readonly place: DevicePlace;
  /** `waiting`: the directory does not have this device yet. `alone`: the station is out of reach. */
  readonly state: 'in' | 'alone' | 'waiting';
}

/** This device's request as it lies at the station. */
export interface LeftHere {
  readonly code: string;
  /** By the station's word: nothing depends on it. */
  readonly isVouched: boolean;
}

/** Longer than a slow link takes to answer at all; who waits at a door wants to know. */
const REACH_MS_MAX = 20 * SECOND_MS;

export class KeptDevice {
  readonly #outside: Outside;
  readonly #stores: DeviceStores;

  constructor(outside: Outside, stores: DeviceStores) {
    this.#outside = outside;
    this.#stores = stores;
  }

  /** @returns null where this browser has no device */
  async place(): Promise<DevicePlace | null> {
    const bytes = await this.#stores.place.read();
    return bytes === null ? null : (JSON.parse(fromUtf8(bytes) ?? 'null') as DevicePlace | null);
  }

  /** Passkeys that open this device's ring on this page. */
  async passkeys(): Promise<SlotOf<'passkey'>[]> {
    const [file, door] = [await this.#stores.ring.read(), await this.#outside.passkeys()];
    if (file === null || door === null) return [];
    return (decodeKeyringFile(file).openings ?? []).filter((slot): slot is SlotOf<'passkey'> => slot.kind === 'passkey' && slot.relyingParty === door.relyingParty);
  }

  /** The request that waits for a registrar, with what is to be read aloud; null where nothing waits. */
  async request(): Promise<{ bytes: Uint8Array; fingerprint: string } | null> {
    const bytes = await this.#stores.request.read();
    if (bytes === null) return null;
    const { crypto } = await this.#outside.cryptography();
    return { bytes, fingerprint: fingerprintOf(crypto, readDeviceRequest(bytes).statement) };
  }

  /**
   * Leaves this device's request at its station, or finds it there still.
   * @throws Refusal `person-name-differs`, `too-many-attempts`, `station-unreachable` and what else leaveRequest says; what stands here stays as it is
   */
  async leaveRequest({ session, place }: OpenedDevice): Promise<LeftHere> {
    const bytes = (await this.#stores.request.read())!;
    const code = requestCodeOf(session.crypto, readDeviceRequest(bytes));
    await session.directory.sync();
    // Who has been admitted leaves nothing more.
    const isIn = session.view.device(place.device) !== null;
    return { code, isVouched: isIn || (await leaveRequest(session, bytes)) };
  }

  /** Makes keys here and asks for certificates; only public halves leave. @throws Refusal `passphrase-too-short`, `station-unreachable` */
  async make(station: string, { person, name, device, sealFor, passphrase }: NewDevice): Promise<OpenedDevice> {
    checkPassphrase(passphrase);
    const { clock } = this.#outside;
    const deps = await this.#ringDeps();
    const { organisation, founding } = await believeStation(await this.#api(station));
    const made = await makeDeviceRequest(deps.crypto, { organisation, person, name, device, sealFor, created: clock.now() });
    await this.#stores.forget();
    const ring = await createKeyring(deps, passphrase, made.contents);
    await this.#stores.request.write(deviceRequest.encode(made.request));
    await this.#keepPlace({ station, founding, device, person, name });
    return this.#begin(ring);
  }

  /**
   * Keeps the device of whoever founded an organisation here or asks to join one. The ring first, then what `create` does at the station, and
   * last where it stands: a store that names its device is a whole one.
   * @throws Refusal `name-taken` where this browser has a device already; what `create` refuses with
   */
  async keepFounded(
    { founding, device: contents }: Pick<FoundedHere, 'founding' | 'device'>, whose: Omit<DevicePlace, 'founding'>, passphrase: string, create: () => Promise<unknown>,
  ): Promise<void> {
    if ((await this.place()) !== null) throw new Refusal('name-taken', { what: 'keyring' });
    await this.#stores.forget();
    (await createKeyring(await this.#ringDeps(), passphrase, contents)).lock();
    await create();
    await this.#keepPlace({ ...whose, founding: hex(founding) });
  }

  /** What keepFounded had left to do when the page was loaded anew after `create`. */
  async keepFoundedPlace(place: DevicePlace): Promise<void> {
    if ((await this.place()) === null && (await this.#stores.ring.read()) !== null) await this.#keepPlace(place);
  }

  /** Restores a device from what its station kept, by its card. @throws Refusal `card-mistyped`, `card-unknown`, `passphrase-too-short` */
  async restore(station: string, typed: string, passphrase: string): Promise<OpenedDevice> {
    checkPassphrase(passphrase);
    const deps = await this.#ringDeps();
    const card = readCardCode(deps.crypto.hash, typed);
    const api = await this.#api(station);
    const { organisation, founding } = await believeStation(api);
    const fetched = await findByCard(deps, api, card);
    // In memory first: a card that does not open must not end the device that stands here.
    const scratch = { ...deps, store: memoryStore(), deviceSecret: memoryStore() };
    const ring = await restoreKeyring(scratch, { fetched, opener: { kind: 'card', card }, passphrase, organisation });
    const { name } = ring.contents;
    await this.#stores.forget();
    await this.#stores.secret.write((await scratch.deviceSecret.read())!);
    await this.#stores.ring.write((await ring.sealed()).bytes);
    await this.#keepPlace({ station, founding, device: fetched.device, person: fetched.person, name });
    const again = await unlockKeyring(deps, { kind: 'keys', keys: ring.keys! });
    ring.lock();
    return this.#begin(again);
  }

  /**
   * Opens the ring, with the station or without it.
   * @throws Refusal `passphrase-wrong`, `passkey-wrong`, `keyring-rolled-back`, `organisation-unknown`; `station-unreachable`
   *   where this device has seen no directory yet
   */
  async unlock(opener: Opener): Promise<OpenedDevice> {
    const opened = await this.#begin(await unlockKeyring(await this.#ringDeps(), opener));
    if (opener.kind === 'passphrase' && opened.state === 'in') await this.#enrol(opened.session, opener.passphrase).catch(() => undefined);
    return opened;
  }

  /** Asks whether the directory has this device by now. */
  async lookAgain({ session, link, place, state }: OpenedDevice): Promise<OpenedDevice> {
    await session.directory.sync();
    if (state === 'waiting' && session.view.device(place.device) === null) return { session, link, place, state };
    return this.#enterStation({ session, link, place });
  }

  /**
   * Puts a card into the ring and opens the ring by it, as it was typed from the paper; only then does it count.
   * @throws Refusal `card-mistyped`; `card-wrong` where another code was typed
   */
  async takeCard({ session: { ring, crypto, clock }, session }: OpenedDevice, { code, number }: { readonly code: string; readonly number: number }, typed: string): Promise<void> {
    const card = readCardCode(crypto.hash, typed);
    if (!equal(card, readCardCode(crypto.hash, code))) throw new Refusal('card-wrong');
    await ring.putSlot({ kind: 'card', card, number });
    (await unlockKeyring(await this.#ringDeps(), { kind: 'card', card })).lock();
    await ring.markCardTried(number, clock.now());
    await session.keepCopy().catch(() => undefined);
  }

  /** @throws Refusal `passphrase-wrong` where the present one is not that; `passphrase-too-short` */
  async changePassphrase({ session }: OpenedDevice, present: string, next: string): Promise<void> {
    (await unlockKeyring(await this.#ringDeps(), { kind: 'passphrase', passphrase: present })).lock();
    await session.ring.setPassphrase(next);
    await this.#enrol(session, next).catch(() => undefined);
    await session.keepCopy().catch(() => undefined);
  }

  forget(): Promise<void> {
    return this.#stores.forget();
  }

  async #begin(ring: OpenKeyring): Promise<OpenedDevice> {
    const { clock, transport, parts } = this.#outside;
    const { crypto, random } = await this.#outside.cryptography();
    const place = (await this.place())!;
    const base = `/at/${place.station}`;
    const link = new StationLink(transport(base));
    const session = new Session({ crypto, random, clock, transport: link, ring, parts: parts(base), directoryCache: this.#stores.directory, peersCache: this.#stores.peers });
    session.letters = await this.#outside.sheetStore().then((store) => new KeptLetters(session, store), () => null);
    const stop = new AbortController();
    const cancel = clock.after(REACH_MS_MAX, () => stop.abort());
    try {
      const { founding } = await session.api.call('station', { signal: stop.signal });
      if (founding !== place.founding) throw new Refusal('organisation-unknown', { url: place.station });
      cancel();
      await session.directory.sync();
      if (!equal(session.view.organisation.founding, fromHex(place.founding)!)) throw new Refusal('organisation-unknown', { url: place.station });
      const device = session.view.device(place.device);
      if (device === null) return { session, link, place, state: 'waiting' };
      // It may read nothing any more, so it keeps nothing any more.
      if (device.endedAt !== null && device.endedAt <= clock.now()) await this.#stores.forgetOpened();
      return await this.#enterStation({ session, link, place });
    } catch (error) {
      const isAway = error instanceof Refusal && (error.code === 'station-unreachable' || error.code === 'cancelled');
      if (isAway && (await session.directory.fromCache()) !== null) {
        return { session, link, place, state: session.view.device(place.device) === null ? 'waiting' : 'alone' };
      }
      ring.lock();
      throw isAway ? new Refusal('station-unreachable', {}, { cause: error }) : error;
    } finally {
      cancel();
    }
  }

  async #enterStation({ session, link, place }: Omit<OpenedDevice, 'state'>): Promise<OpenedDevice> {
    await session.begin();
    await session.keepCopy();
    await session.letters?.keepOnly(session.offices()).catch(() => undefined);
    link.renewed();
    return { session, link, place, state: 'in' };
  }

  /** While the passphrase is at hand and the station reached: a log-in by OPAQUE needs both beforehand, once. */
  async #enrol(session: Session, passphrase: string): Promise<void> {
    const { slots } = session.ring;
    if (slots.length >= SLOTS_MAX || slots.some(({ kind }) => kind === 'opaque')) return;
    await session.enrol(await this.#outside.opaque(), passphrase);
  }

  async #ringDeps(): Promise<KeyringDeps & Required<Pick<KeyringDeps, 'deviceSecret'>>> {
    const { crypto, random } = await this.#outside.cryptography();
    return { crypto, random, clock: this.#outside.clock, store: this.#stores.ring, deviceSecret: this.#stores.secret };
  }

  async #api(station: string): Promise<StationApi> {
    const { random } = await this.#outside.cryptography();
    return new StationApi({ transport: this.#outside.transport(`/at/${station}`), clock: this.#outside.clock, random });
  }

  /** Last: a store that names its device is a whole one. */
  #keepPlace(place: DevicePlace): Promise<void> {
    return this.#stores.place.write(utf8(JSON.stringify(place)));
  }
}

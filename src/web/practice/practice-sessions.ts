/** The devices of the practice people, unlocked in this page one by one, each at its own station. */
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import { Session } from '#client/session.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import { memoryStore } from '../device/memory-store.ts';
import type { Outside } from '../outside.ts';
import { StationLink } from '../device/station-link.ts';
import type { PracticeApi, PracticePersonSeen } from './practice-api.ts';

/** What of the outside a practice device needs. */
export type PracticeOutside = Pick<Outside, 'clock' | 'transport' | 'cryptography' | 'parts'>;

export interface OpenedPractice {
  readonly session: Session;
  readonly link: StationLink;
}

export class PracticeSessions {
  readonly #outside: PracticeOutside;
  readonly #api: PracticeApi;
  readonly #open = new Map<string, Promise<OpenedPractice>>();
  /** Public entries: what one device verified and kept, the next need not fetch. */
  readonly #directory = memoryStore();

  constructor(outside: PracticeOutside, api: PracticeApi) {
    this.#outside = outside;
    this.#api = api;
  }

  /** Opens a person's device once. @throws Refusal those of unlockKeyring and Session.begin; the next call tries again */
  async of(person: PracticePersonSeen): Promise<Session> {
    return (await this.openedOf(person)).session;
  }

  /** As `of`, with how it stands with the station. */
  openedOf(person: PracticePersonSeen): Promise<OpenedPractice> {
    const known = this.#open.get(person.person);
    if (known !== undefined) return known;
    const opening = this.#begin(person);
    this.#open.set(person.person, opening);
    opening.catch(() => this.#open.delete(person.person));
    return opening;
  }

  async trace(person: PracticePersonSeen, dispatch: string): Promise<Trace> {
    return traceDispatch(await this.of(person), dispatch);
  }

  async #begin({ person, station }: PracticePersonSeen): Promise<OpenedPractice> {
    const { clock, transport, cryptography, parts } = this.#outside;
    const { crypto, random } = await cryptography();
    const { keyring, deviceSecret, passphrase } = await this.#api.device(person);
    const store = this.#ringStore(person, bytesOf(keyring));
    const ring = await unlockKeyring({ crypto, random, clock, store, deviceSecret: fixedStore(bytesOf(deviceSecret)) }, passphrase);
    const base = `/at/${station}`;
    const link = new StationLink(transport(base));
    const session = new Session({ crypto, random, clock, transport: link, parts: parts(base), ring, directoryCache: this.#directory });
    await session.begin();
    return { session, link };
  }

  #ringStore(person: string, first: Uint8Array): KeyringStore {
    let file = first;
    return {
      read: async () => file,
      write: async (bytes) => {
        await this.#api.keepDevice(person, base64url(bytes));
        file = bytes;
      },
    };
  }
}

function fixedStore(bytes: Uint8Array): KeyringStore {
  return { read: async () => bytes, write: () => Promise.reject(new Refusal('name-taken', { what: 'device-secret' })) };
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('keyring-malformed');
  return bytes;
}

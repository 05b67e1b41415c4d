/**
 * Re-wrap on arrival: the body key of everything that came is sealed again to the office's storage key, opened or not,
 * so that a period's key can be destroyed and a successor still reads the register. Source: docs/protocol/envelope.md.
 */
import { base64url, equal, fromBase64url } from '#core/bytes.ts';
import { openWith } from '#core/hpke.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { type Stanza, stanza as stanzaCodec, stanzaKey } from '#wire/envelope.ts';
import { decodedOr } from '#core/decoding.ts';
import type { KeyDesk } from './key-desk.ts';
import { sealStanza, stanzaInfo } from '../dispatch/sealing.ts';

const PER_CALL = 64;
const BODY_KEY_BYTES = 32;

export interface Arrived {
  readonly dispatch: string;
  readonly header: Uint8Array;
  readonly stanza: Stanza;
}

export interface RewrapOutcome {
  readonly rewrapped: number;
  /** What this device cannot open: it has not the key, or what came was never sealed to it. */
  readonly closed: readonly Arrived[];
}

/** @param most at most so many now; the next session goes on */
export async function rewrapArrivals(desk: KeyDesk, office: string, most: number): Promise<RewrapOutcome> {
  const { arrivals } = await desk.api.call('arrivals', { path: { office } });
  const storage = desk.view.currentKey(office, 'storage', desk.now());
  const secret = storage === null ? null : desk.ring.officeKey(office, 'storage', storage.number);
  const closed: Arrived[] = [];
  const done: { dispatch: string; stanza: string }[] = [];
  for (const { dispatch, header, stanza } of arrivals.slice(0, most)) {
    const arrived = { dispatch, header: bytesOf(header), stanza: decodedOr('cbor-malformed', () => stanzaCodec.decode(bytesOf(stanza))) };
    const bodyKey = await bodyKeyOf(desk, office, arrived);
    if (bodyKey === null) closed.push(arrived);
    else if (storage !== null && secret !== null) done.push({ dispatch, stanza: base64url(await rewrapped(desk, arrived, bodyKey, storage, secret)) });
  }
  for (let at = 0; at < done.length; at += PER_CALL) {
    await desk.api.call('rewrap', { path: { office }, body: { stanzas: done.slice(at, at + PER_CALL) } });
  }
  return { rewrapped: done.length, closed };
}

/** The body key as the stanza that came holds it; null where this device cannot tell. */
async function bodyKeyOf({ crypto, ring, view }: KeyDesk, office: string, { header, stanza: { key, kem, encapsulation, ciphertext } }: Arrived): Promise<Uint8Array | null> {
  const secret = ring.officeKey(office, key.purpose, key.number);
  if (secret === null || kem !== crypto.kem.id || !sameOffice(key.office, { organisation: view.organisation.id, office })) return null;
  const opened = await openWith(crypto, secret, encapsulation, stanzaInfo(header), stanzaKey.encode(key), ciphertext);
  return opened?.length === BODY_KEY_BYTES ? opened : null;
}

/** Sealed to the storage key, and opened again before anybody relies on it. */
async function rewrapped({ crypto }: KeyDesk, { header, stanza: { key } }: Arrived, bodyKey: Uint8Array, storage: OfficeKeyRecord, secret: Uint8Array): Promise<Uint8Array> {
  const bytes = await sealStanza(crypto, { office: key.office, key: storage }, header, bodyKey, key.sealing);
  const made = stanzaCodec.decode(bytes);
  const again = await openWith(crypto, secret, made.encapsulation, stanzaInfo(header), stanzaKey.encode(made.key), made.ciphertext);
  if (again === null || !equal(again, bodyKey)) throw new Error('a stanza that was just made does not open');
  bodyKey.fill(0);
  again.fill(0);
  return bytes;
}

function bytesOf(text: string): Uint8Array {
  return fromBase64url(text) ?? new Uint8Array(0);
}

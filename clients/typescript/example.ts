/**
 * How a program of one's own uses a station: proves a device, asks, and follows what happens. With tram.ts, it depends on
 * nothing but fetch and SHA-256. Source: docs/api/README.md, docs/protocol/api.md, docs/protocol/suite.md §Signatures.
 */
import { type LiveEvent, type Send, Tram, TramRefusal } from './tram.ts';

/** What a device proves itself with. The keys may be in a file, a token or a security module: they only sign. */
export interface DeviceKey {
  /** Codes of the device, and of the station that it works at, in the directory. */
  readonly device: string;
  readonly station: string;
  /** Of the keyring that was opened, and at least what the station has seen; 1 for a device that keeps none. */
  readonly keyringRevision: number;
  /** SHA-256 of the device's certificates in the directory, 32 bytes each. */
  readonly p256Certificate: Uint8Array;
  readonly mldsaCertificate: Uint8Array;
  /** ECDSA P-256 with SHA-256: r and s, 64 bytes. */
  p256(message: Uint8Array): Promise<Uint8Array>;
  /** ML-DSA-65 with an empty context: 3,309 bytes. */
  mldsa(message: Uint8Array): Promise<Uint8Array>;
}

export interface Outside {
  readonly send: Send;
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  /** From a cryptographically secure generator. */
  random(length: number): Uint8Array;
}

/** Proves a device and gives a client with its session. @throws TramRefusal `device-unknown`, `proof-wrong` */
export async function logIn(origin: string, key: DeviceKey, outside: Outside): Promise<Tram> {
  const { send } = outside;
  const stranger = new Tram({ origin, send });
  const { challenge, station } = await stranger.challenge();
  // A proof counts at the station that it names: nobody is given one for another.
  if (station !== key.station) throw new Error(`this is ${station}`);
  const { device, keyringRevision } = key;
  const item = join(ascii(`tram/v1/session\0${station}\0${device}\0`), fromBase64url(challenge), bigEndian(keyringRevision, 8));
  const signature = toBase64url(await sign(item, key, outside));
  const { token } = await stranger.logIn({ body: { device, challenge, signature, keyringRevision } });
  return new Tram({ origin, send, token });
}

/** What happens at the offices of the session after an index, until the stream ends. @returns the index to go on from */
export async function follow(tram: Tram, after: number | undefined, heard: (event: LiveEvent) => boolean): Promise<number | undefined> {
  let last = after;
  for await (const event of tram.events(last === undefined ? {} : { lastEventId: last })) {
    if ('index' in event) last = event.index;
    if (!heard(event)) break;
  }
  return last;
}

/** Whether trying again later may help: the rest of the refusals say what to do differently. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof TramRefusal) || error.status === 503 || error.code === 'too-many-streams';
}

const PURPOSE = 'session';

/** A twin signature over one item: a tree of one, whose root is its leaf. @returns its CBOR */
async function sign(item: Uint8Array, { p256Certificate, mldsaCertificate, p256, mldsa }: DeviceKey, { sha256, random }: Outside): Promise<Uint8Array> {
  const context = join(Uint8Array.of(PURPOSE.length), ascii(PURPOSE));
  const nonce = random(32);
  const root = await sha256(join(Uint8Array.of(0), context, nonce, item));
  const message = join(ascii('tram/v1/signature\0'), context, p256Certificate, mldsaCertificate, bigEndian(1, 4), root);
  const [one, other] = await Promise.all([p256(message), mldsa(message)]);
  return join(
    Uint8Array.of(0xa8, 1, 0x58, 32), p256Certificate, Uint8Array.of(2, 0x58, 32), mldsaCertificate, Uint8Array.of(3, 0x58, 32), nonce,
    // A tree of one item, which is the first, with an empty path.
    Uint8Array.of(4, 1, 5, 0, 6, 0x80), Uint8Array.of(7, 0x58, 64), one, Uint8Array.of(8, 0x59, 3_309 >> 8, 3_309 & 0xff), other,
  );
}

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bigEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
}

function toBase64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

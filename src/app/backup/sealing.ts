/**
 * One object of a backup: its own content key, sealed to the recipient by HPKE, and the house's chunks of 64 KiB
 * (core/stream.ts). Whoever writes backups cannot read them again. Source: docs/protocol/backup.md.
 */
import { concat, equal, uint32be, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { CHUNK_BYTES, chunkCount, openChunk, PART_KEY_BYTES, sealChunk, sealedChunkSize } from '#core/stream.ts';
import { backupObjectHead } from '#wire/backup.ts';

const INFO = utf8('tram/v1/backup-object\0');
const HEAD_BYTES_MAX = 1_280;

export interface Sealer {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  /** The recipient's public key. */
  readonly publicKey: Uint8Array;
}

/** A file, or what was read of one. */
export interface ByteSource {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

export function bytesAsSource(bytes: Uint8Array): ByteSource {
  return {
    async read(into, offset, length, position) {
      const some = bytes.subarray(position, position + length);
      into.set(some, offset);
      return { bytesRead: some.length };
    },
  };
}

export interface Unsealer {
  readonly crypto: CryptoProvider;
  readonly publicKey: Uint8Array;
  readonly secret: Uint8Array;
}

/**
 * The pieces of a sealed object.
 * @param name what the object is called where it stands: another in its place does not open
 * @param plain pieces of any length, `size` bytes together
 */
export async function* sealObject(sealer: Sealer, name: string, size: number, plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { crypto, random, publicKey } = sealer;
  const key = random.bytes(PART_KEY_BYTES);
  const recipient = crypto.hash.sha256(publicKey);
  const { encapsulation, ciphertext } = await sealTo(crypto, publicKey, INFO, associatedOf(name, size), key);
  const head = backupObjectHead.encode({ version: 1, recipient, size, encapsulation, wrapped: ciphertext });
  yield concat(uint32be(head.length), head);
  const chunks = chunkCount(size);
  let index = 0;
  for await (const chunk of rechunked(plain)) {
    if (index >= chunks) throw new Error('an object has as many bytes as were said');
    yield await sealChunk(crypto.aead, key, index, index === chunks - 1, chunk);
    index += 1;
  }
  if (index < chunks && size === 0) yield await sealChunk(crypto.aead, key, 0, true, new Uint8Array(0));
  else if (index < chunks) throw new Error('an object has as many bytes as were said');
  key.fill(0);
}

/**
 * The plaintext of an object, chunk by chunk, each verified before it is given out.
 * @throws Refusal `backup-key-wrong` where it is sealed to another key; `backup-damaged`
 */
export async function* openObject({ crypto, publicKey, secret }: Unsealer, name: string, file: ByteSource): AsyncGenerator<Uint8Array> {
  const damaged = (reason: string): Refusal => new Refusal('backup-damaged', { object: name.slice(0, 16), reason });
  const length = new DataView((await exactly(file, 0, 4, damaged)).buffer).getUint32(0);
  if (length > HEAD_BYTES_MAX) throw damaged('head');
  const head = backupObjectHead.decode(await exactly(file, 4, length, damaged));
  if (!equal(head.recipient, crypto.hash.sha256(publicKey))) throw new Refusal('backup-key-wrong');
  const key = await openWith(crypto, secret, head.encapsulation, INFO, associatedOf(name, head.size), head.wrapped);
  if (key === null) throw damaged('key');
  let at = 4 + length;
  const chunks = chunkCount(head.size);
  for (let index = 0; index < chunks; index++) {
    const bytes = sealedChunkSize(head.size, index);
    const plain = await openChunk(crypto.aead, key, index, index === chunks - 1, await exactly(file, at, bytes, damaged));
    if (plain === null) throw damaged('chunk');
    yield plain;
    at += bytes;
  }
  key.fill(0);
}

/** A whole object in memory. @param maximum bytes that it may have */
export async function openSmall(unsealer: Unsealer, name: string, file: ByteSource, maximum: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of openObject(unsealer, name, file)) {
    size += piece.length;
    if (size > maximum) throw new Refusal('backup-damaged', { object: name.slice(0, 16), reason: 'size' });
    pieces.push(piece);
  }
  return concat(...pieces);
}

function associatedOf(name: string, size: number): Uint8Array {
  return utf8(`${name} ${size}`);
}

/** The same bytes in full chunks. */
async function* rechunked(plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for await (const piece of plain) {
    for (let at = 0; at < piece.length;) {
      // A full chunk is given out only when more follows: the last one is told apart by being last.
      if (filled === CHUNK_BYTES) {
        yield chunk.slice();
        filled = 0;
      }
      const taken = piece.subarray(at, at + CHUNK_BYTES - filled);
      chunk.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  if (filled > 0) yield chunk.slice(0, filled);
}

async function exactly(file: ByteSource, position: number, length: number, damaged: (reason: string) => Refusal): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw damaged('short');
    done += bytesRead;
  }
  return bytes;
}

/**
 * Brings a part from the station and opens it: each chunk is verified against the signed root, then decrypted, and what
 * was decrypted gets its final name only when the SHA-256 of all of it is the one that the author signed.
 */
import { hex } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { openPart, type PartFacts } from '#core/part.ts';
import { Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import type { CorePart } from '#wire/core.ts';
import type { Watch } from '../watch.ts';
import { pause } from '../pause.ts';
import type { Carrier } from './upload.ts';

const STALLS_MAX = 5;
const STALL_MS = 500;
const LEAF_BYTES = 32;

/**
 * Checks a whole part, and writes it where somebody wants it.
 * @param sink null to check only
 * @returns where it stands; null where nothing was to be written
 * @throws Refusal `part-forged`, `part-incomplete`, `part-unknown`, `cancelled`, `station-unreachable`
 */
export async function receivePart(session: Carrier, part: CorePart, key: Uint8Array, sink: FileSink | null, watch: Watch = {}): Promise<string | null> {
  try {
    const leaves = part.chunks === 1 ? null : await leavesOf(session, part, watch);
    let bytes = 0;
    for await (const plain of opened(session, part, key, leaves, watch)) {
      await sink?.write(plain);
      bytes += plain.length;
      watch.progress?.(bytes);
    }
    return sink === null ? null : await sink.commit();
  } catch (error) {
    await sink?.abandon();
    throw error;
  }
}

async function leavesOf({ api }: Carrier, { root, chunks }: CorePart, { signal }: Watch): Promise<Uint8Array[]> {
  const bytes = await api.bytes('partLeaves', { path: { root: hex(root) }, signal });
  if (bytes.length !== chunks * LEAF_BYTES) throw new Refusal('part-forged', { field: 'leaves' });
  return Array.from({ length: chunks }, (_, i) => bytes.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES));
}

function opened(session: Carrier, part: CorePart, key: Uint8Array, leaves: Uint8Array[] | null, watch: Watch): AsyncIterable<Uint8Array> {
  const { size: plainBytes, root, digest: plainDigest, keyCommitment } = part;
  const facts: PartFacts = { plainBytes, root, plainDigest, keyCommitment };
  // A tree of one leaf is that leaf.
  return openPart(session.crypto, key, facts, leaves ?? [root], sealedBytes(session, part, watch));
}

/** The sealed bytes from the first to the last, whatever the connection does meanwhile. */
async function* sealedBytes(session: Carrier, part: CorePart, { signal }: Watch): AsyncGenerator<Uint8Array> {
  const root = hex(part.root);
  let offset = 0;
  for (let stalls = 0; ; ) {
    const before = offset;
    try {
      for await (const piece of await session.api.call('partBytes', { path: { root }, query: { offset }, signal })) {
        if (signal?.aborted === true) throw new Refusal('cancelled');
        offset += piece.length;
        if (offset > part.chunks * SEALED_CHUNK_BYTES) throw new Refusal('part-forged', { field: 'size' });
        yield piece;
      }
      return;
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'station-unreachable')) throw error;
      stalls = offset > before ? 0 : stalls + 1;
      if (stalls >= STALLS_MAX) throw error;
      await pause(session, STALL_MS * (stalls + 1), signal);
    }
  }
}

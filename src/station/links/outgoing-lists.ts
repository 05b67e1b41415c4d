/**
 * The lists of leaves of parts that are to be sent. Mostly their owner has them; where not, a part is read and hashed for its list
 * once. Source: docs/protocol/parts.md; frames.md §Measure.
 */
import { hex } from '#core/bytes.ts';
import type { Hash } from '#core/crypto.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Blobs } from '#station/kernel/blobs.ts';
import { UNITS } from './budget.ts';
import { chunkSizeAt, LEAF_BYTES, leafAt } from './extent.ts';
import { sealedRun, RUN_BYTES, RUN_CHUNKS } from './source.ts';
import type { Traffic } from './traffic.ts';

/** Whose the parts are. */
type Owner = Pick<Traffic, 'leaves' | 'keepLeaves'>;

export class OutgoingLists {
  readonly #blobs: Blobs;
  readonly #hash: Hash;
  /** By root: what is being worked out. */
  readonly #underWay = new Map<string, Promise<Uint8Array>>();

  constructor(blobs: Blobs, hash: Hash) {
    this.#blobs = blobs;
    this.#hash = hash;
  }

  /** @param afford what reading and hashing costs, a run at a time; it ends that by a refusal, for others who wait for the same not */
  async of(part: HeaderPart, owner: Owner, afford: (units: number) => Promise<unknown>): Promise<Uint8Array> {
    const name = hex(part.root);
    const kept = await owner.leaves(part);
    if (kept?.length === part.chunks * LEAF_BYTES) return kept;
    const others = this.#underWay.get(name);
    if (others !== undefined) return (await others.catch(() => null)) ?? this.of(part, owner, afford);
    const own = this.#compute(name, part, owner, afford).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, own);
    return own;
  }

  async #compute(name: string, part: HeaderPart, owner: Owner, afford: (units: number) => Promise<unknown>): Promise<Uint8Array> {
    const leaves = new Uint8Array(part.chunks * LEAF_BYTES);
    for (let start = 0; start < part.size; start += RUN_BYTES) {
      await afford(UNITS.chunk * RUN_CHUNKS);
      const run = await sealedRun(this.#blobs, name, start, part.size);
      for (let at = 0; at < run.length; at += LIMITS.chunkSealedBytes) {
        const index = (start + at) / LIMITS.chunkSealedBytes;
        const chunk = run.subarray(at, at + chunkSizeAt(part, start + at));
        leaves.set(leafAt(this.#hash, index, chunk), index * LEAF_BYTES);
      }
    }
    await owner.keepLeaves(part, leaves);
    return leaves;
  }
}

/**
 * What neighbours have begun to send and not finished: how much of the disk each may hold so, and what is dropped
 * because nothing was added to it for long. The table knows since when; a reception writes nothing into it.
 */
import { hex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, type Clock, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Blobs } from '#station/kernel/blobs.ts';
import { type Claims, partClaim } from '#station/kernel/claims.ts';
import type { Store, Tables } from '#station/kernel/store.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { LinkTables } from './tables.ts';
import { isUrgent } from './urgent.ts';

const GIBIBYTE = 2 ** 30;
/** A neighbour's unfinished parts together, beyond the first dispatch. */
const STAGED_BYTES_MAX = 16 * GIBIBYTE;
/** Of it, kept for what is urgent. */
const URGENT_SHARE = 0.25;
const STAGING_DAYS = 14;
const SWEEP_MS = HOUR_MS;
/** Uploads stand in the same folder under other names. */
const LINK_STAGED = /^[0-9a-f]{64}$/;

interface StagingDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Pick<Clock, 'now'>;
  readonly claims: Claims;
  readonly stagedBytesMax?: number | undefined;
  readonly stagingDays?: number | undefined;
}

interface Begun {
  readonly peer: string;
  readonly isUrgent: boolean;
  /** What it counts for: all of it while it is being received, then what was staged. */
  readonly bytes: number;
  readonly staged: number;
}

export class Staging {
  readonly #deps: StagingDeps;
  readonly #tables: Tables<LinkTables>;
  /** By root, since this process began. */
  readonly #begun = new Map<string, Begun>();

  constructor(deps: StagingDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<LinkTables>();
  }

  /**
   * Counts parts of an item of some rank towards what a neighbour has begun.
   * @throws Refusal `disk-full` where that is too much until something is finished
   */
  begin(peer: string, parts: readonly HeaderPart[], rank: number): void {
    const names = new Set(parts.map(({ root }) => hex(root)));
    const others = [...this.#begun].filter(([root, begun]) => begun.peer === peer && !names.has(root)).map(([, begun]) => begun);
    const bytes = parts.reduce((sum, { size }) => sum + size, 0);
    this.#demandRoom(others, bytes, isUrgent(rank));
    for (const { root, size } of parts) {
      const staged = this.#begun.get(hex(root))?.staged ?? 0;
      this.#begun.set(hex(root), { peer, isUrgent: isUrgent(rank), bytes: size, staged });
    }
  }

  /** What is urgent has a share that nothing else can fill, whatever the first dispatch was; of the rest it takes what is free. */
  #demandRoom(others: readonly Begun[], bytes: number, urgent: boolean): void {
    const maximum = this.#deps.stagedBytesMax ?? STAGED_BYTES_MAX;
    const share = maximum * URGENT_SHARE;
    const most = urgent ? maximum : maximum - share;
    if (fits(others, bytes, most)) return;
    if (urgent && fits(others.filter((begun) => begun.isUrgent), bytes, share)) return;
    throw new Refusal('disk-full', { bytes, maximum: most });
  }

  /**
   * The connection ended, or the part is a sealed blob: only what lies in a staging file counts on.
   * @param staged bytes; by default what lay there before
   */
  left(root: string, staged = this.#begun.get(root)?.staged ?? 0): void {
    const begun = this.#begun.get(root);
    if (begun === undefined) return;
    if (staged === 0) this.#begun.delete(root);
    else this.#begun.set(root, { ...begun, bytes: staged, staged });
  }

  /** The hourly job: drops what has not grown for long. @returns when to run again */
  async sweep(): Promise<Instant> {
    const { blobs, clock, stagingDays } = this.#deps;
    const now = clock.now();
    const known = await this.#tables.read((db) => db.selectFrom('link_staging').selectAll().execute());
    const since = new Map(known.map((row) => [row.root, row]));
    const held = new Map<string, number>();
    for (const root of await blobs.staged()) {
      const bytes = LINK_STAGED.test(root) ? await blobs.stagedSize(root) : null;
      if (bytes !== null) held.set(root, bytes);
    }
    for (const [root, bytes] of held) {
      const row = since.get(root);
      const isOld = row?.bytes === bytes && now - row.since >= (stagingDays ?? STAGING_DAYS) * DAY_MS;
      if (isOld && (await this.#drop(root))) held.delete(root);
    }
    await this.#remember(held, since, now);
    return now + SWEEP_MS;
  }

  /** @returns false where a connection is at it */
  async #drop(root: string): Promise<boolean> {
    const { blobs, claims } = this.#deps;
    const release = claims.claimNow(partClaim(root));
    if (release === null) return false;
    try {
      await (await blobs.stage(root, 0)).abandon();
      this.left(root, 0);
      return true;
    } finally {
      release();
    }
  }

  async #remember(held: ReadonlyMap<string, number>, since: ReadonlyMap<string, { readonly bytes: number }>, now: Instant): Promise<void> {
    const grown = [...held].filter(([root, bytes]) => since.get(root)?.bytes !== bytes);
    const gone = [...since.keys()].filter((root) => !held.has(root));
    if (grown.length === 0 && gone.length === 0) return;
    await this.#tables.commit(async (tx) => {
      for (const root of gone) await tx.deleteFrom('link_staging').where('root', '=', root).execute();
      for (const [root, bytes] of grown) {
        await tx.insertInto('link_staging').values({ root, bytes, since: now })
          .onConflict((on) => on.column('root').doUpdateSet({ bytes, since: now })).execute();
      }
    });
  }
}

/** A first one does, however large it is. */
function fits(others: readonly Begun[], bytes: number, most: number): boolean {
  const begun = others.reduce((sum, other) => sum + other.bytes, 0);
  return begun === 0 || begun + bytes <= most;
}

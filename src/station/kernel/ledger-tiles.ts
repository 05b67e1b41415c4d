/**
 * The ledger as files that strangers' tools read. Source: C2SP tlog-tiles v0.1.0: `checkpoint`, `tile/L/N[.p/W]` with
 * up to 256 hashes, `tile/entries/N[.p/W]` with up to 256 entries, each after its length in two bytes.
 */
import { concat } from '#core/bytes.ts';
import type { LedgerTables } from './ledger-tables.ts';
import type { Ledger } from './ledger.ts';
import { sequencedSize } from './ledger-nodes.ts';
import type { Db, Store } from './store.ts';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const LEVEL_MAX = 63;

/** One tile: of hashes at a level, or of entries. */
export interface TilePath {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** Reads a path relative to the ledger's prefix; null where it is not exactly one that the format has. */
export function parseTilePath(path: string): TilePath | null {
  const [, level = '', groups = '', partial] = PATH.exec(path) ?? [];
  if (level === '') return null;
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile: TilePath = { level: level === 'entries' ? level : Number(level), index, width };
  const inRange = width >= 1 && width <= TILE_WIDTH && (level === 'entries' || Number(level) <= LEVEL_MAX);
  return inRange && formatTilePath(tile) === path ? tile : null;
}

/** The path of a tile: 1234067 is `x001/x234/067`. */
export function formatTilePath({ level, index, width }: TilePath): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g)!;
  const named = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${named}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * The bytes of a tile, or null where the path is none or the tree has not grown that far.
 * @param path relative to the ledger's prefix; `checkpoint` is checkpoints.ts's
 */
export async function readTile(store: Store, ledger: Ledger, path: string): Promise<Uint8Array | null> {
  const tile = parseTilePath(path);
  if (tile === null) return null;
  const from = tile.index * TILE_WIDTH;
  if (!Number.isSafeInteger(from + tile.width)) return null;
  return store.of<LedgerTables>().read(async (db) => {
    // What the store commits is in the tree: an entry and its leaf become durable together.
    const isEntries = tile.level === 'entries';
    const available = await widthAt(db, isEntries ? 0 : (tile.level as number));
    if (from + tile.width > available) return null;
    if (!isEntries) return readHashes(db, TILE_HEIGHT * (tile.level as number), from, tile.width);
    const entries = await ledger.entries(db, from, from + tile.width);
    return concat(...entries.flatMap(({ bytes }) => [lengthOf(bytes), bytes]));
  });
}

/** How many hashes a tile level has: one for each full tile of the level below. */
async function widthAt(db: Db<LedgerTables>, level: number): Promise<number> {
  return Math.floor((await sequencedSize(db)) / TILE_WIDTH ** level);
}

async function readHashes(db: Db<LedgerTables>, level: number, from: number, width: number): Promise<Uint8Array> {
  const rows = await db
    .selectFrom('ledger_node')
    .select('hash')
    .where('level', '=', level)
    .where('position', '>=', from)
    .where('position', '<', from + width)
    .orderBy('position')
    .execute();
  return concat(...rows.map(({ hash }) => hash));
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(bytes.length >> 8, bytes.length & 0xff);
}

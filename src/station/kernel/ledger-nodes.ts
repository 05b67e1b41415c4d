/**
 * The nodes of the ledger's tree: one row for each complete subtree, leaves included, written once and never changed.
 * The sequencer adds those that a round's entries complete, just before the round commits.
 */
import type { Kysely } from 'kysely';
import { leafHash, nodeHash, type Sha256 } from '#core/merkle.ts';
import { Recent } from '#core/recent.ts';
import { assert } from '#core/refusals.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { question } from './question.ts';

type Node = LedgerTables['ledger_node'];

/** Rows in one statement: SQLite takes 32,766 parameters. */
const INSERT_ROWS_MAX = 256;

/** How many leaves the tree has. */
export async function sequencedSize(db: Kysely<LedgerTables>): Promise<number> {
  const { last } = (await lastLeaf.first(db, {}))!;
  return (last ?? -1) + 1;
}

const lastLeaf = question((db: Kysely<LedgerTables>, _: object) =>
  db.selectFrom('ledger_node').select((all) => all.fn.max('position').as('last')).where('level', '=', 0));

/** The right edge of a large tree and the nodes of a few proofs. */
const NODES_KEPT = 512;

/**
 * Nodes that were read lately. Each head and each proof asks for the same few, and none of them ever changes: what is read
 * was committed, because the sequencer comes last in a round and reads none that it writes itself.
 */
export class StoredNodes {
  readonly #read = new Recent<Uint8Array>(NODES_KEPT);

  /** The root of a complete subtree that the tree has. */
  async at(db: Kysely<LedgerTables>, level: number, position: number): Promise<Uint8Array> {
    const place = `${level}/${position}`;
    return this.#read.get(place) ?? this.#read.keep(place, await storedNode(db, level, position));
  }
}

async function storedNode(db: Kysely<LedgerTables>, level: number, position: number): Promise<Uint8Array> {
  const row = await nodeAt.first(db, { level, position });
  assert(row !== undefined, `the ledger has node ${level}/${position}`);
  return row.hash;
}

const nodeAt = question((db: Kysely<LedgerTables>, { level, position }: { level: number; position: number }) =>
  db.selectFrom('ledger_node').select('hash').where('level', '=', level).where('position', '=', position));

/** Adds every entry that the tree lacks. */
export async function sequence(tx: Kysely<LedgerTables>, hash: Sha256, stored: StoredNodes): Promise<void> {
  const size = await sequencedSize(tx);
  const entries = await entriesFrom.all(tx, { from: size });
  const growth = new Growth(tx, hash, stored);
  for (const { entry_index: index, bytes } of entries) await growth.push(index, leafHash(hash, bytes));
  await growth.store();
}

const entriesFrom = question((db: Kysely<LedgerTables>, { from }: { from: number }) =>
  db.selectFrom('ledger_entry').select(['entry_index', 'bytes']).where('entry_index', '>=', from).orderBy('entry_index'));

/** The nodes that new leaves complete. */
class Growth {
  readonly #tx: Kysely<LedgerTables>;
  readonly #hash: Sha256;
  readonly #stored: StoredNodes;
  readonly #nodes: Node[] = [];
  /** The newest node of each level: a right sibling's left one is always that. */
  readonly #newest = new Map<number, Node>();

  constructor(tx: Kysely<LedgerTables>, hash: Sha256, stored: StoredNodes) {
    this.#tx = tx;
    this.#hash = hash;
    this.#stored = stored;
  }

  async push(index: number, leaf: Uint8Array): Promise<void> {
    let node: Node = { level: 0, position: index, hash: leaf };
    while (node.position % 2 === 1) {
      const left = await this.#left(node);
      this.#keep(node);
      const parent = nodeHash(this.#hash, left, node.hash);
      node = { level: node.level + 1, position: (node.position - 1) / 2, hash: parent };
    }
    this.#keep(node);
  }

  async store(): Promise<void> {
    for (let at = 0; at < this.#nodes.length; at += INSERT_ROWS_MAX) {
      const rows = this.#nodes.slice(at, at + INSERT_ROWS_MAX);
      await this.#tx.insertInto('ledger_node').values(rows).execute();
    }
  }

  async #left({ level, position }: Node): Promise<Uint8Array> {
    const newest = this.#newest.get(level);
    if (newest?.position === position - 1) return newest.hash;
    return this.#stored.at(this.#tx, level, position - 1);
  }

  #keep(node: Node): void {
    this.#newest.set(node.level, node);
    this.#nodes.push(node);
  }
}

/**
 * Claims: the ledger's entries are contiguous and say what their rows say; leaves and nodes are those of the tree over
 * them; sealed fields are what the entries commit to. Source: docs/protocol/ledger.md.
 */
import { equal, fromUtf8, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { completeSubtrees, emptyRoot, leafHash, nodeHash } from '#core/merkle.ts';
import { commitmentTo } from '#station/kernel/ledger.ts';
import { event as eventCodec, eventFields, type Event } from '#wire/event.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import type { AuditDatabase, Placed } from './database.ts';
import { misshapen } from './event-kinds.ts';
import { Facts } from './facts.ts';
import type { AuditProgress, Item, Tally } from './tally.ts';

const HASH_BYTES = 32;
/** Said of an entry whose bytes are not those that were hashed when it was written. */
export const CHANGED_ENTRY = 'its bytes are not those of its leaf';
const PROGRESS_ROWS = 4_096;

/** The tree as the entries make it, whatever the stored nodes say. */
export interface AuditedLedger {
  readonly size: number;
  /** Root of the first `size` entries; null where there are not so many. */
  rootAt(size: number): Uint8Array | null;
}

interface Sources {
  readonly db: AuditDatabase;
  readonly tally: Tally;
  readonly provider: CryptoProvider;
  readonly progress: AuditProgress;
}

export function auditLedger(sources: Sources): { ledger: AuditedLedger; facts: Facts } {
  const facts = new Facts();
  const commitments = new Map<string, { digest: Uint8Array; index: number }>();
  const leaves = auditEntries(sources, facts, commitments);
  const tree = new FlatTree(sources.provider, leaves);
  auditNodes(sources, tree);
  auditSealedFields(sources, facts, commitments);
  return { ledger: tree, facts };
}

function auditEntries(
  { db, tally, provider, progress }: Sources, facts: Facts, commitments: Map<string, { digest: Uint8Array; index: number }>,
): Uint8Array[] {
  const claim = tally.claim('ledger-entries');
  const leaves: Uint8Array[] = [];
  const incarnations: string[] = [];
  for (const row of db.rows('ledger_entry')) {
    const item = claim.item(row.place);
    item.demand(row.entry_index === leaves.length, `stands where entry ${leaves.length} should`);
    leaves.push(leafHash(provider.hash, row.bytes));
    const event = readEvent(row, item, facts);
    if (event === null) continue;
    const incarnation = hex(event.incarnation);
    if (incarnations.at(-1) !== incarnation) {
      item.demand(!incarnations.includes(incarnation), 'returns to an incarnation that ended');
      incarnations.push(incarnation);
    }
    for (const { name, commitment: digest } of event.commitments) {
      commitments.set(`${row.entry_index} ${name}`, { digest, index: row.entry_index });
    }
    if (leaves.length % PROGRESS_ROWS === 0) progress('ledger-entries', leaves.length);
  }
  return leaves;
}

function readEvent(row: Placed<'ledger_entry'>, item: Item, facts: Facts): Event | null {
  const event = item.attempt('is no event', () => eventCodec.decode(row.bytes));
  if (event === null) return null;
  item.demand(equal(eventCodec.encode(event), row.bytes), 'encodes to other bytes');
  item.demand(event.index === row.entry_index, `says that it is entry ${event.index}`);
  item.demand(event.time === row.time, 'its time is not that of its row');
  item.demand(event.kind === row.kind, 'its kind is not that of its row');
  const isSubject = row.subject === null ? event.subject === undefined : event.subject !== undefined && equal(event.subject, row.subject);
  item.demand(isSubject, 'its subject is not that of its row');
  const fields = item.attempt('its fields cannot be read', () => eventFields.decode(event.fields));
  if (fields === null) return event;
  const wrong = misshapen(event.kind, event.subject !== undefined, fields, event.commitments.map(({ name }) => name));
  if (wrong !== null) item.fault(wrong);
  facts.add({
    index: row.entry_index, time: event.time, uncertaintyMs: event.uncertaintyMs, incarnation: hex(event.incarnation),
    kind: event.kind, subject: event.subject === undefined ? '' : hex(event.subject), fields,
  });
  return event;
}

/** Every stored node, in step with those that the entries make. */
function auditNodes({ db, tally }: Sources, tree: FlatTree): void {
  const claim = tally.claim('ledger-nodes');
  const expected = tree.nodes();
  let next = expected.next();
  for (const { level, position, hash, place } of db.rows('ledger_node')) {
    while (next.done !== true && isBefore(next.value, { level, position })) {
      claim.missing(`ledger_node:${next.value.level}/${next.value.position}`, 'is missing');
      next = expected.next();
    }
    const item = claim.item(place);
    const isHere = next.done !== true && next.value.level === level && next.value.position === position;
    if (!item.demand(isHere, 'is a node that the entries do not have')) continue;
    const entries = `entries ${position * 2 ** level} to ${(position + 1) * 2 ** level - 1}`;
    const isRight = item.demand(equal(next.value!.hash, hash), `is not the hash over ${entries}`);
    if (!isRight && level === 0) tally.claim('ledger-entries').missing(`ledger_entry:${position}`, CHANGED_ENTRY);
    next = expected.next();
  }
  for (; next.done !== true; next = expected.next()) {
    claim.missing(`ledger_node:${next.value.level}/${next.value.position}`, 'is missing');
  }
}

interface Place {
  readonly level: number;
  readonly position: number;
}

function isBefore(one: Place, other: Place): boolean {
  return one.level < other.level || (one.level === other.level && one.position < other.position);
}

function auditSealedFields({ db, tally, provider }: Sources, facts: Facts, commitments: ReadonlyMap<string, { digest: Uint8Array; index: number }>): void {
  const claim = tally.claim('sealed-fields');
  const seen = new Set<string>();
  for (const row of db.rows('sealed_field')) {
    const item = claim.item(row.place);
    const key = `${row.entry_index} ${row.name}`;
    seen.add(key);
    const committed = commitments.get(key);
    if (!item.demand(committed !== undefined, 'is a field to which its entry does not commit')) continue;
    const digest = item.attempt('cannot be committed to', () => commitmentTo(provider.hash, row));
    if (digest === null || !item.demand(equal(digest, committed!.digest), 'is not what its entry commits to')) continue;
    const code = fromUtf8(row.value);
    const isCode = item.demand(code !== null && CODE_SHAPE.test(code), `is no code of a ${row.name}`);
    if (isCode && row.name === 'person') facts.persons.set(row.entry_index, code!);
  }
  for (const key of commitments.keys()) {
    const place = `sealed_field:${key.replace(' ', '/')}`;
    if (!seen.has(key)) claim.missing(place, 'is missing, and no event says that it was destroyed');
  }
}

/** All levels of a tree, each as one run of bytes: 64 bytes an entry. */
class FlatTree implements AuditedLedger {
  readonly size: number;
  readonly #provider: CryptoProvider;
  readonly #levels: Uint8Array[];

  constructor(provider: CryptoProvider, leaves: readonly Uint8Array[]) {
    this.#provider = provider;
    this.size = leaves.length;
    const bottom = new Uint8Array(leaves.length * HASH_BYTES);
    for (const [index, leaf] of leaves.entries()) bottom.set(leaf, index * HASH_BYTES);
    this.#levels = [bottom];
    for (let level = 0; this.#levels[level]!.length >= 2 * HASH_BYTES; level++) this.#levels.push(this.#above(level));
  }

  rootAt(size: number): Uint8Array | null {
    if (size > this.size) return null;
    if (size === 0) return emptyRoot(this.#provider.hash);
    const hashes = completeSubtrees({ start: 0, end: size }).map(({ level, index }) => this.#node(level, index));
    return hashes.reduceRight((right, left) => nodeHash(this.#provider.hash, left, right));
  }

  *nodes(): Generator<Place & { readonly hash: Uint8Array }> {
    for (const [level, hashes] of this.#levels.entries()) {
      for (let position = 0; position * HASH_BYTES < hashes.length; position++) yield { level, position, hash: this.#node(level, position) };
    }
  }

  #node(level: number, position: number): Uint8Array {
    return this.#levels[level]!.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
  }

  #above(level: number): Uint8Array {
    const pairs = Math.floor(this.#levels[level]!.length / (2 * HASH_BYTES));
    const above = new Uint8Array(pairs * HASH_BYTES);
    for (let pair = 0; pair < pairs; pair++) {
      const [left, right] = [this.#node(level, 2 * pair), this.#node(level, 2 * pair + 1)];
      above.set(nodeHash(this.#provider.hash, left, right), pair * HASH_BYTES);
    }
    return above;
  }
}

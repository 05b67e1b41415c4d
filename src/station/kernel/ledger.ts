/**
 * The ledger: everything that happens, as an event appended in the same transaction as the state it changes. Entries
 * are public and forever; what may have to be destroyed one day stands beside them in `sealed_field`, and the entry
 * holds only a salted commitment. The tree over the entries is RFC 9162's, its nodes are kept, so a root or a proof
 * takes a number of reads that grows with the logarithm of the size.
 */
import type { Kysely } from 'kysely';
import { concat, utf8 } from '#core/bytes.ts';
import type { Clock, Instant, RandomSource } from '#core/clock.ts';
import {
  completeSubtrees,
  consistencySpans,
  emptyRoot,
  inclusionSpans,
  nodeHash,
  type Sha256,
  type Span,
} from '#core/merkle.ts';
import { assert } from '#core/refusals.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { sequence, sequencedSize, StoredNodes } from './ledger-nodes.ts';
import { question } from './question.ts';
import type { Snapshot, Transaction, Store, Tables } from './store.ts';

/** What a room reports. `fields` and the names in `sealed` are public; the values in `sealed` can be erased. */
export interface LedgerEvent {
  /** Short and plain; wire/event.ts has the narrower form that Trạm's own kinds and names have. */
  readonly kind: string;
  /** What it is about, such as a dispatch id: at most 64 bytes. */
  readonly subject?: Uint8Array | undefined;
  /** Deterministic CBOR made by the caller. */
  readonly fields: Uint8Array;
  /** By name (as `kind`): a value that the caller has already sealed where it must be secret from the station. */
  readonly sealed?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** What the encoder of entries is given (src/wire/event.ts writes it as bytes). */
export interface EventToEncode {
  readonly index: number;
  readonly time: Instant;
  /** Of the data folder. */
  readonly incarnation: Uint8Array;
  readonly kind: string;
  readonly subject: Uint8Array | null;
  readonly fields: Uint8Array;
  /** By name, in the order of the names: 32 bytes each. */
  readonly commitments: Readonly<Record<string, Uint8Array>>;
}

export type EncodeEvent = (event: EventToEncode) => Uint8Array;

export interface LedgerEntry {
  readonly index: number;
  readonly time: Instant;
  readonly kind: string;
  readonly subject: Uint8Array | null;
  /** What the leaf's hash covers. */
  readonly bytes: Uint8Array;
}

export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

interface SealedField {
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
}

interface LedgerDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomSource;
  readonly hash: Sha256;
  readonly encodeEvent: EncodeEvent;
  /** The incarnation of the data folder now. */
  readonly incarnation: () => Uint8Array;
  /** Asked before anything is appended. @throws Refusal where this folder's incarnation must not go on */
  readonly demandOpen?: (() => void) | undefined;
}

/** A tlog-tiles entry bundle gives each entry's length in two bytes. */
const ENTRY_BYTES_MAX = 65_535;
const SUBJECT_BYTES_MAX = 64;
const SALT_BYTES = 32;
/** Rows in one statement: SQLite takes 32,766 parameters. */
const INSERT_ROWS_MAX = 256;
const COMMITMENT_LABEL = utf8('tram/v1/commitment\0');
const CODE = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** SHA-256("tram/v1/commitment" ‖ 0x00 ‖ salt ‖ value), with a salt of 32 bytes. */
export function commitmentTo(hash: Sha256, { salt, value }: SealedField): Uint8Array {
  assert(salt.length === SALT_BYTES, 'a salt has 32 bytes');
  return hash.sha256(concat(COMMITMENT_LABEL, salt, value));
}

const lastEntry = question((db: Kysely<LedgerTables>, _: object) => db.selectFrom('ledger_entry').select((all) => all.fn.max('entry_index').as('last')));
const newEntry = question((db: Kysely<LedgerTables>, { entry_index, time, kind, subject, bytes }: LedgerTables['ledger_entry']) =>
  db.insertInto('ledger_entry').values({ entry_index, time, kind, subject, bytes }));

/** Reads take the handle of a read or commit; sizes and proofs are those of the last round. */
export class Ledger {
  readonly #deps: LedgerDeps;
  readonly #tables: Tables<LedgerTables>;
  /** Whether this round may hold entries that the tree lacks. Wrongly true after a failed round, which is harmless. */
  #appended = false;
  readonly #nodes = new StoredNodes();

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<LedgerTables>();
    deps.store.beforeCommit((tx) => this.#sequence(tx));
  }

  /** Appends an event; it is part of the ledger when the commit of `tx` resolves. */
  async append(tx: Transaction, event: LedgerEvent): Promise<{ index: number }> {
    return { index: await this.appendAll(tx, [event]) };
  }

  /** Appends several that happened together, in their order. @returns the index of the first */
  async appendAll(tx: Transaction, events: readonly LedgerEvent[]): Promise<number> {
    this.#deps.demandOpen?.();
    for (const event of events) checkEvent(event);
    this.#appended = true;
    const db = this.#tables.in(tx);
    const { last } = (await lastEntry.first(db, {}))!;
    const first = (last ?? -1) + 1;
    const time = this.#deps.clock.now();
    for (let at = 0; at < events.length; at += INSERT_ROWS_MAX) {
      const made = events.slice(at, at + INSERT_ROWS_MAX).map((event, i) => this.#encode(event, first + at + i, time));
      // Most things happen alone.
      if (made.length === 1) await newEntry.run(db, made[0]!.row);
      else await db.insertInto('ledger_entry').values(made.map(({ row }) => row)).execute();
      const sealed = made.flatMap((one) => one.sealed);
      if (sealed.length > 0) await db.insertInto('sealed_field').values(sealed).execute();
    }
    return first;
  }

  #encode(event: LedgerEvent, index: number, time: Instant) {
    const sealed = this.#seal(event.sealed ?? {});
    const { kind, subject = null, fields } = event;
    const commitments = Object.fromEntries(sealed.map((one) => [one.name, commitmentTo(this.#deps.hash, one)]));
    const incarnation = this.#deps.incarnation();
    const bytes = this.#deps.encodeEvent({ index, time, incarnation, kind, subject, fields, commitments });
    assert(bytes.length <= ENTRY_BYTES_MAX, 'an entry fits its bundle');
    return { row: { entry_index: index, time, kind, subject, bytes }, sealed: sealed.map((one) => ({ entry_index: index, ...one })) };
  }

  /**
   * Destroys a sealed field and its salt, so that the commitment in the entry means nothing any more. The caller
   * appends an event that says so, and calls `store.scrub()` afterwards.
   * @returns whether the field was there
   */
  async erase(tx: Transaction, index: number, name: string): Promise<boolean> {
    const { numDeletedRows } = await this.#tables
      .in(tx)
      .deleteFrom('sealed_field')
      .where('entry_index', '=', index)
      .where('name', '=', name)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** A sealed field, or null where it was erased or never was. */
  async sealedField(db: Snapshot, index: number, name: string): Promise<SealedField | null> {
    const row = await this.#tables
      .in(db)
      .selectFrom('sealed_field')
      .select(['salt', 'value'])
      .where('entry_index', '=', index)
      .where('name', '=', name)
      .executeTakeFirst();
    return row ?? null;
  }

  /** Entries from `from` up to, not including, `to`, in order. */
  async entries(db: Snapshot, from: number, to: number): Promise<LedgerEntry[]> {
    const rows = await this.#tables
      .in(db)
      .selectFrom('ledger_entry')
      .selectAll()
      .where('entry_index', '>=', from)
      .where('entry_index', '<', to)
      .orderBy('entry_index')
      .execute();
    return rows.map(({ entry_index: index, ...rest }) => ({ index, ...rest }));
  }

  /** All entries of one kind about a subject, in order; without a kind all of them. */
  async entriesAbout(db: Snapshot, subject: Uint8Array, kind: string | null = null): Promise<LedgerEntry[]> {
    const asked = this.#tables
      .in(db)
      .selectFrom('ledger_entry')
      .selectAll()
      .where('subject', '=', subject);
    const rows = await (kind === null ? asked : asked.where('kind', '=', kind)).orderBy('entry_index').execute();
    return rows.map(({ entry_index: index, ...rest }) => ({ index, ...rest }));
  }

  /** How many entries the tree has. */
  async size(db: Snapshot): Promise<number> {
    return sequencedSize(this.#tables.in(db));
  }

  /** Size and root, now or as they were when the tree had `size` entries. */
  async head(db: Snapshot, size?: number): Promise<TreeHead> {
    const now = await this.size(db);
    const wanted = size ?? now;
    assert(wanted <= now, 'a tree head is not of the future');
    if (wanted === 0) return { size: 0, root: emptyRoot(this.#deps.hash) };
    return { size: wanted, root: await this.#spanRoot(db, { start: 0, end: wanted }) };
  }

  /** The proof that entry `index` is in the tree of `size` entries (RFC 9162 §2.1.3). */
  async inclusion(db: Snapshot, index: number, size: number): Promise<Uint8Array[]> {
    assert(size <= (await this.size(db)), 'a proof is not of the future');
    return this.#spanRoots(db, inclusionSpans(index, size));
  }

  /** The proof that the tree of `newSize` entries begins with that of `oldSize` (RFC 9162 §2.1.4). */
  async consistency(db: Snapshot, oldSize: number, newSize: number): Promise<Uint8Array[]> {
    assert(newSize <= (await this.size(db)), 'a proof is not of the future');
    return this.#spanRoots(db, consistencySpans(oldSize, newSize));
  }

  async #sequence(tx: Transaction): Promise<void> {
    if (!this.#appended) return;
    this.#appended = false;
    await sequence(this.#tables.in(tx), this.#deps.hash, this.#nodes);
  }

  #seal(values: Readonly<Record<string, Uint8Array>>): (SealedField & { name: string })[] {
    const names = Object.keys(values).toSorted();
    return names.map((name) => ({ name, salt: this.#deps.random.bytes(SALT_BYTES), value: values[name]! }));
  }

  async #spanRoots(db: Snapshot, spans: readonly Span[]): Promise<Uint8Array[]> {
    const roots: Uint8Array[] = [];
    for (const span of spans) roots.push(await this.#spanRoot(db, span));
    return roots;
  }

  async #spanRoot(db: Snapshot, span: Span): Promise<Uint8Array> {
    const hashes: Uint8Array[] = [];
    for (const { level, index } of completeSubtrees(span)) {
      hashes.push(await this.#nodes.at(this.#tables.in(db), level, index));
    }
    return hashes.reduceRight((right, left) => nodeHash(this.#deps.hash, left, right));
  }
}

function checkEvent({ kind, subject, sealed }: LedgerEvent): void {
  assert(CODE.test(kind), 'the kind of an event is short and plain');
  assert((subject?.length ?? 0) <= SUBJECT_BYTES_MAX, 'the subject of an event is short');
  assert(Object.keys(sealed ?? {}).every((name) => CODE.test(name)), 'a sealed field has a plain name');
}

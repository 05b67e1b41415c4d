/**
 * Checkpoints of this ledger, and this station as a witness of its neighbours': it remembers the last checkpoint of
 * each and puts its name only under one that continues it. Source: C2SP tlog-checkpoint, tlog-cosignature,
 * tlog-witness. Both algorithms sign, and both must verify.
 */
import type { Kysely } from 'kysely';
import { equal } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { Signatures, SigningKey } from '#core/crypto.ts';
import { type Sha256, verifyConsistency } from '#core/merkle.ts';
import { assert, Refusal } from '#core/refusals.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type NoteSigner,
  signCheckpoint,
  verifierKeyOf,
  verifyCheckpointNote,
} from '#wire/checkpoint.ts';
import { decodeNote, encodeNote, KEY_TYPE, type Note, type NoteSignature, type VerifierKey } from '#wire/note.ts';
import type { Ledger, TreeHead } from './ledger.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { question } from './question.ts';
import type { Transaction, Store, Tables } from './store.ts';

/** Keys for nothing else. C2SP wants another Ed25519 key for cosignatures than for the log's own signature. */
interface CheckpointKeys {
  readonly log: { readonly ed25519: SigningKey; readonly mlDsa44: SigningKey };
  readonly witness: { readonly ed25519: SigningKey; readonly mlDsa44: SigningKey };
}

interface CheckpointDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Pick<Clock, 'now'>;
  readonly hash: Sha256;
  readonly signatures: Signatures;
  /** This ledger's name: no spaces or plus, at most 255 bytes; the name of its log keys. */
  readonly origin: string;
  /** The name of its witness keys. */
  readonly witnessName: string;
  readonly keys: CheckpointKeys;
}

export class Checkpoints {
  readonly #deps: CheckpointDeps;
  readonly #tables: Tables<LedgerTables>;
  readonly #logSigners: readonly NoteSigner[];
  readonly #witnessSigners: readonly NoteSigner[];

  constructor(deps: CheckpointDeps) {
    const { keys, origin, witnessName } = deps;
    this.#deps = deps;
    this.#tables = deps.store.of<LedgerTables>();
    this.#logSigners = [
      { name: origin, type: KEY_TYPE.ed25519, key: keys.log.ed25519 },
      { name: origin, type: KEY_TYPE.mlDsa44Cosignature, key: keys.log.mlDsa44 },
    ];
    this.#witnessSigners = [
      { name: witnessName, type: KEY_TYPE.ed25519Cosignature, key: keys.witness.ed25519 },
      { name: witnessName, type: KEY_TYPE.mlDsa44Cosignature, key: keys.witness.mlDsa44 },
    ];
  }

  /** What others verify this ledger's checkpoints with. */
  get logKeys(): VerifierKey[] {
    return this.#logSigners.map((signer) => verifierKeyOf(this.#deps.hash, signer));
  }

  /** What others verify this station's cosignatures with. */
  get witnessKeys(): VerifierKey[] {
    return this.#witnessSigners.map((signer) => verifierKeyOf(this.#deps.hash, signer));
  }

  /**
   * Signs the tree as it is, or as it was at `size`, and keeps the note. Returns when it is durable.
   * @returns a signed note
   */
  async checkpoint(size?: number): Promise<Uint8Array> {
    const [head, now] = await this.#deps.store.read(async (db) => [
      await this.#deps.ledger.head(db, size),
      await this.#deps.ledger.size(db),
    ] as const);
    const { origin, clock } = this.#deps;
    const checkpoint: Checkpoint = { origin, ...head, extensions: [] };
    // A time says "the largest tree I have seen", which of a smaller one would be a lie: C2SP has zero for that.
    const timeSeconds = head.size === now ? Math.floor(clock.now() / 1000) : 0;
    const signatures = await this.#sign(this.#logSigners, checkpoint, timeSeconds);
    const note = encodeNote({ text: encodeCheckpoint(checkpoint), signatures });
    await this.#deps.store.commit((tx) => this.#keep(tx, checkpoint, note));
    return note;
  }

  /** The newest checkpoint kept of an origin (this ledger's unless named), with the cosignatures kept for it; or null. */
  async latest(origin: string = this.#deps.origin): Promise<Uint8Array | null> {
    return this.#tables.read(async (db) => {
      const row = await newestOf(db, origin);
      if (row === null) return null;
      const { text, signatures } = decodeNote(row.note);
      const cosignatures = await db
        .selectFrom('cosignature')
        .select(['name', 'key_id as keyId', 'signature'])
        .where('origin', '=', origin)
        .where('size', '=', row.size)
        .orderBy('name')
        .orderBy('key_id')
        .execute();
      return encodeNote({ text, signatures: [...signatures, ...cosignatures] });
    });
  }

  /** The tree that this station last saw of a neighbour's ledger: what the next proof must start from; null if none. */
  async lastSeen(origin: string): Promise<TreeHead | null> {
    return this.#tables.read((db) => newestOf(db, origin));
  }

  /**
   * Witnesses a neighbour's checkpoint: remembers it durably, then cosigns it.
   * @param logKeys the neighbour's, all of which must have signed
   * @param proof consistency from `lastSeen(origin)` to this checkpoint; empty the first time
   * @returns the cosignatures, as lines to add
   * @throws Refusal `signature-wrong`; `peer-behind` for a smaller tree than one seen; `ledger-inconsistent` for
   *   another tree: then both notes together prove that the neighbour keeps two ledgers
   * @throws DecodeError
   */
  async cosign(note: Uint8Array, logKeys: readonly VerifierKey[], proof: readonly Uint8Array[]): Promise<NoteSignature[]> {
    const decoded = decodeNote(note);
    const checkpoint = decodeCheckpoint(decoded.text);
    assert(checkpoint.origin !== this.#deps.origin, 'a ledger is not its own witness');
    assert(logKeys.length > 0 && logKeys.every(({ name }) => name === checkpoint.origin), 'the keys are that ledger\'s');
    const verified = await verifyCheckpointNote(this.#deps.signatures, decoded, logKeys);
    if (verified?.length !== logKeys.length) throw new Refusal('signature-wrong', { origin: checkpoint.origin });
    await this.#deps.store.commit(async (tx) => {
      await this.#refuseOtherHistory(tx, checkpoint, proof);
      await this.#keep(tx, checkpoint, note);
    });
    return this.#sign(this.#witnessSigners, checkpoint, Math.floor(this.#deps.clock.now() / 1000));
  }

  /**
   * Keeps a witness's cosignatures of a checkpoint of this ledger.
   * @param keys the witness's; lines of other keys are passed over
   * @returns how many of the keys have cosigned
   * @throws Refusal `signature-wrong` where one of these keys signed something else; `step-out-of-order` where this
   *   ledger has no such checkpoint
   */
  async addCosignatures(size: number, lines: readonly NoteSignature[], keys: readonly VerifierKey[]): Promise<number> {
    const { origin, store, signatures } = this.#deps;
    const kept = await this.#tables.read((db) =>
      checkpointAt.first(db, { origin, size }),
    );
    if (kept === undefined) throw new Refusal('step-out-of-order', { size });
    const note: Note = { text: decodeNote(kept.note).text, signatures: lines };
    const verified = await verifyCheckpointNote(signatures, note, keys);
    if (verified === null) throw new Refusal('signature-wrong', { size });
    const right = lines.filter((line) => verified.some(({ key }) => isOf(key, line)));
    await store.commit((tx) => this.#keepCosignatures(tx, size, right));
    return verified.length;
  }

  async #sign(signers: readonly NoteSigner[], checkpoint: Checkpoint, timeSeconds: number): Promise<NoteSignature[]> {
    const lines: NoteSignature[] = [];
    for (const signer of signers) lines.push(await signCheckpoint(this.#deps.hash, signer, checkpoint, timeSeconds));
    return lines;
  }

  async #refuseOtherHistory(tx: Transaction, checkpoint: Checkpoint, proof: readonly Uint8Array[]): Promise<void> {
    const { origin, size, root } = checkpoint;
    const last = await newestOf(this.#tables.in(tx), origin);
    if (last === null) return;
    if (size < last.size) throw new Refusal('peer-behind', { size, seen: last.size });
    const isSame = verifyConsistency(this.#deps.hash, last.size, size, last.root, root, proof);
    if (!isSame) throw new Refusal('ledger-inconsistent', { origin, size, seen: last.size });
  }

  /** A later note for the same tree replaces the earlier: its time is newer. */
  async #keep(tx: Transaction, { origin, size, root }: Checkpoint, note: Uint8Array): Promise<void> {
    const time = this.#deps.clock.now();
    const db = this.#tables.in(tx);
    const row = await checkpointAt.first(db, { origin, size });
    assert(row === undefined || equal(row.root, root), 'a tree of one size has one root');
    await newCheckpoint.run(db, { origin, size, root, time, note });
  }

  async #keepCosignatures(tx: Transaction, size: number, lines: readonly NoteSignature[]): Promise<void> {
    const { origin } = this.#deps;
    for (const { name, keyId, signature } of lines) {
      await newCosignature.run(this.#tables.in(tx), { origin, size, name, key_id: keyId, signature });
    }
  }
}

function isOf(key: VerifierKey, line: NoteSignature): boolean {
  return line.name === key.name && equal(line.keyId, key.keyId);
}

async function newestOf(
  db: ReturnType<Tables<LedgerTables>['in']>,
  origin: string,
): Promise<{ size: number; root: Uint8Array; note: Uint8Array } | null> {
  return (await newestCheckpoint.first(db, { origin })) ?? null;
}

const newestCheckpoint = question((db: Kysely<LedgerTables>, { origin }: { origin: string }) =>
  db.selectFrom('checkpoint').select(['size', 'root', 'note']).where('origin', '=', origin).orderBy('size', 'desc').limit(1));
const checkpointAt = question((db: Kysely<LedgerTables>, { origin, size }: { origin: string; size: number }) =>
  db.selectFrom('checkpoint').select(['root', 'note']).where('origin', '=', origin).where('size', '=', size));
const newCheckpoint = question((db: Kysely<LedgerTables>, { origin, size, root, time, note }: LedgerTables['checkpoint']) =>
  db.insertInto('checkpoint').values({ origin, size, root, time, note }).onConflict((on) => on.columns(['origin', 'size']).doUpdateSet({ time, note })));
const newCosignature = question((db: Kysely<LedgerTables>, { origin, size, name, key_id, signature }: LedgerTables['cosignature']) =>
  db.insertInto('cosignature').values({ origin, size, name, key_id, signature })
    .onConflict((on) => on.columns(['origin', 'size', 'name', 'key_id']).doUpdateSet({ signature })));

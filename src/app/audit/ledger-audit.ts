/** The ledger, derived again: entries, tree, commitments, checkpoints and the witnesses' cosignatures. */
import { base64, equal, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { CompactTree, leafHash, nodeHash } from '#core/merkle.ts';
import type { DirectoryState } from '#model/directory.ts';
import { commitmentTo } from '#station/kernel/ledger.ts';
import { decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import { type Event, event as eventCodec, eventFields, type EventFields } from '#wire/event.ts';
import { decodeNote, KEY_TYPE, type NoteSignature, type VerifierKey, verifierKey } from '#wire/note.ts';
import type { DatabaseCopy } from './open-copy.ts';
import type { Claim, Findings } from './findings.ts';

/** An event as the rest of the audit uses it. */
export interface AuditedEvent extends Omit<Event, 'fields'> {
  readonly fields: EventFields;
}

export interface AuditedLedger {
  readonly events: readonly AuditedEvent[];
  /** The station whose ledger this is, by its own checkpoints; null where there are none. */
  readonly station: string | null;
}

interface EntryRow {
  readonly entry_index: number;
  readonly time: number;
  readonly kind: string;
  readonly subject: Uint8Array | null;
  readonly bytes: Uint8Array;
}

/** The tree as the entries make it. */
interface Derived {
  readonly leaves: Uint8Array[];
  /** The root at every size from 1 on. */
  readonly roots: Uint8Array[];
}

export async function auditLedger(
  provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, directory: DirectoryState | null,
): Promise<AuditedLedger> {
  const derived: Derived = { leaves: [], roots: [] };
  const events = await auditEntries(provider, copy, findings, derived);
  auditNodes(provider, copy, findings, derived);
  auditCommitments(provider, copy, findings, events);
  const station = await auditCheckpoints(provider, copy, findings, directory, events, derived);
  return { events, station };
}

async function auditEntries(provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, derived: Derived): Promise<AuditedEvent[]> {
  const claim = findings.claim('ledger-entries');
  const tree = new CompactTree(provider.hash);
  const events: AuditedEvent[] = [];
  for (const row of copy.each('select * from ledger_entry order by entry_index') as Iterable<unknown> as Iterable<EntryRow>) {
    const place = `ledger_entry:${row.entry_index}`;
    claim.check(row.entry_index === derived.leaves.length, place, `an index is missing before it`);
    const leaf = leafHash(provider.hash, row.bytes);
    tree.push(leaf);
    derived.leaves.push(leaf);
    derived.roots.push(tree.root());
    const decoded = await claim.attempt(place, () => {
      const event = eventCodec.decode(row.bytes);
      return { ...event, fields: eventFields.decode(event.fields) };
    });
    if (decoded === null) continue;
    claim.check(saysTheSame(decoded, row), place, 'the columns beside it say something else');
    events.push(decoded);
  }
  return events;
}

function saysTheSame({ index, time, kind, subject }: AuditedEvent, row: EntryRow): boolean {
  const sameSubject = subject === undefined ? row.subject === null : row.subject !== null && equal(subject, row.subject);
  return index === row.entry_index && time === row.time && kind === row.kind && sameSubject;
}

/** Every complete subtree has its node, and the node is the one that the entries make. */
function auditNodes(provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, { leaves }: Derived): void {
  const claim = findings.claim('ledger-tree');
  const stored = new Map<string, Uint8Array>();
  for (const row of copy.each('select level, position, hash from ledger_node')) {
    stored.set(`${String(row['level'])}/${String(row['position'])}`, row['hash'] as Uint8Array);
  }
  let nodes = leaves;
  for (let level = 0; nodes.length > 0; level++) {
    nodes.forEach((node, position) => {
      const key = `${level}/${position}`;
      const kept = stored.get(key);
      claim.check(kept !== undefined && equal(kept, node), `ledger_node:${key}`, kept === undefined ? 'missing' : 'is not the node of these entries');
      stored.delete(key);
    });
    const pairs = Math.floor(nodes.length / 2);
    const below = nodes;
    nodes = Array.from({ length: pairs }, (_, i) => nodeHash(provider.hash, below[2 * i]!, below[2 * i + 1]!));
  }
  for (const key of stored.keys()) claim.check(false, `ledger_node:${key}`, 'is beyond the entries');
}

/** A field that is gone was destroyed, which its entry allows; one that is there must be the one committed to. */
function auditCommitments(provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, events: readonly AuditedEvent[]): void {
  const claim = findings.claim('ledger-commitments');
  const byIndex = new Map(events.map((event) => [event.index, event]));
  for (const row of copy.each('select entry_index, name, salt, value from sealed_field')) {
    const [index, name] = [Number(row['entry_index']), String(row['name'])];
    const committed = byIndex.get(index)?.commitments.find((one) => one.name === name);
    const [salt, value] = [row['salt'] as Uint8Array, row['value'] as Uint8Array];
    const holds = committed !== undefined && salt.length === 32 && equal(committed.commitment, commitmentTo(provider.hash, { salt, value }));
    claim.check(holds, `sealed_field:${index}/${name}`, 'is not what the entry committed to');
  }
}

interface CheckpointRow {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: Uint8Array;
}

async function auditCheckpoints(
  provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, directory: DirectoryState | null,
  events: readonly AuditedEvent[], derived: Derived,
): Promise<string | null> {
  const claim = findings.claim('ledger-checkpoints');
  const own = new Set(events.map(({ incarnation }) => hex(incarnation)));
  let station: string | null = null;
  for (const row of copy.all('select origin, size, root, note from checkpoint') as unknown as CheckpointRow[]) {
    const named = /^tram\/[0-9a-f]{32}\/ledger\/([a-z0-9-]+)\/([0-9a-f]{32})$/.exec(row.origin);
    const place = `checkpoint:${row.origin}/${row.size}`;
    if (!claim.check(named !== null, place, 'is of no ledger')) continue;
    const [, code = '', incarnation = ''] = named!;
    const isOwn = own.has(incarnation);
    if (isOwn) station = code;
    await auditNote(provider, claim, place, row, directory, code);
    if (!isOwn) continue;
    const root = row.size === 0 ? undefined : derived.roots[row.size - 1];
    claim.check(row.size === 0 || (root !== undefined && equal(root, row.root)), place, 'is of other entries than these');
    await auditCosignatures(provider, copy, findings, row, directory);
  }
  return station;
}

async function auditNote(
  provider: CryptoProvider, claim: Claim, place: string, row: CheckpointRow, directory: DirectoryState | null, code: string,
): Promise<void> {
  const stated = await claim.attempt(place, () => {
    const note = decodeNote(row.note);
    return { note, checkpoint: decodeCheckpoint(note.text) };
  });
  if (stated === null) return;
  const { origin, size, root } = stated.checkpoint;
  claim.check(origin === row.origin && size === row.size && equal(root, row.root), place, 'the columns beside it say something else');
  const keys = keysOf(provider, directory, code, row.origin, [KEY_TYPE.ed25519, KEY_TYPE.mlDsa44Cosignature]);
  const verified = keys === null ? null : await verifyCheckpointNote(provider.signatures, stated.note, keys);
  claim.check(verified?.length === 2, place, 'is not signed by both log keys of its station');
}

async function auditCosignatures(
  provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, row: CheckpointRow, directory: DirectoryState | null,
): Promise<void> {
  const claim = findings.claim('witness-cosignatures');
  const lines = copy.all(
    'select name, key_id, signature from cosignature where origin = ? and size = ?', row.origin, row.size,
  ) as { name: string; key_id: Uint8Array; signature: Uint8Array }[];
  for (const { name, key_id: keyId, signature } of lines) {
    const place = `cosignature:${row.size}/${name}/${base64(keyId)}`;
    const code = /^tram\/[0-9a-f]{32}\/witness\/([a-z0-9-]+)$/.exec(name)?.[1] ?? '';
    const keys = keysOf(provider, directory, code, name, [KEY_TYPE.ed25519Cosignature, KEY_TYPE.mlDsa44Cosignature]);
    const line: NoteSignature = { name, keyId, signature };
    const key = keys?.find((one) => equal(one.keyId, keyId));
    const note = await claim.attempt(place, () => decodeNote(row.note));
    const verified = key === undefined || note === null ? null
      : await verifyCheckpointNote(provider.signatures, { text: note.text, signatures: [line] }, [key]);
    claim.check(verified?.length === 1, place, 'is not the witness\'s');
  }
}

function keysOf(
  provider: CryptoProvider, directory: DirectoryState | null, station: string, name: string,
  [ed25519Type, mldsaType]: readonly [VerifierKey['type'], VerifierKey['type']],
): VerifierKey[] | null {
  const logKeys = directory?.station(station)?.logKeys;
  if (logKeys === undefined) return null;
  return [verifierKey(provider.hash, name, ed25519Type, logKeys.ed25519), verifierKey(provider.hash, name, mldsaType, logKeys.mldsa44)];
}

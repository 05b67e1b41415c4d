/** Every dispatch held, every part and every receipt, derived again from their own bytes and the directory. */
import { concat, equal, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { root as treeRoot } from '#core/merkle.ts';
import { chunkLeaf, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import type { DirectoryState } from '#model/directory.ts';
import { checkEnvelopeHead } from '#model/envelope-head.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { envelope as envelopeCodec, type HeaderPart, sealing as sealingCodec } from '#wire/envelope.ts';
import type { VerifiedRoots } from '#wire/sign.ts';
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AuditedEvent } from './ledger-audit.ts';
import type { DatabaseCopy, Row } from './open-copy.ts';
import type { Claim, Findings } from './findings.ts';

const DIGEST_BYTES = 32;

export interface Auditing {
  readonly provider: CryptoProvider;
  readonly folder: string;
  readonly copy: DatabaseCopy;
  readonly findings: Findings;
  readonly directory: DirectoryState;
  readonly events: readonly AuditedEvent[];
  readonly verified: VerifiedRoots;
}

/** @returns the parts that held dispatches name, by root */
export async function auditDispatches(auditing: Auditing): Promise<Map<string, HeaderPart>> {
  const { copy, findings } = auditing;
  const claim = findings.claim('dispatches');
  const parts = new Map<string, HeaderPart>();
  for (const row of copy.all('select id, sealing, header, seal, body from dispatch')) {
    const id = hex(row['id'] as Uint8Array);
    const place = `dispatch:${id}/${String(row['sealing'])}`;
    const head = await claim.attempt(place, () => headOf(auditing, row));
    if (head === null) continue;
    claim.check(hex(head.id) === id, place, 'its id is not the digest of its header');
    claim.check(head.sealing.number === row['sealing'], place, 'is another sealing');
    for (const part of head.header.parts) parts.set(hex(part.root), part);
  }
  return parts;
}

/** Header, sealing signature, body digest, stanza paths: what every hop checks, again. */
async function headOf({ provider, copy, directory, verified }: Auditing, row: Row) {
  const rows = copy.all(
    'select position, stanza, path from dispatch_stanza where id = ? and sealing = ? order by position',
    row['id'] as Uint8Array, row['sealing'] as number,
  ) as { position: number; stanza: Uint8Array; path: Uint8Array }[];
  const stanzas = rows.map((one) => ({ index: one.position, stanza: one.stanza, path: digestsOf(one.path) }));
  const bytes = envelopeCodec.encode({
    version: 1, header: row['header'] as Uint8Array, sealing: sealingCodec.decode(row['seal'] as Uint8Array), stanzas, body: row['body'] as Uint8Array,
  });
  return checkEnvelopeHead(provider, directory, bytes, { verified });
}

/** Every part's bytes, chunk by chunk, up to its root. @returns the names of all blobs that rows speak of */
export async function auditParts(auditing: Auditing, named: ReadonlyMap<string, HeaderPart>): Promise<Set<string>> {
  const { copy, findings } = auditing;
  const claim = findings.claim('parts');
  const blobs = new Set<string>();
  const rows = copy.all('select root, chunks, size, held, complete, leaves from part');
  for (const row of rows) {
    const root = String(row['root']);
    blobs.add(root);
    const part = named.get(root);
    const agrees = part === undefined || (part.chunks === row['chunks'] && part.size === row['size']);
    claim.check(agrees, `part:${root}`, 'is not as the header says');
    if (row['complete'] !== 1) continue;
    await auditBlob(auditing, claim, root, Number(row['size']), row['leaves'] as Uint8Array | null);
  }
  const known = new Set(rows.filter((row) => row['complete'] === 1).map((row) => String(row['root'])));
  for (const [root, { size }] of named) {
    if (known.has(root)) continue;
    // A link may bring a part before any row speaks of it; the header is enough to check it by.
    blobs.add(root);
    if (existsSync(blobFile(auditing.folder, root))) await auditBlob(auditing, claim, root, size, null);
    else claim.check(false, `part:${root}`, 'missing');
  }
  return blobs;
}

async function auditBlob({ provider, folder }: Auditing, claim: Claim, root: string, size: number, leaves: Uint8Array | null): Promise<void> {
  const file = blobFile(folder, root);
  const place = path.relative(folder, file);
  if (!claim.check(existsSync(file), place, 'missing')) return;
  if (!claim.check(statSync(file).size === size, place, `has not ${size} bytes`)) return;
  const derived: Uint8Array[] = [];
  for await (const chunk of chunksOf(file)) {
    const leaf = await chunkLeaf(provider.hash, derived.length, chunk);
    const kept = leaves?.subarray(derived.length * DIGEST_BYTES, (derived.length + 1) * DIGEST_BYTES);
    claim.check(kept === undefined || equal(kept, leaf), `${place}:chunk ${derived.length}`, 'is not the chunk that was signed');
    derived.push(leaf);
  }
  const rootHolds = derived.length > 0 && hex(treeRoot(provider.hash, derived)) === root;
  claim.check(rootHolds, place, 'its chunks do not make its root');
  if (leaves === null || !rootHolds) return;
  claim.check(equal(leaves, concat(...derived)), `part:${root}`, 'its leaf list is not that of its chunks');
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  // Read in multiples of a chunk, so that only the last piece is shorter.
  for await (const piece of createReadStream(file, { highWaterMark: SEALED_CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; at += SEALED_CHUNK_BYTES) yield piece.subarray(at, at + SEALED_CHUNK_BYTES);
  }
}

export function blobFile(folder: string, root: string): string {
  return path.join(folder, 'blobs', root.slice(0, 2), root);
}

/** Every receipt by its own signature, and every event of a receipt by the receipt. */
export async function auditReceipts({ provider, copy, findings, directory, events, verified }: Auditing): Promise<void> {
  const claim = findings.claim('receipts');
  const digests = new Set<string>();
  for (const row of copy.all('select dispatch, kind, sealing, office, station, time, bytes from receipt')) {
    const place = `receipt:${hex(row['dispatch'] as Uint8Array)}/${String(row['kind'])}/${String(row['office'])}/${String(row['station'])}`;
    const said = await claim.attempt(place, () => verifyReceipt({ provider, view: directory, verified }, row['bytes'] as Uint8Array));
    if (said === null) continue;
    digests.add(hex(said.digest));
    const same = equal(said.dispatch, row['dispatch'] as Uint8Array) && said.kind === row['kind'] && said.sealing === row['sealing'] &&
      said.office.office === row['office'] && said.station === row['station'] && said.time === row['time'];
    claim.check(same, place, 'the columns beside it say something else');
  }
  for (const { kind, index, fields } of events) {
    if (kind !== 'receipt' || fields.receiptDigest === undefined) continue;
    claim.check(digests.has(hex(fields.receiptDigest)), `ledger_entry:${index}`, 'its receipt is not here');
  }
}

function digestsOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / DIGEST_BYTES }, (_, i) => bytes.slice(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES));
}

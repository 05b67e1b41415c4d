/**
 * Claims about couriers' sticks: what was written and read is in the ledger, what was offered has a number, what lies here
 * to be fetched is what was signed, and what is owed is an answer. Source: docs/protocol/bundles.md.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { equal, hex } from '#core/bytes.ts';
import { readVolumeStart } from '#wire/bundle.ts';
import { frame } from '#wire/frames.ts';
import type { Placed } from './database.ts';
import type { Fact } from './facts.ts';
import type { AuditRun } from './run.ts';
import type { Item } from './tally.ts';

type BundleRow = Placed<'link_bundle'>;

export function auditCouriers(run: AuditRun): void {
  const bundles = new Map<string, BundleRow>();
  for (const row of run.db.rows('link_bundle')) bundles.set(hex(row.bundle), row);
  const counts = auditOffered(run, bundles);
  for (const [bundle, row] of bundles) auditWritten(run, row, counts.get(bundle) ?? 0);
  auditNeighbours(run);
  auditVolumes(run, bundles);
  auditRead(run);
  auditOwed(run);
}

function writtenFact({ facts }: AuditRun, { peer, incarnation, number }: BundleRow): Fact | undefined {
  return facts.of('bundle-written').find((fact) => fact.fields.peer === peer && fact.fields.bundle === number && fact.incarnation === hex(incarnation));
}

function auditWritten(run: AuditRun, row: BundleRow, offered: number): void {
  const item = run.tally.claim('couriers').item(row.place);
  const fact = writtenFact(run, row);
  if (!item.demand(fact !== undefined, 'no event wrote it')) return;
  const { count, bytes, channel, last } = fact!.fields;
  item.demand(count === row.items && bytes === row.bytes, 'is of another size than its event says');
  item.demand((channel ?? null) === row.first && (last ?? null) === row.last, 'has other numbers than its event says');
  item.demand(offered === row.items, `${offered} numbers stand for its ${row.items} items`);
  item.demand(row.bundle.length === 16, 'has no id');
}

/** @returns how many numbers each offered */
function auditOffered({ db, facts, tally }: AuditRun, bundles: ReadonlyMap<string, BundleRow>): ReadonlyMap<string, number> {
  const claim = tally.claim('couriers');
  const sent = new Set(facts.of('sent').map(({ fields, incarnation }) => `${fields.peer} ${incarnation} ${fields.channel}`));
  const counts = new Map<string, number>();
  for (const { bundle, channel, place } of db.rows('link_bundle_item')) {
    const of = bundles.get(hex(bundle));
    const item = claim.item(place);
    counts.set(hex(bundle), (counts.get(hex(bundle)) ?? 0) + 1);
    if (!item.demand(of !== undefined, 'is of a bundle that nobody wrote')) continue;
    item.demand(sent.has(`${of!.peer} ${hex(of!.incarnation)} ${channel}`), 'is a number that was never given');
  }
  return counts;
}

function auditNeighbours({ db, facts, tally }: AuditRun): void {
  const claim = tally.claim('couriers');
  for (const row of db.rows('link_courier')) {
    const item = claim.item(row.place);
    const written = facts.of('bundle-written').filter(({ fields, incarnation }) => fields.peer === row.peer && incarnation === hex(row.incarnation));
    item.demand(row.last_bundle === Math.max(0, ...written.map(({ fields }) => fields.bundle ?? 0)), 'counts other bundles than were written');
    item.demand(/^(\d+(,\d+)*)?$/.test(row.waiting) && (row.waiting === '') >= (row.waiting_of === 0), 'waits for what is no bundle');
  }
}

function auditVolumes({ data, db, tally, provider }: AuditRun, bundles: ReadonlyMap<string, BundleRow>): void {
  const claim = tally.claim('couriers');
  for (const row of db.rows('link_bundle_volume')) {
    const item = claim.item(row.place);
    const of = bundles.get(hex(row.bundle));
    const start = item.attempt('is no beginning of a volume', () => readVolumeStart(row.start));
    if (start === null || !item.demand(of !== undefined, 'is of a bundle that nobody wrote')) continue;
    const { statement } = start;
    const isSame = equal(statement.bundle, row.bundle) && statement.number === of!.number && statement.volume === row.volume && statement.items === of!.items;
    item.demand(isSame, 'says that it is another volume');
    item.demand(statement.segments.reduce((sum, { length }) => sum + length, 0) === row.bytes, 'has another size than was signed');
    auditFile(path.join(data, 'staging', `bundle-${hex(row.bundle)}-${row.volume}`), statement.segments, (bytes) => provider.hash.sha256(bytes), item);
  }
}

function auditFile(file: string, segments: readonly { readonly length: number; readonly digest: Uint8Array }[], sha256: (bytes: Uint8Array) => Uint8Array, item: Item): void {
  // A copy of a folder, and a backup, has no staging files; the volume is written again where it is wanted.
  if (!existsSync(file)) return;
  item.demand(statSync(file).size === segments.reduce((sum, { length }) => sum + length, 0), 'its file has another size than was signed');
  const handle = openSync(file, 'r');
  try {
    let at = 0;
    for (const { length, digest } of segments) {
      const bytes = new Uint8Array(length);
      const read = readSync(handle, bytes, 0, length, at);
      item.demand(equal(sha256(bytes.subarray(0, read)), digest), 'its file is not what was signed');
      at += length;
    }
  } finally {
    closeSync(handle);
  }
}

function auditRead({ db, facts, tally }: AuditRun): void {
  const claim = tally.claim('couriers');
  const nameOf = ({ peer, incarnation, bundle }: { peer: string; incarnation: Uint8Array; bundle: Uint8Array }): string => `${peer} ${hex(incarnation)} ${hex(bundle)}`;
  const volumes = Map.groupBy(db.rows('link_volume_of'), nameOf);
  const said = new Set(facts.of('bundle-read').map(({ fields }) => `${fields.peer} ${hex(fields.peerIncarnation ?? new Uint8Array())} ${fields.bundle} ${fields.count}`));
  const known = new Set<string>();
  for (const row of db.rows('link_bundle_read')) {
    const item = claim.item(row.place);
    const came = volumes.get(nameOf(row)) ?? [];
    const read = came.filter(({ awaits }) => awaits === null);
    known.add(nameOf(row));
    item.demand(came.every(({ volume }) => volume >= 1 && volume <= row.volumes), 'has a volume that it has not');
    item.demand((row.whole === 1) === (read.length === row.volumes) && (row.whole === 1 || row.whole === 0), 'says wrongly whether it was read whole');
    item.demand(row.whole === 0 || said.has(`${row.peer} ${hex(row.incarnation)} ${row.number} ${row.volumes}`), 'no event read it');
  }
  for (const [bundle, rows] of volumes) {
    for (const { place } of rows) claim.check(place, known.has(bundle), 'is of a bundle that is not known');
  }
}

/** Answers are owed to the incarnation that is met; what is missing of one that ended is said to those that follow it. */
function auditOwed({ db, facts, tally }: AuditRun): void {
  const claim = tally.claim('couriers');
  const met = new Map([...db.rows('link_state')].map((row) => [row.peer, row.peer_incarnation]));
  const known = new Set(facts.of('incarnation').map(({ fields }) => `${fields.peer} ${hex(fields.peerIncarnation ?? new Uint8Array())}`));
  for (const row of db.rows('link_owed')) {
    const item = claim.item(row.place);
    const owed = item.attempt('is no answer', () => frame.decode(row.frame));
    if (owed === null) continue;
    const about = owed.kind === 'service' ? owed.first : 'channel' in owed ? owed.channel : 0;
    item.demand(owed.kind === row.kind && about === row.channel, 'answers something else than its row says');
    item.demand(owed.kind !== 'service' || (owed.incarnation !== undefined && equal(owed.incarnation, row.incarnation)), 'says what is missing of another incarnation');
    const present = met.get(row.peer);
    const isPresent = present !== undefined && present !== null && equal(present, row.incarnation);
    item.demand(isPresent || (owed.kind === 'service' && known.has(`${row.peer} ${hex(row.incarnation)}`)), 'is owed to nobody');
    item.demand(row.heard_by === null || known.has(`${row.peer} ${hex(row.heard_by)}`), 'was heard by nobody');
  }
}

/** The ledger against the tree of core: roots, proofs, commitments, erasure, crashes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import {
  consistencyProof,
  inclusionProofs,
  leafHash,
  root,
  verifyConsistency,
  verifyInclusion,
} from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { commitmentTo, type EventToEncode, Ledger } from './ledger.ts';
import type { Disk } from './disk.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { memoryDisk } from './memory-disk.ts';
import { kernelMigrations } from './migrations/index.ts';
import { openStore, type Store, type Tx } from './store.ts';
import { countingRandom, nodeCrypto, recomputedHead, stillClock } from './testing.test.ts';

const { hash } = nodeCrypto;

function encodeEvent({ index, kind, fields, commitments }: EventToEncode): Uint8Array {
  return concat(utf8(`${index} ${kind} `), fields, ...Object.values(commitments));
}

async function openLedger(disk: Disk = newDisk()): Promise<{ store: Store; ledger: Ledger }> {
  const store = await openStore(disk, { migrations: kernelMigrations });
  const ledger = new Ledger({
    store,
    clock: stillClock,
    random: countingRandom(),
    hash,
    encodeEvent,
    incarnation: () => new Uint8Array(16),
  });
  return { store, ledger };
}

function event(number: number) {
  return { kind: 'note.made', fields: utf8(`fields ${number}`) };
}

async function fill({ store, ledger }: { store: Store; ledger: Ledger }, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => store.commit((tx) => ledger.append(tx, event(n)))));
}

async function leavesOf({ store, ledger }: { store: Store; ledger: Ledger }): Promise<Uint8Array[]> {
  const entries = await store.read((db) => ledger.entries(db, 0, Number.MAX_SAFE_INTEGER));
  return entries.map(({ bytes }) => leafHash(hash, bytes));
}

test('roots and proofs of every size are those of RFC 9162', async () => {
  const it = await openLedger();
  await fill(it, 71);
  const leaves = await leavesOf(it);
  assert.equal(leaves.length, 71);
  await it.store.read(async (db) => {
    for (let size = 0; size <= 71; size++) {
      assert.deepEqual(await it.ledger.head(db, size), { size, root: root(hash, leaves.slice(0, size)) });
    }
    for (const [index, size] of [[0, 1], [0, 71], [70, 71], [33, 64], [64, 65], [5, 70]] as const) {
      const proof = await it.ledger.inclusion(db, index, size);
      assert.deepEqual(proof, inclusionProofs(hash, leaves.slice(0, size))[index]!);
      assert.ok(verifyInclusion(hash, index, size, leaves[index]!, proof, root(hash, leaves.slice(0, size))));
    }
    for (const [old, size] of [[0, 71], [1, 71], [64, 71], [65, 70], [71, 71], [32, 64]] as const) {
      const proof = await it.ledger.consistency(db, old, size);
      assert.deepEqual(proof, consistencyProof(hash, leaves.slice(0, size), old));
      const roots = [root(hash, leaves.slice(0, old)), root(hash, leaves.slice(0, size))] as const;
      assert.ok(verifyConsistency(hash, old, size, ...roots, proof));
    }
  });
});

test('an event whose work fails leaves no trace and no gap', async () => {
  const it = await openLedger();
  const settled = await Promise.allSettled([
    it.store.commit((tx) => it.ledger.append(tx, event(0))),
    it.store.commit(async (tx) => {
      await it.ledger.append(tx, event(1));
      throw new Refusal('draft-changed');
    }),
    it.store.commit((tx) => it.ledger.append(tx, event(2))),
  ]);
  const indexes = settled.map((one) => (one.status === 'fulfilled' ? one.value.index : null));
  assert.deepEqual(indexes, [0, null, 1]);
  assert.equal((await recomputedHead(it.store, it.ledger)).size, 2);
});

test('a crash at the commit takes the entries and their nodes together', async () => {
  const disk = newDisk();
  const it = await openLedger(disk);
  await fill(it, 5);
  disk.faults.beforeCommit = () => disk.crash();
  await assert.rejects(fill(it, 3));
  disk.faults = {};
  const again = await openLedger(disk);
  await fill(again, 3);
  assert.equal((await recomputedHead(again.store, again.ledger)).size, 8);
});

test('computing the head again finds a changed entry and a missing one', async () => {
  for (const spoil of [
    async (tx: Tx<LedgerTables>) =>
      void await tx.updateTable('ledger_entry').set({ bytes: utf8('another') }).where('entry_index', '=', 2).execute(),
    async (tx: Tx<LedgerTables>) =>
      void await tx.deleteFrom('ledger_entry').where('entry_index', '=', 2).execute(),
  ]) {
    const it = await openLedger();
    await fill(it, 5);
    await it.store.of<LedgerTables>().commit(spoil);
    await assert.rejects(recomputedHead(it.store, it.ledger), assert.AssertionError);
  }
});

test('sealed fields: the entry commits to them, and erasing leaves the entry alone', async () => {
  const { store, ledger } = await openLedger();
  const sealed = { reason: utf8('why'), name: utf8('who') };
  const { index } = await store.commit((tx) => ledger.append(tx, { ...event(0), sealed }));
  const before = await store.read((db) => ledger.head(db));
  const field = await store.read((db) => ledger.sealedField(db, index, 'reason'));
  assert.deepEqual(field?.value, utf8('why'));
  const [entry] = await store.read((db) => ledger.entries(db, index, index + 1));
  // The commitments follow the order of the names.
  assert.deepEqual(entry!.bytes.slice(-32), commitmentTo(hash, field!));
  const label = concat(utf8('tram/v1/commitment'), new Uint8Array(1), field!.salt, utf8('why'));
  assert.deepEqual(commitmentTo(hash, field!), hash.sha256(label));
  assert.equal(await store.commit((tx) => ledger.erase(tx, index, 'reason')), true);
  assert.equal(await store.commit((tx) => ledger.erase(tx, index, 'reason')), false);
  assert.equal(await store.read((db) => ledger.sealedField(db, index, 'reason')), null);
  assert.notEqual(await store.read((db) => ledger.sealedField(db, index, 'name')), null);
  assert.deepEqual(await recomputedHead(store, ledger), before);
});

test('entries about a subject, in order', async () => {
  const { store, ledger } = await openLedger();
  const subject = hash.sha256(utf8('a dispatch'));
  await store.commit(async (tx) => {
    await ledger.append(tx, { ...event(0), subject });
    await ledger.append(tx, event(1));
    await ledger.append(tx, { ...event(2), subject });
  });
  const found = await store.read((db) => ledger.entriesAbout(db, subject));
  assert.deepEqual(found.map(({ index }) => index), [0, 2]);
});

test('a round that finds no room leaves the tree of what was kept', async () => {
  const disk = memoryDisk();
  const it = await openLedger(disk);
  await fill(it, 7);
  await it.store.read((db) => it.ledger.head(db));
  const isRefused = (error: unknown): boolean => error instanceof Refusal && error.code === 'disk-full';
  for (let lost = 1, kept = 7; lost <= 40; lost++) {
    disk.shrink(Number(disk.inspect('pragma page_count')[0]!['page_count']));
    // Of every length up to a page, so that some round finds no room for its entry.
    const long = { kind: 'note.lost', fields: new Uint8Array(100 * lost).fill(lost) };
    await it.store.commit((tx) => it.ledger.append(tx, long)).then(() => (kept += 1), (error: unknown) => assert.ok(isRefused(error), String(error)));
    disk.shrink(2 ** 20);
    await it.store.commit((tx) => it.ledger.append(tx, event(lost)));
    assert.equal((await recomputedHead(it.store, it.ledger)).size, kept + lost);
  }
});

test('nodes of a round that was sequenced and then lost are not remembered: other entries at their places have other roots', async () => {
  const it = await openLedger();
  let isLost = false;
  let lostSequenced = 0;
  // Runs after the ledger's own: what the round appended has its nodes by now.
  it.store.beforeCommit(async (tx) => {
    if (!isLost) return;
    const size = await it.ledger.size(tx);
    assert.equal((await it.ledger.entries(tx, size - 1, size + 1)).length, 1, 'the tree has every entry of the round');
    lostSequenced += 1;
    throw new Refusal('disk-full');
  });
  await fill(it, 7);
  const isRefused = (error: unknown): boolean => error instanceof Refusal && error.code === 'disk-full';
  for (let round = 1; round <= 24; round++) {
    isLost = true;
    const lost = Array.from({ length: 2 + (round % 4) }, (_, n) => ({ kind: 'note.lost', fields: utf8(`lost ${round} ${n}`) }));
    await assert.rejects(it.store.commit((tx) => it.ledger.appendAll(tx, lost)), isRefused);
    isLost = false;
    await it.store.commit((tx) => it.ledger.append(tx, event(round)));
    assert.equal((await recomputedHead(it.store, it.ledger)).size, 7 + round);
  }
  assert.equal(lostSequenced, 24);
});

/** Source: docs/protocol/bundles.md §Owed; frames.md §Restored; docs/decisions/0136. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { mergeMigrations } from '#station/kernel/migrate.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import { frame } from '#wire/frames.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { linksMigrations } from './index.ts';
import { type Creditor, Owed } from './owed.ts';
import type { LinkTables } from './tables.ts';

const [first, second] = [1, 2].map((one) => ({ peer: 'hub', incarnation: new Uint8Array(16).fill(one) })) as [Creditor, Creditor];

async function opened(): Promise<{ store: Store; owed: Owed; miss: (of: Creditor, from: number, to: number) => Promise<void>; commits: () => number }> {
  let commits = 0;
  const store = await openStore(newDisk(), { migrations: mergeMigrations(kernelMigrations, linksMigrations), watch: (works, round) => ((commits += works), round()) });
  let now = 0;
  const owed = new Owed({ store, clock: { now: () => (now += 1) } });
  return {
    store, owed, commits: () => commits,
    miss: ({ peer, incarnation }, from, to) => store.commit(async (tx) => {
      for (let at = from; at <= to; at++) await owed.putMissing(tx, peer, { incarnation, first: at, last: at });
    }),
  };
}

async function said(owed: Owed, to: Creditor): Promise<[number, number][]> {
  const words: [number, number][] = [];
  for await (const { incarnation, first: at } of owed.missing(to)) words.push([incarnation![0]!, at]);
  return words;
}

const spanning = (of: number, from: number, to: number): [number, number][] => Array.from({ length: to - from + 1 }, (_, at) => [of, from + at]);

describe('word of missing numbers', () => {
  it('is said until it was heard, and again to the incarnation that follows', async () => {
    const { store, owed, miss } = await opened();
    await miss(first, 1, 2);
    await owed.heard(first, { incarnation: first.incarnation, first: 1, last: 1 });
    assert.deepEqual(await said(owed, first), [[1, 2]]);
    await store.commit((tx) => owed.begun(tx, second));
    assert.deepEqual(await said(owed, second), [[1, 1], [1, 2]]);
    await owed.heard(second, { incarnation: first.incarnation, first: 1, last: 1 });
    assert.deepEqual(await said(owed, second), [[1, 2]]);
  });

  it('is not heard by whoever hears other numbers, or late, on a connection of the incarnation before', async () => {
    const { store, owed, miss } = await opened();
    await miss(first, 1, 1);
    await owed.heard(first, { incarnation: first.incarnation, first: 1, last: 2 });
    assert.deepEqual(await said(owed, first), [[1, 1]]);
    await store.commit((tx) => owed.begun(tx, second));
    await owed.heard(first, { incarnation: first.incarnation, first: 1, last: 1 });
    assert.deepEqual(await said(owed, second), [[1, 1]]);
  });

  it('writes nothing where it was heard already, or nobody waits for it', async () => {
    const { owed, miss, commits } = await opened();
    await miss(first, 1, 1);
    await owed.heard(first, { incarnation: first.incarnation, first: 1, last: 1 });
    const before = commits();
    for (const at of [1, 2, 3]) await owed.heard(first, { incarnation: first.incarnation, first: at, last: at });
    assert.equal(commits(), before);
  });

  it('is kept 256 times of a neighbour beyond its hearing, the newest; what nobody heard is all kept', async () => {
    const { store, owed, miss } = await opened();
    await miss(first, 1, 300);
    assert.equal((await said(owed, first)).length, 300);
    for (let at = 1; at <= 10; at++) await owed.heard(first, { incarnation: first.incarnation, first: at, last: at });
    assert.deepEqual(await said(owed, first), spanning(1, 11, 300));
    await store.commit((tx) => owed.begun(tx, second));
    await miss(second, 1, 2);
    assert.deepEqual(await said(owed, second), [...spanning(1, 45, 300), ...spanning(2, 1, 2)]);
  });

  it('that waited before words named an incarnation, names it', async () => {
    const disk = newDisk();
    const { '0127-missing-kept': _, ...before } = linksMigrations;
    const old = await openStore(disk, { migrations: mergeMigrations(kernelMigrations, before) });
    const word = { kind: 'service', word: 'numbers-missing', first: 300, last: 70_000 } as const;
    await old.of<{ link_owed: Omit<LinkTables['link_owed'], 'since' | 'heard_by'> }>().commit((tx) =>
      tx.insertInto('link_owed').values({ ...first, kind: 'service', channel: 300, frame: frame.encode(word), first_bundle: null }).execute());
    await old.close();
    const store = await openStore(disk, { migrations: mergeMigrations(kernelMigrations, linksMigrations) });
    assert.deepEqual(await said(new Owed({ store, clock: { now: () => 1 } }), first), [[1, 300]]);
  });
});

/** The sealed index of a device: what comes back, what is thrown away, and what a device that stops in the middle leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { INDEX_BLOCK_LINES, INDEX_SEGMENT_LINES } from '#wire/local-index.ts';
import { madeRow, MemoryFiles } from '../../../test/client/register-rows.ts';
import { IndexStore } from './index-store.ts';
import { doomedOf } from './local-register.ts';
import { entryOf, newestFirst } from './register-entry.ts';
import type { RegisterRow } from './register-index.ts';
import { RegisterShelf } from './register-shelf.ts';

const SHELF = 'in vp';
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const NAME = '00112233445566778899aabbccddeeff';

const open = (files: MemoryFiles, key = KEY, name = NAME): Promise<IndexStore> => IndexStore.open({ aead: nodeCrypto.aead, random: nodeRandom, files, key: key.slice(), name });

/** A store with the register that it is kept of, as a device has both. */
class Shelf {
  readonly shelf = new RegisterShelf();

  async keep(store: IndexStore, rows: readonly RegisterRow[], name = SHELF): Promise<void> {
    for (const row of rows) this.shelf.put(row);
    const taken = this.shelf.fresh;
    const doomed = doomedOf(this.shelf, taken.length);
    const moved = await this.shelf.lines(this.shelf.table, this.shelf.aliveIn(doomed));
    const { parts, left } = await store.keep(name, doomed, [...taken, ...moved!.map(entryOf)].toSorted(newestFirst));
    assert.deepEqual(left, []);
    this.shelf.swap(doomed, parts, taken);
    await store.sweep();
  }
}

/** The lines that a store gives, each as it was kept last, by their numbers; null where they are not what was kept. */
async function loaded(files: MemoryFiles, name = SHELF, key = KEY, index = NAME): Promise<RegisterRow[] | null> {
  const parts = await (await open(files, key, index)).load(name);
  if (parts === null) return null;
  const shelf = new RegisterShelf();
  shelf.swap(new Set(), parts, []);
  const lines = await shelf.lines(shelf.table, [...shelf.table.order]);
  return lines?.toSorted((a, b) => a.number!.number - b.number!.number) ?? null;
}

const rows = (from: number, count: number, more: Partial<RegisterRow> = {}): RegisterRow[] => Array.from({ length: count }, (_, i) => madeRow(from + i, more));

test('what was kept comes back as it was, the last word of each line, in few segments', async () => {
  const [files, shelf] = [new MemoryFiles(), new Shelf()];
  const store = await open(files);
  for (let at = 0; at < 300; at += 10) await shelf.keep(store, rows(at + 1, 10));
  await shelf.keep(store, rows(5, 2, { state: 'acted' }));
  const back = await loaded(files);
  assert.deepEqual(back, [...rows(1, 4), ...rows(5, 2, { state: 'acted' }), ...rows(7, 294)]);
  assert.ok((await files.names()).length < 22, 'small segments are put together');
});

test('a long register is cut into segments, and lines of another shelf stay where they are', async () => {
  const [files, long, other] = [new MemoryFiles(), new Shelf(), new Shelf()];
  const store = await open(files);
  await other.keep(store, rows(1, 3, { direction: 'out' }), 'out vp');
  await long.keep(store, rows(1, INDEX_SEGMENT_LINES + 10));
  assert.equal((await loaded(files))?.length, INDEX_SEGMENT_LINES + 10);
  assert.deepEqual(await loaded(files, 'out vp'), rows(1, 3, { direction: 'out' }));
  const again = await open(files);
  assert.deepEqual(again.shelves.toSorted(), ['in vp', 'out vp']);
  await again.drop(['in vp']);
  assert.deepEqual(await loaded(files), []);
  assert.equal((await loaded(files, 'out vp'))?.length, 3);
});

test('nothing on the disk says what it is, or is twice the same', async () => {
  const [files, shelf] = [new MemoryFiles(), new Shelf()];
  await shelf.keep(await open(files), rows(1, 20));
  for (const bytes of files.kept.values()) {
    for (const text of ['Nguyễn', 'nguyen', 'Văn phòng', madeRow(3).dispatch.slice(0, 12)]) assert.ok(!Buffer.from(bytes).includes(Buffer.from(text)), text);
  }
  const [first, again] = [new MemoryFiles(), new MemoryFiles()];
  for (const one of [first, again]) await new Shelf().keep(await open(one), rows(1, 1));
  assert.notDeepEqual(first.kept.get('segment-1'), again.kept.get('segment-1'));
});

test('one changed byte, a missing segment, an older one, one in another\'s place: all of it is thrown away', async () => {
  const [before, after, shelf] = [new MemoryFiles(), new MemoryFiles(), new Shelf()];
  const store = await open(before);
  await shelf.keep(store, rows(1, 200));
  const older = before.kept.get('segment-1')!;
  await shelf.keep(store, rows(201, 60));
  await shelf.keep(store, rows(261, 10));
  const segments = [...before.kept.keys()].filter((name) => name.startsWith('segment-'));
  assert.ok(segments.length >= 2, segments.join(' '));
  const damage: Record<string, (files: MemoryFiles) => void> = {
    'a byte': ({ kept }) => { const bytes = kept.get(segments[0]!)!; kept.set(segments[0]!, bytes.with(40, bytes[40]! ^ 1)); },
    'cut': ({ kept }) => { kept.set(segments[0]!, kept.get(segments[0]!)!.slice(0, 100)); },
    'missing': ({ kept }) => { kept.delete(segments[0]!); },
    'exchanged': ({ kept }) => { const one = kept.get(segments[0]!)!; kept.set(segments[0]!, kept.get(segments[1]!)!); kept.set(segments[1]!, one); },
  };
  for (const [what, spoil] of Object.entries(damage)) {
    const files = copyOf(before);
    spoil(files);
    assert.equal(await loaded(files), null, what);
    assert.equal(files.kept.size, 0, what);
  }
  // Rolled back: the same numbers, sealed at another time under the same key.
  await new Shelf().keep(await open(after), rows(1, 200, { state: 'acted' }));
  assert.notDeepEqual(after.kept.get('segment-1'), older);
  after.kept.set('segment-1', older);
  assert.equal(await loaded(after), null);
});

test('lines that are not what was kept, or another block in their place, are no lines', async () => {
  const [files, shelf] = [new MemoryFiles(), new Shelf()];
  await shelf.keep(await open(files), rows(1, 2 * INDEX_BLOCK_LINES));
  const [name, bytes] = [...files.kept].find(([one]) => one.startsWith('lines-'))!;
  const { columns } = shelf.shelf.table.placed[0]!.part;
  const half = columns.blocks[0]!.end;
  assert.equal(bytes.length, columns.blocks[1]!.end);
  for (const spoiled of [bytes.with(9, bytes[9]! ^ 1), bytes.slice(0, half), Uint8Array.from([...bytes.slice(half), ...bytes.slice(0, half)])]) {
    const damaged = copyOf(files);
    damaged.kept.set(name, spoiled);
    assert.equal(await loaded(damaged), null);
  }
  assert.equal((await loaded(files))?.length, 2 * INDEX_BLOCK_LINES);
});

test('an older manifest names segments that are gone, or an older whole', async () => {
  const [files, shelf] = [new MemoryFiles(), new Shelf()];
  const store = await open(files);
  await shelf.keep(store, rows(1, 100));
  const first = copyOf(files);
  await shelf.keep(store, rows(50, 100, { state: 'acted' }));
  const newest = [...files.kept.keys()].find((name) => name.startsWith('manifest-') && !first.kept.has(name))!;
  files.kept.delete(newest);
  assert.equal(await loaded(files), null);
  assert.deepEqual(await loaded(first), rows(1, 100));
});

test('another device\'s key, or another name, opens nothing, and what it found is erased', async () => {
  const [files, shelf] = [new MemoryFiles(), new Shelf()];
  await shelf.keep(await open(files), rows(1, 5));
  const [stolen, renamed] = [copyOf(files), copyOf(files)];
  assert.deepEqual(await loaded(stolen, SHELF, KEY.with(0, 99)), []);
  assert.equal(stolen.kept.size, 0);
  assert.deepEqual(await loaded(renamed, SHELF, KEY, NAME.replace('0', '1')), []);
});

test('a device that stops anywhere in the middle has what it had before, or what it has now', async () => {
  const [start, shelf] = [new MemoryFiles(), new Shelf()];
  await shelf.keep(await open(start), rows(1, 40));
  const isBefore = (back: RegisterRow[]): boolean => back.length === 40;
  let [seenBefore, seenAfter, isWhole] = [0, 0, false];
  for (let steps = 0; !isWhole; steps++) {
    const files = copyOf(start);
    const store = await open(files);
    const again = new Shelf();
    again.shelf.swap(new Set(), (await store.load(SHELF))!, []);
    files.stepsLeft = steps;
    try {
      await again.keep(store, rows(31, 30, { state: 'acted' }));
      isWhole = true;
    } catch {
      // Stopped there.
    }
    files.stepsLeft = Infinity;
    const back = await loaded(files);
    assert.ok(back !== null, `stopped after ${steps} steps`);
    assert.deepEqual(back, isBefore(back) ? rows(1, 40) : [...rows(1, 30), ...rows(31, 30, { state: 'acted' })]);
    if (isBefore(back)) seenBefore++; else seenAfter++;
    assert.equal((await files.names()).filter((name) => !name.startsWith('manifest-')).length, 2, 'nothing is left of what was not finished');
  }
  assert.ok(seenBefore >= 3 && seenAfter >= 2, `${seenBefore} before, ${seenAfter} after`);
});

function copyOf(files: MemoryFiles): MemoryFiles {
  const copy = new MemoryFiles();
  for (const [name, bytes] of files.kept) copy.kept.set(name, bytes.slice());
  return copy;
}

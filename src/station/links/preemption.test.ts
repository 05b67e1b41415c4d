/** Source: docs/protocol/frames.md §Pace, §Order, §Resume. All of it in simulated time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { type Item, ItemsDouble, TestPair } from './testing.test.ts';

const MIB = 1_048_576;
/** What TCP and Node keep between them, where nothing is said of it. */
const BUFFER_BYTES = 4 * MIB;

interface Line {
  readonly pair: TestPair;
  /** Every frame that was sent. */
  readonly passed: Passed[];
  /** Data frames that the post was given. */
  came: number;
}

interface Passed {
  readonly from: string;
  readonly said: Frame;
  readonly at: number;
}

/** @param oneWayMs of the line, beside the time that its bits take */
async function lineOf(bitsPerSecond: number, oneWayMs: number): Promise<Line> {
  const pair = await TestPair.make();
  Object.assign(pair.network.faults, {
    bytesPerSecond: bitsPerSecond / 8, bufferBytes: BUFFER_BYTES, delayMsMin: oneWayMs, delayMsMax: oneWayMs,
  });
  const passed: Passed[] = [];
  pair.network.tap = (from, _to, bytes) => {
    passed.push({ from, said: frame.decode(bytes), at: pair.time.elapsedMs });
    return bytes;
  };
  const line: Line = { pair, passed, came: 0 };
  pair.network.onArrival = (at, bytes) => {
    if (at === 'post' && frame.decode(bytes).kind === 'data') line.came += 1;
  };
  return line;
}

function chunkBytes(passed: readonly Passed[]): number {
  return passed.reduce((sum, { said }) => sum + (said.kind === 'data' && said.piece === 'chunks' ? said.bytes.length : 0), 0);
}

/** Sends a telegram while something large is under way. @returns when it was queued and taken, and the data frames that went before it and had not come */
async function interrupt(line: Line, flash: Item): Promise<{ waitedMs: number; framesAhead: number }> {
  const { pair } = line;
  await pair.queue(pair.hub, 'post', flash);
  const queuedAt = pair.time.elapsedMs;
  const framesAhead = dataFrames(line.passed) - line.came;
  await pair.time.run(queuedAt + 600_000, () => pair.post.items.accepted.includes(hex(flash.id)));
  assert.ok(pair.post.items.accepted.includes(hex(flash.id)), 'it came');
  return { waitedMs: pair.time.elapsedMs - queuedAt, framesAhead };
}

function dataFrames(passed: readonly Passed[]): number {
  return passed.filter(({ from, said }) => from === 'hub' && said.kind === 'data').length;
}

describe('pre-emption', () => {
  for (const oneWayMs of [5, 150]) {
    it(`brings a telegram within a second through 6 MiB at 2 Mbit/s, ${2 * oneWayMs} ms there and back`, async () => {
      const line = await lineOf(2_000_000, oneWayMs);
      const { pair, passed } = line;
      const bulk = pair.item(pair.hub, 'phim', 'routine', [6 * MIB]);
      await pair.queue(pair.hub, 'post', bulk);
      for (const [index, share] of [0.02, 0.3, 0.8].entries()) {
        await pair.time.run(600_000, () => chunkBytes(passed) > share * 6 * MIB);
        const { waitedMs } = await interrupt(line, pair.item(pair.hub, `hỏa tốc ${index}`, 'flash', [], 20_000));
        assert.ok(waitedMs < 1_000, `${waitedMs} ms`);
      }
      await pair.time.run(600_000, () => pair.post.items.accepted.includes(hex(bulk.id)));
      const seconds = pair.time.elapsedMs / 1_000;
      assert.ok(seconds < 1.25 * (6 * MIB * 8) / 2_000_000, `the whole took ${seconds} s`);
    });
  }

  it('brings a telegram through behind at most three small frames at 9.6 kbit/s', async () => {
    const line = await lineOf(9_600, 300);
    const { pair, passed } = line;
    const bulk = pair.item(pair.hub, 'bản đồ', 'routine', [3 * SEALED_CHUNK_BYTES], 20_000);
    await pair.queue(pair.hub, 'post', bulk);
    for (const [index, share] of [0.02, 0.4, 0.9].entries()) {
      await pair.time.run(3_600_000, () => chunkBytes(passed) > share * 3 * SEALED_CHUNK_BYTES);
      const { framesAhead } = await interrupt(line, pair.item(pair.hub, `hỏa tốc ${index}`, 'flash'));
      assert.ok(framesAhead <= 3, `${framesAhead} frames`);
    }
    const sizes = passed.flatMap(({ said }) => (said.kind === 'data' ? [said.bytes.length] : []));
    assert.ok(Math.max(...sizes) <= 700, `${Math.max(...sizes)} bytes in a frame`);
    await pair.time.run(3_600_000, () => pair.post.items.accepted.includes(hex(bulk.id)));
    assert.deepEqual(await pair.post.blobs.read(hex(bulk.parts[0]!.root), 0, 3 * SEALED_CHUNK_BYTES), bulk.sealed[0]);
  });

  it('sends nothing of letters in the pauses between two blocks of a telegram with a file, and compares numbers there all the same', async () => {
    const { pair, passed } = await lineOf(9_600, 50);
    // A machine that keeps little itself: after each frame the sender waits, and looks again.
    pair.network.faults.bufferBytes = 100;
    const flash = pair.item(pair.hub, 'hỏa tốc', 'flash', [20_000]);
    await pair.queue(pair.hub, 'post', flash);
    await pair.time.run(60_000, () => chunkBytes(passed) > 2_000);
    await pair.queue(pair.hub, 'post', ...Array.from({ length: 5 }, (_, index) => pair.item(pair.hub, `thư ${index}`, 'routine')));
    await pair.time.run(600_000, () => pair.post.items.accepted.length === 6);
    const sent = passed.filter(({ from }) => from === 'hub').map(({ said }) => said);
    const during = sent.slice(0, sent.findLastIndex((said) => said.kind === 'data' && said.piece === 'chunks'));
    assert.equal(during.filter(({ kind }) => kind === 'offer').length, 1, 'of letters nothing was offered');
    assert.ok(during.some(({ kind }) => kind === 'check'), 'the neighbour was told how far this station is');
    assert.equal(pair.post.items.accepted[0], hex(flash.id));
  });

  it('sends what is wanted of a telegram before the offers of sixty others that are less urgent, at 9.6 kbit/s', async () => {
    const { pair, passed } = await lineOf(9_600, 50);
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'bản đồ', 'routine', [3 * SEALED_CHUNK_BYTES]));
    await pair.time.run(60_000, () => chunkBytes(passed) > 5_000);
    await pair.queue(pair.hub, 'post', ...Array.from({ length: 60 }, (_, index) => pair.item(pair.hub, `thượng khẩn ${index}`, 'immediate', [], 300)));
    await pair.time.run(pair.time.elapsedMs + 500);
    const flash = pair.item(pair.hub, 'hỏa tốc', 'flash', [2_000]);
    await pair.queue(pair.hub, 'post', flash);
    let isWanted = false;
    const offers = new Map<number, string>();
    const isOfFlash = (channel: number): boolean => offers.get(channel) === hex(flash.id);
    pair.network.onArrival = (at, bytes) => {
      const said = frame.decode(bytes);
      if (said.kind === 'offer') offers.set(said.channel, hex(said.id));
      isWanted ||= at === 'hub' && said.kind === 'want' && isOfFlash(said.channel);
    };
    await pair.time.run(pair.time.elapsedMs + 60_000, () => isWanted);
    const before = passed.length;
    const ofFlash = ({ said }: Passed): boolean => said.kind === 'data' && isOfFlash(said.channel);
    await pair.time.run(pair.time.elapsedMs + 60_000, () => passed.slice(before).some(ofFlash));
    const after = passed.slice(before);
    const between = after.slice(0, after.findIndex(ofFlash)).filter(({ said }) => said.kind === 'offer' || said.kind === 'data');
    assert.deepEqual(between.map(({ said }) => said.kind), [], 'nothing went between');
  });

  it('goes on in the middle of a chunk where a narrow connection was lost', async () => {
    const { pair, passed } = await lineOf(9_600, 50);
    const item = pair.item(pair.hub, 'ảnh', 'routine', [2 * SEALED_CHUNK_BYTES]);
    await pair.queue(pair.hub, 'post', item);
    // Each connection lives for less than a chunk takes.
    for (let cut = 1; cut <= 4; cut++) {
      await pair.time.run(3_600_000, () => chunkBytes(passed) > cut * 30_000);
      pair.network.cut('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 1_000);
      pair.network.mend('hub', 'post');
    }
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length > 0);
    assert.deepEqual(await pair.post.blobs.read(hex(item.parts[0]!.root), 0, 2 * SEALED_CHUNK_BYTES), item.sealed[0]);
    assert.ok(chunkBytes(passed) < 2 * SEALED_CHUNK_BYTES + 4 * 3_000, `${chunkBytes(passed)} bytes were sent`);
  });

  it('goes on in the middle of a chunk, whatever another neighbour sends of the same part in between', async () => {
    const { pair, passed } = await lineOf(9_600, 50);
    await pair.addNeighbour('post', 'x');
    const x = await pair.open('x', newDisk(), new ItemsDouble(), 3);
    const item = pair.item(pair.hub, 'ảnh', 'routine', [2 * SEALED_CHUNK_BYTES]);
    await pair.queue(pair.hub, 'post', item);
    const fromHub = (): Passed[] => passed.filter(({ from }) => from === 'hub');
    await pair.time.run(3_600_000, () => chunkBytes(fromHub()) > 30_000);
    pair.network.cut('hub', 'post');
    let rubbish = 0;
    const { tap } = pair.network;
    pair.network.tap = (from, to, bytes) => {
      const said = frame.decode(bytes);
      if (from !== 'x' || said.kind !== 'data' || said.piece !== 'chunks') return tap(from, to, bytes);
      return rubbish++ === 0 ? frame.encode({ ...said, bytes: Uint8Array.of(9) }) : null;
    };
    const same = { ...pair.item(x, 'của mình', 'routine'), parts: item.parts, sealed: item.sealed };
    x.items.items.set(hex(same.id), same);
    pair.post.items.parts.set(hex(same.id), same.parts);
    await pair.queue(x, 'post', same);
    await pair.time.run(pair.time.elapsedMs + 600_000, () => rubbish > 0);
    await pair.time.run(pair.time.elapsedMs + 3_000);
    pair.network.cut('x', 'post');
    await pair.time.run(pair.time.elapsedMs + 1_000);
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 3_600_000, () => pair.post.items.accepted.includes(hex(item.id)));
    assert.ok(rubbish > 0 && pair.post.items.accepted.includes(hex(item.id)));
    assert.deepEqual(pair.post.remarks.filter((remark) => remark.startsWith('data-forged')), []);
    assert.ok(chunkBytes(fromHub()) < 2 * SEALED_CHUNK_BYTES + 3_000, `${chunkBytes(fromHub())} bytes were sent`);
  });

  it('goes on in the middle of a list of leaves', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'danh mục', 'routine', [64 * SEALED_CHUNK_BYTES]);
    const wanted: number[] = [];
    let isCut = false;
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (said.kind === 'want' && said.pieces[0]!.piece === 'leaves') wanted.push(said.pieces[0]!.from);
      if (from !== 'hub' || said.kind !== 'data' || isCut) return bytes;
      return said.piece === 'leaves' && said.offset === 0 ? frame.encode({ ...said, bytes: said.bytes.slice(0, 500) }) : null;
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(10_000);
    pair.network.cut('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 1_000);
    isCut = true;
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 60_000, () => pair.post.items.accepted.length > 0);
    assert.deepEqual([wanted, pair.post.items.accepted.length], [[0, 500], 1]);
  });

  it('goes on in the middle of a head, and takes none of two halves that do not fit', async () => {
    const { pair, passed } = await lineOf(9_600, 50);
    const item = pair.item(pair.hub, 'đầu dài', 'routine', [], 20_000);
    const headBytes = (): number => passed.reduce((sum, { said }) => sum + (said.kind === 'data' && said.piece === 'head' ? said.bytes.length : 0), 0);
    const cut = async (): Promise<void> => {
      pair.network.cut('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 1_000);
      pair.network.mend('hub', 'post');
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(3_600_000, () => headBytes() > 5_000);
    await cut();
    await pair.time.run(3_600_000, () => headBytes() > 12_000);
    await cut();
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length > 0);
    assert.ok(headBytes() < 20_000 + 2 * 3_000, `${headBytes()} bytes were sent`);
    const other = pair.item(pair.hub, 'đổi giữa chừng', 'routine', [], 20_000);
    const before = headBytes();
    await pair.queue(pair.hub, 'post', other);
    await pair.time.run(3_600_000, () => headBytes() > before + 5_000);
    // The sender writes it anew in between, as when a stanza has been pruned; the double judges a head by its beginning.
    pair.post.items.refuseOnce = 'header-forged';
    await cut();
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length > 1);
    assert.deepEqual(pair.hub.items.refusedCodes, []);
    assert.ok(headBytes() > before + 25_000, 'all of it was sent again');
  });

  it('drops what was begun of a chunk and proves wrong, and asks for all of it', async () => {
    const { pair } = await lineOf(64_000, 10);
    const item = pair.item(pair.hub, 'sửa', 'routine', [2 * SEALED_CHUNK_BYTES]);
    let changed = 0;
    pair.network.tap = (_from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (changed > 0 || said.kind !== 'data' || said.piece !== 'chunks' || said.offset < 20_000) return bytes;
      changed = said.offset;
      said.bytes[3]! ^= 1;
      return frame.encode(said);
    };
    await pair.queue(pair.hub, 'post', item);
    let isChangedThere = false;
    pair.network.onArrival = (at, bytes) => {
      const said = frame.decode(bytes);
      isChangedThere ||= at === 'post' && said.kind === 'data' && changed > 0 && said.offset === changed;
    };
    await pair.time.run(600_000, () => isChangedThere);
    pair.network.cut('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 1_000);
    pair.network.mend('hub', 'post');
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length > 0);
    assert.ok(pair.post.remarks.some((remark) => remark.startsWith('data-forged')));
    assert.deepEqual(await pair.post.blobs.read(hex(item.parts[0]!.root), 0, 2 * SEALED_CHUNK_BYTES), item.sealed[0]);
  });
});

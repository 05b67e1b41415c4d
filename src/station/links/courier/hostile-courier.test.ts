/** Sticks that somebody has changed, and sticks that a stolen station wrote. Source: docs/protocol/bundles.md §Reading. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat, hex } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { bundleHead, type BundleStatement, bundleStatement, framed, framesOf, readVolumeStart, VOLUME_START_BYTES, volumeStart, volumeStartBytes } from '#wire/bundle.ts';
import { frame, type Frame, helloStatement, type HelloStatement } from '#wire/frames.ts';
import { signOne } from '#wire/sign.ts';
import type { BudgetLimits } from '../budget.ts';
import type { ReadingEnd } from './courier.ts';
import type { LinkTables } from '../tables.ts';
import { TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';

const CHUNK = SEALED_CHUNK_BYTES;

function refusal(code: RefusalCode) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

/** A stick of the hub's with one dispatch and its file. */
async function carried(budget?: BudgetLimits): Promise<{ pair: TestPair; volume: Uint8Array; start: number; frames: Frame[] }> {
  const pair = await TestPair.make(budget);
  pair.network.cut('hub', 'post');
  await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thật', 'routine', [2 * CHUNK]));
  const { volumes: [volume] } = await write(pair, pair.hub, { peer: 'post' });
  const start = volumeStartBytes(volume!.subarray(0, VOLUME_START_BYTES));
  return { pair, volume: volume!, start, frames: [...framesOf(volume!.subarray(start))] };
}

interface Changes {
  readonly frames?: readonly Frame[];
  readonly hello?: Partial<HelloStatement>;
  readonly statement?: Partial<BundleStatement>;
  readonly purpose?: 'bundle' | 'hello';
  /** Whose keys; the hub's unless said. */
  readonly by?: string;
}

/** What a station's own keys sign, but no station says. */
async function crafted(pair: TestPair, volume: Uint8Array, { frames, hello, statement, purpose = 'bundle', by = 'hub' }: Changes): Promise<Uint8Array> {
  const { provider, random } = pair;
  const start = volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES));
  const was = readVolumeStart(volume.subarray(0, start));
  const signer = pair.signerOf(by);
  const body = frames === undefined ? volume.subarray(start) : concat(...frames.map((one) => framed(frame.encode(one))));
  const helloBytes = helloStatement.encode({ ...helloStatement.decode(was.head.hello), ...hello });
  const said = bundleStatement.encode({
    ...was.statement, hello: provider.hash.sha256(helloBytes), segments: [{ length: body.length, digest: provider.hash.sha256(body) }], ...statement,
  });
  return concat(volumeStart({
    hello: helloBytes, helloSignature: await signOne(provider, signer, 'hello', helloBytes, random),
    statement: said, signature: await signOne(provider, signer, purpose, said, random),
  }), body);
}

describe('a stick that was changed on its way', () => {
  it('is refused at its head, whatever was changed there', async () => {
    const { pair, volume, start } = await carried();
    const { head } = readVolumeStart(volume.subarray(0, start));
    const other = await crafted(pair, volume, { hello: { time: 5 } });
    const { head: others } = readVolumeStart(other.subarray(0, volumeStartBytes(other.subarray(0, VOLUME_START_BYTES))));
    const changed = head.statement.slice();
    changed[changed.length - 1]! ^= 1;
    for (const forged of [{ ...head, statement: changed }, { ...head, signature: head.helloSignature }, { ...head, hello: others.hello, helloSignature: others.helloSignature }]) {
      await assert.rejects(read(pair.post, concat(volumeStart(forged), volume.subarray(start))), refusal('bundle-forged'));
    }
    assert.ok(bundleHead.encode(head).length > 0);
    assert.deepEqual(pair.post.items.offered, []);
    assert.equal((await read(pair.post, volume)).taken, 1);
  });

  it('has nothing looked at of a stretch that is another volume\'s, or swapped, or cut', async () => {
    const { pair, volume, start } = await carried();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'khác', 'routine', [2 * CHUNK]));
    const other = (await write(pair, pair.hub, { peer: 'post' })).volumes[0]!;
    const otherStart = volumeStartBytes(other.subarray(0, VOLUME_START_BYTES));
    const swapped = concat(volume.subarray(0, start), other.subarray(otherStart));
    const report = await read(pair.post, swapped.subarray(0, volume.length));
    assert.deepEqual([report.isRead, report.taken, report.damaged], [false, 0, [1]]);
    const cut = await read(pair.post, volume.subarray(0, volume.length - 1));
    assert.deepEqual([cut.isRead, cut.taken, cut.damaged], [false, 0, [1]]);
    assert.deepEqual(pair.post.items.offered, []);
    await assert.rejects(read(pair.post, concat(volume, Uint8Array.of(0))), refusal('bundle-malformed'));
  });

  it('is refused at a station that it is not for', async () => {
    const { pair, volume } = await carried();
    await assert.rejects(read(pair.hub, volume), refusal('bundle-not-for-us'));
    await assert.rejects(read(pair.post, await crafted(pair, volume, { hello: { organisation: new Uint8Array(16) } })), refusal('bundle-not-for-us'));
    await assert.rejects(read(pair.post, await crafted(pair, volume, { hello: { towards: new Uint8Array(16) } })), refusal('bundle-not-for-us'));
  });
});

describe('a stick of a station whose keys were stolen', () => {
  it('cannot pass a hello of a connection, or a signature for something else, for a bundle\'s', async () => {
    const { pair, volume } = await carried();
    await assert.rejects(read(pair.post, await crafted(pair, volume, { hello: { binding: new Uint8Array(32) } })), refusal('bundle-not-for-us'));
    await assert.rejects(read(pair.post, await crafted(pair, volume, { purpose: 'hello' })), refusal('bundle-forged'));
    await assert.rejects(read(pair.post, await crafted(pair, volume, { statement: { hello: new Uint8Array(32) } })), refusal('bundle-forged'));
  });

  it('is read no further than the first frame that has no business on it', async () => {
    const { pair, volume, frames } = await carried();
    const offer = frames.find((one) => one.kind === 'offer')!;
    const strange: Frame[] = [
      { ...offer, head: undefined }, { ...offer, incarnation: new Uint8Array(16) }, { ...offer, headSize: offer.headSize + 1 },
      { kind: 'want', channel: 1, pieces: [{ piece: 'chunks', part: 0, from: 0 }] }, { kind: 'service', word: 'peer-behind', first: 0, last: 0 },
      { kind: 'show', organisation: new Uint8Array(16), size: 0 }, { kind: 'returned', items: [{ channel: 1, header: new Uint8Array(1) }] },
    ];
    for (const one of strange) {
      await assert.rejects(read(pair.post, await crafted(pair, volume, { frames: [one, ...frames] })), refusal('bundle-malformed'), one.kind);
    }
    const absent = await read(pair.post, await crafted(pair, volume, { frames: [], statement: { segments: [{ length: 10, digest: new Uint8Array(32) }] } }));
    assert.deepEqual([absent.isRead, absent.damaged], [false, [1]]);
    assert.deepEqual(pair.post.items.accepted, []);
    assert.equal((await read(pair.post, volume)).taken, 1);
  });

  it('writes nothing that does not verify, in whatever order it is given', async () => {
    const { pair, volume, frames } = await carried();
    const data = frames.filter((one) => one.kind === 'data');
    const chunk = data.find(({ piece }) => piece === 'chunks')!;
    const forged = { ...chunk, bytes: new Uint8Array(chunk.bytes.length) };
    const beyond = { ...chunk, part: 60 };
    for (const wrong of [[frames[0]!, ...frames.slice(1).toReversed()], [...data, frames[0]!], [frames[0]!, beyond, chunk]]) {
      const report = await read(pair.post, await crafted(pair, volume, { frames: wrong }));
      assert.deepEqual([report.isRead, report.taken, report.unfinished], [false, 0, 1], wrong.map(({ kind }) => kind).join(' '));
    }
    assert.deepEqual(pair.post.items.accepted, []);
    const between = await read(pair.post, await crafted(pair, volume, { frames: [...frames.slice(0, 2), forged, ...frames.slice(2)] }));
    assert.deepEqual([between.isRead, between.taken], [true, 1]);
    const { parts: [part], sealed: [sealed] } = [...pair.hub.items.items.values()][0]!;
    assert.deepEqual(await pair.post.blobs.read(hex(part!.root), 0, part!.size), sealed);
  });

  it('settles nothing that it was not sent under that number', async () => {
    const { pair } = await carried();
    await pair.queue(pair.post, 'hub', pair.item(pair.post, 'của đồn'));
    await write(pair, pair.post, { peer: 'hub' });
    const { volumes: [again] } = await write(pair, pair.hub, { peer: 'post', again: true });
    const lies: Frame[] = [
      { kind: 'custody', channel: 1, id: new Uint8Array(32), receipts: [] }, { kind: 'custody', channel: 9, id: new Uint8Array(32), receipts: [] },
      { kind: 'refuse', channel: 1, id: new Uint8Array(32), code: 'no-route' },
    ];
    const ours = { peerIncarnation: pair.post.incarnation };
    assert.equal((await read(pair.post, await crafted(pair, again!, { frames: lies, hello: ours }))).settled, 0);
    const { id } = [...pair.post.items.items.values()].at(-1)!;
    const right: Frame[] = [{ kind: 'custody', channel: 1, id, receipts: [] }];
    assert.equal((await read(pair.post, await crafted(pair, again!, { frames: right, statement: { number: 7 } }))).settled, 0, 'for another incarnation of ours');
    assert.equal((await read(pair.post, await crafted(pair, again!, { frames: right, hello: ours, statement: { number: 8, bundle: readVolumeStart(again!.subarray(0, volumeStartBytes(again!.subarray(0, VOLUME_START_BYTES)))).statement.bundle, volume: 2, volumes: 2 } }))).settled, 1);
    assert.deepEqual(pair.post.items.settled, [hex(id)]);
  });
});

describe('a neighbour that has seen another\'s stick', () => {
  it('cannot have it taken for read by a stick of its own under the same id', async () => {
    const { pair, volume } = await carried();
    await pair.addNeighbour('post', 'ac-y');
    const frames: Frame[] = [{ kind: 'service', word: 'numbers-missing', first: 1, last: 1, incarnation: new Uint8Array(16) }];
    const own = { station: 'ac-y', incarnation: new Uint8Array(16).fill(9), peerIncarnation: undefined };
    const lie = await read(pair.post, await crafted(pair, volume, { by: 'ac-y', frames, hello: own, statement: { items: 0, first: undefined, last: undefined } }));
    assert.deepEqual([lie.isRead, lie.taken], [true, 0]);
    const report = await read(pair.post, volume);
    assert.deepEqual([report.wasRead, report.taken, report.isRead], [false, 1, true]);
    assert.equal((await pair.events(pair.post, 'bundle-read')).length, 2);
  });
});

describe('a stick of another data folder', () => {
  it('is refused where nobody knows it, taken where it follows the known one, and then the former is put aside', async () => {
    const { pair, volume } = await carried();
    const offers = (incarnation: Uint8Array) => (one: Frame): Frame => (one.kind === 'offer' ? { ...one, incarnation } : one);
    const frames = [...framesOf(volume.subarray(volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES))))];
    assert.equal((await read(pair.post, volume)).taken, 1);
    const next = new Uint8Array(16).fill(9);
    const of = (hello: Partial<HelloStatement>): Promise<Uint8Array> =>
      crafted(pair, volume, { frames: frames.map(offers(next)), hello: { incarnation: next, ...hello }, statement: { volume: 2, volumes: 2, number: 1 } });
    await assert.rejects(read(pair.post, await of({})), refusal('bundle-incarnation'));
    await assert.rejects(read(pair.post, await of({ former: new Uint8Array(16).fill(8) })), refusal('bundle-incarnation'));
    const followed = await read(pair.post, await of({ former: pair.hub.incarnation, formerSent: 1 }));
    assert.deepEqual([followed.held, followed.unfinished], [1, 0]);
    await assert.rejects(read(pair.post, volume), refusal('bundle-superseded'));
  });

  it('stops a station that is told of numbers which it never gave: it was restored itself', async () => {
    const { pair, volume } = await carried();
    const told = await crafted(pair, volume, { hello: { peerIncarnation: pair.post.incarnation, lastReceived: 3 } });
    await assert.rejects(read(pair.post, told), refusal('peer-behind'));
    assert.deepEqual(pair.post.items.accepted, []);
  });
});

describe('what a stick makes a station do has a measure', () => {
  const nothing: Frame[] = [{ kind: 'service', word: 'numbers-missing', first: 1, last: 1, incarnation: new Uint8Array(16) }];
  const empty = { items: 0, first: undefined, last: undefined };

  it('of folders that follow one another: beyond it nothing is written, and the same stick is taken a minute later', async () => {
    const { pair, volume, frames } = await carried();
    let former: Partial<HelloStatement> = {};
    const next = (round: number): HelloStatement['incarnation'] => new Uint8Array(16).fill(100 + round);
    const stick = (round: number, more: Changes = {}): Promise<Uint8Array> =>
      crafted(pair, volume, { frames: nothing, statement: empty, ...more, hello: { incarnation: next(round), peerIncarnation: undefined, ...former } });
    let round = 0;
    for (; round < 64; round++) {
      await read(pair.post, await stick(round));
      former = { former: next(round), formerSent: 1 };
    }
    const mail = frames.filter(({ kind }) => kind === 'offer' || kind === 'data').map((one): Frame => (one.kind === 'offer' ? { ...one, incarnation: next(round) } : one));
    const lawful = await stick(round, { frames: mail, statement: {} });
    const before = (await pair.events(pair.post, 'incarnation')).length;
    await assert.rejects(read(pair.post, lawful), refusal('too-many-attempts'));
    assert.equal((await pair.events(pair.post, 'incarnation')).length, before);
    await pair.time.run(pair.time.elapsedMs + 60_000);
    assert.equal((await read(pair.post, lawful)).taken, 1);
  });

  it('of volumes with nothing in them: each is an event for ever', async () => {
    const { pair, volume } = await carried({ most: 640, perSecond: 1 });
    const stick = (number: number): Promise<Uint8Array> => crafted(pair, volume, { frames: nothing, hello: { binding: new Uint8Array(16).fill(number) }, statement: { ...empty, number, bundle: new Uint8Array(16).fill(number) } });
    for (let number = 1; number <= 10; number++) assert.equal((await read(pair.post, await stick(number))).isRead, true);
    const refused = read(pair.post, volume);
    refused.catch(() => {});
    await pair.time.run(pair.time.elapsedMs + 31_000);
    await assert.rejects(refused, refusal('too-many-attempts'));
    assert.equal((await pair.events(pair.post, 'bundle-read')).length, 10);
    await pair.time.run(pair.time.elapsedMs + 64_000);
    const report = read(pair.post, volume);
    await pair.time.run(pair.time.elapsedMs + 20_000);
    assert.deepEqual([(await report).isRead, (await report).taken], [true, 1]);
  });

  it('of volumes that go on in one which never comes: each costs what one does that is read, and is one row', async () => {
    const { pair, volume, frames } = await carried({ most: 640, perSecond: 1 });
    const begun = frames.filter((one) => one.kind !== 'data' || one.piece === 'leaves');
    const stick = (number: number, more: Partial<BundleStatement> = {}): Promise<Uint8Array> =>
      crafted(pair, volume, { frames: begun, hello: { binding: new Uint8Array(16).fill(number) }, statement: { number, bundle: new Uint8Array(16).fill(number), volumes: 2, ...more } });
    const alone = await read(pair.post, await stick(1, { volumes: 1 }));
    assert.deepEqual([alone.isRead, alone.goesOn, alone.unfinished], [false, false, 1], 'there is no other volume');
    for (let number = 2; number <= 9; number++) assert.equal((await read(pair.post, await stick(number))).goesOn, true);
    assert.equal(await readFor(pair, await stick(10), 10_000), null, 'it waits for the measure');
    const rows = await pair.post.store.of<LinkTables>().read((db) => db.selectFrom('link_volume_of').select('awaits').execute());
    assert.deepEqual([rows.map(({ awaits }) => awaits), await pair.events(pair.post, 'bundle-read')], [Array.from({ length: 8 }, () => 1), []]);
    assert.deepEqual(await pair.post.blobs.staged().then((names) => Promise.all(names.map((name) => pair.post.blobs.stagedSize(name)))), [0]);
  });

  /** What a stick of the hub's answers to so many items of the post, with so many receipts each; and what the post waits for. */
  async function answered(pair: TestPair, items: number, receipts: number): Promise<Frame[]> {
    for (let n = 0; n < items; n++) await pair.queue(pair.post, 'hub', pair.item(pair.post, `của đồn ${n}`));
    await write(pair, pair.post, { peer: 'hub' });
    const bytes = Uint8Array.of(1);
    const signed = { statement: bytes, signature: await signOne(pair.provider, pair.signerOf('hub'), 'custody', bytes, pair.random) };
    const ids = [...pair.post.items.items.values()].slice(-items).map(({ id }) => id);
    return ids.map((id, n) => ({ kind: 'custody', channel: n + 1, id, receipts: Array.from({ length: receipts }, () => signed) }));
  }

  /** Reads a stick while the clock runs so long; what is over is over by then. */
  async function readFor(pair: TestPair, stick: Uint8Array, ms: number): Promise<ReadingEnd | null> {
    const ends: ReadingEnd[] = [];
    read(pair.post, stick).then((end) => ends.push(end), assert.fail);
    await pair.time.run(pair.time.elapsedMs + ms);
    return ends[0] ?? null;
  }

  it('of answers with receipts: a volume that has too many does not count as read, and is read on where it stopped', async () => {
    // The volume takes 64 of it, each answer 61: surplus receipts, of which nothing comes back.
    const { pair, volume } = await carried({ most: 160, perSecond: 1 });
    const frames = await answered(pair, 4, 60);
    const told = await crafted(pair, volume, { frames, hello: { peerIncarnation: pair.post.incarnation }, statement: empty });
    const first = await readFor(pair, told, 31_000);
    assert.deepEqual([first?.isRead, first?.codes, first?.settled, first?.unfinished], [false, ['too-many-attempts'], 2, 2]);
    await pair.time.run(pair.time.elapsedMs + 160_000);
    const again = await readFor(pair, told, 31_000);
    assert.deepEqual([again?.isRead, again?.settled], [true, 2], 'what was settled costs nothing again');
  });

  it('of small answers, at the rate of a real station: whoever stands there does not wait a second for fifty', async () => {
    const { pair, volume } = await carried({ most: 128, perSecond: 50 });
    const small: Frame = { kind: 'refuse', channel: 9, id: new Uint8Array(32), code: 'no-route' };
    const told = await crafted(pair, volume, { frames: Array.from({ length: 3_000 }, () => small), hello: { peerIncarnation: pair.post.incarnation }, statement: empty });
    assert.equal((await readFor(pair, told, 31_000))?.isRead, true, 'nothing waits for them');
  });

  it('waits half a minute for a volume, not for each thing in it, and then looks at nothing more', async () => {
    const { pair, volume } = await carried({ most: 128, perSecond: 50 });
    const lost: Frame[] = Array.from({ length: 100 }, () => ({ kind: 'service', word: 'numbers-missing', first: 1, last: 1, incarnation: pair.post.incarnation }));
    const told = await crafted(pair, volume, { frames: lost, hello: { peerIncarnation: pair.post.incarnation }, statement: empty });
    const end = await readFor(pair, told, 31_000);
    assert.deepEqual([end?.isRead, end?.codes, end?.unfinished], [false, ['too-many-attempts'], 76], 'a word of lost numbers costs 64 of some 1,600');
  });
});

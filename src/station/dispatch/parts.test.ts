/** Uploads: resumed where they stopped, refused at the first wrong chunk, never more on the disk than was checked. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { base64url, concat, hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, DRAFTER, foundTestOrganisation, HUB, POST_CLERK, setClock, START, STRANGER, type SetClock } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, seal, send, takeNumber, type TestPart } from '../../../test/fixtures/submissions.ts';
import { sealedDraft } from '#wire/core.ts';
import { partClaim } from '#station/kernel/claims.ts';
import type { Parts } from './parts.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let parts: Parts;
const caller = { person: DRAFTER };

before(async () => {
  org = await foundTestOrganisation();
});

beforeEach(async () => {
  clock = setClock();
  await open();
});

async function open(options: Parameters<typeof openStation>[3] = {}): Promise<void> {
  hub = await openStation(org, HUB, clock, options);
  ({ parts } = hub.dispatch);
}

function append({ declaration, sealed }: TestPart, from: number, to = sealed.length) {
  return parts.append(caller, declaration.root, from, inPieces(sealed.subarray(from, to)));
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return concat(...pieces);
}

test('appended in pieces of any size, resumed, complete, read from any byte', async () => {
  const part = await makePart(4);
  const { root, size } = part.declaration;
  assert.deepEqual(await parts.declare(caller, part.declaration), { root, held: 0, size, complete: false });
  const first = await append(part, 0, SEALED_CHUNK_BYTES + 5_000);
  assert.deepEqual(first, { root, held: SEALED_CHUNK_BYTES, size, complete: false });
  assert.deepEqual(await parts.declare(caller, part.declaration), first);
  await assert.rejects(append(part, 0), { code: 'offset-differs', detail: { expected: SEALED_CHUNK_BYTES } });
  assert.deepEqual(await append(part, SEALED_CHUNK_BYTES), { root, held: size, size, complete: true });
  assert.deepEqual(await parts.state(caller, root), { root, held: size, size, complete: true });
  const { size: rest, source } = await hub.dispatch.reading.bytes(caller, root, 70_000);
  assert.equal(rest, size - 70_000);
  assert.deepEqual(await gather(source), part.sealed.subarray(70_000));
});

test('a part of one chunk needs no leaves; the smallest is a tag alone', async () => {
  const part = await makePart(1, 16);
  await parts.declare(caller, part.declaration);
  assert.equal((await append(part, 0)).complete, true);
  assert.equal(hex(await hub.dispatch.reading.leaves(caller, part.declaration.root)), part.declaration.root);
});

test('a wrong chunk is refused by its number, and what stood before it stays', async () => {
  const part = await makePart(3);
  const bad = { ...part, sealed: part.sealed.slice() };
  bad.sealed[SEALED_CHUNK_BYTES + 9]! ^= 1;
  await parts.declare(caller, part.declaration);
  await assert.rejects(append(bad, 0), { code: 'part-forged', detail: { chunk: 1 } });
  assert.equal((await parts.state(caller, part.declaration.root)).held, SEALED_CHUNK_BYTES);
  assert.equal((await append(part, SEALED_CHUNK_BYTES)).complete, true);
});

test('more than the part has is refused; the part is complete all the same', async () => {
  const part = await makePart(1, 100);
  await parts.declare(caller, part.declaration);
  const longer = concat(part.sealed, Uint8Array.of(1));
  await assert.rejects(parts.append(caller, part.declaration.root, 0, inPieces(longer)), { code: 'file-too-large' });
  assert.equal((await parts.state(caller, part.declaration.root)).complete, true);
});

test('declarations that do not add up', async () => {
  const { declaration } = await makePart(2);
  const other = await makePart(2);
  const wrong = [
    [{ ...declaration, leaves: undefined }, 'request-malformed'],
    [{ ...declaration, leaves: other.declaration.leaves }, 'part-forged'],
    [{ ...declaration, chunks: 3 }, 'request-malformed'],
    [{ ...declaration, size: SEALED_CHUNK_BYTES + 16 }, 'request-malformed'],
    [{ ...declaration, leaves: '*' }, 'request-malformed'],
  ] as const;
  for (const [one, code] of wrong) await assert.rejects(parts.declare(caller, one), { code });
  await assert.rejects(parts.state(caller, declaration.root), { code: 'part-unknown' });
});

test('what is held survives a power cut, and nothing more is claimed', async () => {
  const part = await makePart(4);
  const { root, size } = part.declaration;
  await parts.declare(caller, part.declaration);
  await append(part, 0, 2 * SEALED_CHUNK_BYTES);
  const { disk } = hub;
  disk.faults = { beforeCommit: () => disk.crash((unsynced) => unsynced - 7) };
  await assert.rejects(append(part, 2 * SEALED_CHUNK_BYTES));
  disk.faults = {};
  await open({ disk });
  const state = await parts.declare(caller, part.declaration);
  assert.deepEqual([state.held === 2 * SEALED_CHUNK_BYTES || state.held === size, state.complete], [true, state.held === size]);
  if (!state.complete) await append(part, state.held);
  assert.deepEqual(await gather((await hub.dispatch.reading.bytes(caller, root, 0)).source), part.sealed);
});

test('a cut in the middle of an upload leaves whole chunks', async () => {
  const part = await makePart(3);
  await parts.declare(caller, part.declaration);
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield part.sealed.subarray(0, SEALED_CHUNK_BYTES + 1_000);
    throw new Error('the line is gone');
  }
  await assert.rejects(parts.append(caller, part.declaration.root, 0, cut()), /gone/);
  assert.equal((await parts.state(caller, part.declaration.root)).held, SEALED_CHUNK_BYTES);
});

test('a full disk refuses before anything is sent, and loses nothing', async () => {
  const part = await makePart(2);
  hub.disk.blobs.capacityBytes = SEALED_CHUNK_BYTES + 10;
  await parts.declare(caller, part.declaration);
  await assert.rejects(append(part, 0), { code: 'disk-full' });
  assert.equal((await parts.state(caller, part.declaration.root)).held, SEALED_CHUNK_BYTES);
  hub.disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
  assert.equal((await append(part, SEALED_CHUNK_BYTES)).complete, true);
  await open({ disk: hub.disk, limits: { reserveBytes: 2 ** 41 } });
  const other = await makePart(1);
  await assert.rejects(parts.declare(caller, other.declaration), { code: 'disk-full' });
});

test('an office has a quota of what it has not sent', async () => {
  await open({ limits: { reserveBytes: 0, uploadBytes: 100_000 } });
  const [one, two] = [await makePart(2), await makePart(2)];
  await parts.declare(caller, one.declaration);
  await assert.rejects(parts.declare(caller, two.declaration), { code: 'file-too-large' });
  await append(one, 0);
  await send(hub, org, { parts: [one.header] });
  await parts.declare(caller, two.declaration);
});

test('other offices, and offices elsewhere, neither upload nor read', async () => {
  const part = await makePart(1);
  for (const person of [STRANGER, POST_CLERK, 'nobody']) {
    await assert.rejects(parts.declare({ person }, part.declaration), { code: 'not-entitled' });
  }
  await assert.rejects(parts.declare(caller, { ...part.declaration, office: 'muong-leo' }), { code: 'office-unknown' });
  await parts.declare(caller, part.declaration);
  await append(part, 0);
  for (const person of [STRANGER, POST_CLERK]) {
    await assert.rejects(hub.dispatch.reading.bytes({ person }, part.declaration.root, 0), { code: 'not-entitled' });
    await assert.rejects(parts.state({ person }, part.declaration.root), { code: 'not-entitled' });
  }
  await send(hub, org, { to: ['phong-mot'], parts: [part.header] });
  assert.deepEqual(await gather((await hub.dispatch.reading.bytes({ person: STRANGER }, part.declaration.root, 0)).source), part.sealed);
  await hub.dispatch.reading.bytes({ person: CLERK }, part.declaration.root, 0);
});

const SEALED_DRAFT = sealedDraft.encode({
  number: 1, encapsulation: new Uint8Array(1_120), wrappedKey: new Uint8Array(48), nonce: new Uint8Array(12), ciphertext: new Uint8Array(40),
});

async function whole(chunks = 1, made: TestPart | null = null): Promise<TestPart> {
  const part = made ?? (await makePart(chunks));
  await parts.declare(caller, part.declaration);
  await append(part, 0);
  return part;
}

function draftWith(part: TestPart, id: string) {
  return hub.dispatch.drafts.put(caller, id, { office: 'van-phong', step: 'saved', replaces: 0, sealed: base64url(SEALED_DRAFT), parts: [part.declaration.root] });
}

async function sent(part: TestPart): Promise<void> {
  const sealed = seal(org, { from: 'van-phong', to: ['phong-mot'], parts: [part.header] });
  const number = await takeNumber(hub);
  await hub.dispatch.acceptance.accept({ person: CLERK }, { draft: null, office: 'van-phong', number, submission: base64url(sealed.bytes) });
}

test('uploads that nothing names and nobody went on with are dropped, whole or not, and count no more', async () => {
  const [left, lost, drafted, discarded, dispatched] = await Promise.all([makePart(2), makePart(2), makePart(1), makePart(1), makePart(1)]) as [TestPart, TestPart, TestPart, TestPart, TestPart];
  await open({ limits: { reserveBytes: 0, uploadBytes: [left, lost, drafted, discarded, dispatched].reduce((sum, { declaration: { size } }) => sum + size, 0) } });
  await parts.declare(caller, left.declaration);
  await append(left, 0, SEALED_CHUNK_BYTES);
  for (const part of [lost, drafted, discarded, dispatched]) await whole(1, part);
  await draftWith(drafted, '1'.repeat(32));
  await draftWith(discarded, '2'.repeat(32));
  await hub.dispatch.drafts.discard(caller, '2'.repeat(32));
  await sent(dispatched);
  const next = await makePart(2);
  await assert.rejects(parts.declare(caller, next.declaration), { code: 'file-too-large' });
  assert.equal(await parts.dropAbandoned(START), 0);
  assert.equal(await parts.dropAbandoned(START + 1), 3);
  for (const { declaration: { root } } of [left, lost, discarded]) {
    await assert.rejects(parts.state(caller, root), { code: 'part-unknown' });
    assert.equal(await hub.blobs.size(root), null);
  }
  for (const { declaration: { root } } of [drafted, dispatched]) assert.equal((await parts.state(caller, root)).complete, true);
  assert.deepEqual(await hub.blobs.staged(), []);
  assert.equal((await parts.declare(caller, next.declaration)).held, 0);
});

test('whoever goes on with an upload has not abandoned it', async () => {
  const part = await makePart(2);
  await parts.declare(caller, part.declaration);
  clock.at += 2 * HOUR_MS;
  await parts.declare(caller, part.declaration);
  assert.equal(await parts.dropAbandoned(START + HOUR_MS), 0);
});

test('an upload that is given up is dropped at once; what a draft or dispatch names stays, and another office drops nothing', async () => {
  const [one, drafted, dispatched] = [await whole(2), await whole(), await whole()];
  await draftWith(drafted, '1'.repeat(32));
  await sent(dispatched);
  await assert.rejects(parts.drop({ person: STRANGER }, one.declaration.root), { code: 'not-entitled' });
  for (const { declaration: { root } } of [one, drafted, dispatched]) await parts.drop(caller, root);
  await assert.rejects(parts.state(caller, one.declaration.root), { code: 'part-unknown' });
  assert.equal(await hub.blobs.size(one.declaration.root), null);
  for (const { declaration: { root } } of [drafted, dispatched]) assert.equal((await parts.state(caller, root)).complete, true);
  await assert.rejects(parts.drop(caller, one.declaration.root), { code: 'part-unknown' });
});

test('a part that a link brings is no upload of who declares it, and no drop takes it before what names it is committed', async () => {
  const [brought, uploaded] = [await makePart(2), await whole(2)];
  const { root, size } = brought.declaration;
  const staged = await hub.blobs.stage('link');
  await staged.append(brought.sealed, 0);
  await staged.seal(root);
  assert.deepEqual(await parts.declare(caller, brought.declaration), { root, held: 0, size, complete: false });
  await parts.drop(caller, root);
  assert.equal(await hub.blobs.size(root), size);
  const other = uploaded.declaration.root;
  const release = hub.claims.claimNow(partClaim(other))!;
  await parts.drop(caller, other);
  assert.equal(await parts.dropAbandoned(START), 0);
  assert.equal(await hub.blobs.size(other), uploaded.declaration.size);
  release();
  assert.equal(await parts.dropAbandoned(START), 1, 'given up all the same');
  assert.equal(await hub.blobs.size(other), null);
});

test('a link that begins with a part while it is dropped waits until the blob is gone', async () => {
  const { declaration: { root } } = await whole();
  const order: string[] = [];
  const { blobs } = hub;
  const remove = blobs.remove.bind(blobs);
  let link: Promise<unknown> = Promise.resolve();
  blobs.remove = async (name) => {
    link = hub.claims.claim(partClaim(root), { by: 'hub', awaited: () => {}, signal: new AbortController().signal }).then(() => order.push('link'));
    await new Promise((resolve) => setImmediate(resolve));
    const was = await remove(name);
    order.push('gone');
    return was;
  };
  await parts.drop(caller, root);
  await link;
  assert.deepEqual(order, ['gone', 'link']);
});

test('naming another office\'s part, in a draft or a dispatch, does not open it', async () => {
  const part = await makePart(1);
  await parts.declare(caller, part.declaration);
  await append(part, 0);
  const stranger = { person: STRANGER };
  const { root } = part.declaration;
  const upload = { office: 'phong-mot', step: 'saved' as const, replaces: 0, sealed: base64url(SEALED_DRAFT), parts: [root] };
  await assert.rejects(hub.dispatch.drafts.put(stranger, '0'.repeat(32), upload), { code: 'part-unknown' });
  const sealed = seal(org, { from: 'phong-mot', to: ['van-phong'], parts: [part.header] });
  const number = await takeNumber(hub, STRANGER, 'phong-mot');
  const request = { draft: null, office: 'phong-mot', number, submission: base64url(sealed.bytes) };
  await assert.rejects(hub.dispatch.acceptance.accept(stranger, request), { code: 'part-unknown' });
  await assert.rejects(hub.dispatch.reading.bytes(stranger, root, 0), { code: 'not-entitled' });
});

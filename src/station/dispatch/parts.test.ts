/** Uploads: resumed where they stopped, refused at the first wrong chunk, never more on the disk than was checked. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { base64url, concat, hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, DRAFTER, foundTestOrganisation, HUB, POST_CLERK, setClock, START, STRANGER, type SetClock } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, seal, send, takeNumber, type TestPart } from '../../../test/fixtures/submissions.ts';
import { sealedDraft } from '#wire/core.ts';
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

test('only uploads that nobody went on with are dropped', async () => {
  const [left, done] = [await makePart(2), await makePart(1)];
  await parts.declare(caller, left.declaration);
  await append(left, 0, SEALED_CHUNK_BYTES);
  await parts.declare(caller, done.declaration);
  await append(done, 0);
  assert.equal(await parts.dropAbandoned(START), 0);
  assert.equal(await parts.dropAbandoned(START + 1), 1);
  await assert.rejects(parts.state(caller, left.declaration.root), { code: 'part-unknown' });
  assert.equal((await parts.state(caller, done.declaration.root)).complete, true);
  assert.deepEqual(await hub.blobs.staged(), []);
});

test('naming another office\'s part, in a draft or a dispatch, does not open it', async () => {
  const part = await makePart(1);
  await parts.declare(caller, part.declaration);
  await append(part, 0);
  const stranger = { person: STRANGER };
  const { root } = part.declaration;
  const draft = sealedDraft.encode({
    number: 1, encapsulation: new Uint8Array(1_120), wrappedKey: new Uint8Array(48), nonce: new Uint8Array(12), ciphertext: new Uint8Array(40),
  });
  const upload = { office: 'phong-mot', step: 'saved' as const, replaces: 0, sealed: base64url(draft), parts: [root] };
  await assert.rejects(hub.dispatch.drafts.put(stranger, '0'.repeat(32), upload), { code: 'part-unknown' });
  const sealed = seal(org, { from: 'phong-mot', to: ['van-phong'], parts: [part.header] });
  const number = await takeNumber(hub, STRANGER, 'phong-mot');
  const request = { draft: null, office: 'phong-mot', number, submission: base64url(sealed.bytes) };
  await assert.rejects(hub.dispatch.acceptance.accept(stranger, request), { code: 'part-unknown' });
  await assert.rejects(hub.dispatch.reading.bytes(stranger, root, 0), { code: 'not-entitled' });
});

/** Acceptance, numbers and drafts: what is checked before a station says *accepted*, and that it says so only once. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { base64url, concat, fromBase64url, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { sealedDraft } from '#wire/core.ts';
import { header as headerCodec, type HeaderPart, submission as submissionCodec } from '#wire/envelope.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import {
  CLERK, DRAFTER, foundTestOrganisation, HUB, POST_CLERK, setClock, SIGNATORY, START, STRANGER, type SetClock,
} from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, requestOf, seal, send, SERIES, takeNumber, type Wanted } from '../../../test/fixtures/submissions.ts';
import type { Acceptance } from './acceptance.ts';
import type { DraftUpload } from './drafts.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let acceptance: Acceptance;
const clerk = { person: CLERK };
const DAY_MS = 86_400_000;

before(async () => {
  org = await foundTestOrganisation();
});

beforeEach(async () => {
  clock = setClock();
  await open();
});

async function open(options: Parameters<typeof openStation>[3] = {}): Promise<void> {
  hub = await openStation(org, HUB, clock, options);
  ({ acceptance } = hub.dispatch);
}

async function refuses(wanted: Wanted, code: string, caller = clerk): Promise<void> {
  const request = await requestOf(hub, seal(org, wanted));
  await assert.rejects(acceptance.accept(caller, request), { code });
}

describe('what is checked', () => {
  const organisation = (): Uint8Array => org.state.organisation.id;
  const cases: readonly (readonly [string, string, () => Wanted])[] = [
    ['created 31 days ago', 'date-out-of-range', () => ({ header: { created: START - 31 * DAY_MS } })],
    ['created in two days', 'date-out-of-range', () => ({ header: { created: START + 2 * DAY_MS } })],
    ['expired', 'dispatch-expired', () => ({ header: { expires: START } })],
    ['flash without the right', 'precedence-not-permitted', () => ({ precedence: 'flash' })],
    ['a suite of simulations', 'suite-refused', () => ({ header: { suite: 0xff00 } })],
    ['another station', 'header-differs', () => ({ header: { station: 'tram-nui' } })],
    ['another office', 'header-differs', () => ({ from: 'phong-mot' })],
    ['an office twice', 'header-forged', () => ({ to: ['muong-leo', 'muong-leo'] })],
    ['to itself', 'header-forged', () => ({ to: ['van-phong'] })],
    ['an unknown office', 'office-unknown', () => ({ to: ['khong-co'] })],
    ['another organisation', 'organisation-unknown', () => ({ header: { from: { organisation: new Uint8Array(16), office: 'van-phong' } } })],
    ['an unknown key', 'recipient-key-missing', () => ({ keyNumber: 9 })],
    ['a part twice', 'header-forged', () => ({ parts: [1, 1].map((byte): HeaderPart => ({ root: new Uint8Array(32).fill(byte), chunks: 1, size: 20 })) })],
    ['a part that nobody uploaded', 'part-unknown', () => ({ parts: [{ root: nodeRandom.bytes(32), chunks: 1, size: 20 }] })],
    ['stanzas of other offices than the header', 'header-forged', () => ({
      header: { to: [{ office: { organisation: organisation(), office: 'huyen' }, role: 'action', precedence: 'routine' }] },
    })],
  ];
  for (const [what, code, wanted] of cases) {
    test(`${what}: ${code}`, async () => {
      await refuses(wanted(), code);
      assert.deepEqual((await hub.kinds()).filter((kind) => kind !== 'number-issued'), []);
      assert.deepEqual(await hub.queue(), []);
    });
  }

  test('whose office it is, and who may send', async () => {
    for (const person of [DRAFTER, SIGNATORY, STRANGER, POST_CLERK, 'nobody']) await refuses({}, 'not-entitled', { person });
    const request = { ...(await requestOf(hub, seal(org))), office: 'muong-leo' };
    await assert.rejects(acceptance.accept({ person: POST_CLERK }, request), { code: 'office-unknown' });
  });

  test('a part half uploaded, or of another size than the header says', async () => {
    const part = await makePart(2);
    await hub.dispatch.parts.declare(clerk, part.declaration);
    await refuses({ parts: [part.header] }, 'part-incomplete');
    await hub.dispatch.parts.append(clerk, part.declaration.root, 0, inPieces(part.sealed));
    await refuses({ parts: [{ ...part.header, size: part.header.size + 1 }] }, 'header-differs');
    await send(hub, org, { parts: [part.header] });
  });

  test('malformed bytes', async () => {
    const { bytes } = seal(org);
    for (const wrong of [bytes.subarray(1), concat(bytes, Uint8Array.of(0)), new Uint8Array(0)]) {
      const request = { ...(await requestOf(hub, seal(org))), submission: base64url(wrong) };
      await assert.rejects(acceptance.accept(clerk, request), { name: 'DecodeError' });
    }
  });

  test('a number of nobody, of another office, or used', async () => {
    const request = await requestOf(hub, seal(org));
    await assert.rejects(acceptance.accept(clerk, { ...request, number: { series: SERIES, number: 77 } }), { code: 'step-out-of-order' });
    await acceptance.accept(clerk, request);
    const other = { ...request, submission: base64url(seal(org).bytes) };
    await assert.rejects(acceptance.accept(clerk, other), { code: 'step-out-of-order' });
  });

  test('a database without room takes nothing, and loses nothing', async () => {
    const first = await send(hub, org);
    const request = await requestOf(hub, seal(org));
    const kindsBefore = await hub.kinds();
    const { disk } = hub;
    disk.fill();
    const large = { ...request, submission: base64url(largeSubmission(request.submission)) };
    await assert.rejects(acceptance.accept(clerk, large), { code: 'disk-full' });
    disk.makeRoom();
    assert.deepEqual(await hub.kinds(), kindsBefore);
    await acceptance.accept(clerk, large);
    await hub.dispatch.traces.trace(clerk, hex(first.id));
  });

  test('room on the disk', async () => {
    const request = await requestOf(hub, seal(org));
    await open({ disk: hub.disk, limits: { reserveBytes: 2 ** 41, floorBytes: 2 ** 41 } });
    const isTold = (error: unknown): boolean => error instanceof Refusal && error.code === 'disk-full' && Number(error.detail['mebibytes']) >= 2 ** 20;
    await assert.rejects(acceptance.accept(clerk, request), isTold);
    const sealed = base64url(sealedDraft.encode({
      number: 1, encapsulation: nodeRandom.bytes(1_120), wrappedKey: nodeRandom.bytes(48), nonce: nodeRandom.bytes(12), ciphertext: nodeRandom.bytes(200),
    }));
    const draft = (): Promise<unknown> =>
      hub.dispatch.drafts.put({ person: DRAFTER }, '00'.repeat(16), { office: 'van-phong', step: 'saved', replaces: 0, sealed, parts: [] });
    await assert.rejects(draft(), isTold);
    // A disk that is too full for parts still takes dispatches.
    await open({ disk: hub.disk, limits: { reserveBytes: 2 ** 41 } });
    await draft();
    await acceptance.accept(clerk, request);
  });
});

describe('once', () => {
  test('the same submission again has the same answer, at the same time too', async () => {
    const request = await requestOf(hub, seal(org));
    const [one, other] = await Promise.all([acceptance.accept(clerk, request), acceptance.accept(clerk, request)]);
    clock.at += 31 * DAY_MS;
    assert.deepEqual(await acceptance.accept(clerk, request), one);
    assert.deepEqual(other, one);
    assert.equal((await hub.kinds()).filter((kind) => kind === 'accepted').length, 1);
    assert.equal((await hub.queue()).length, 1);
  });

  test('the same header with another body is a replay', async () => {
    const request = await requestOf(hub, seal(org));
    await acceptance.accept(clerk, request);
    const value = submissionCodec.decode(fromBase64url(request.submission)!);
    const other = { ...request, submission: base64url(submissionCodec.encode({ ...value, body: nodeRandom.bytes(300) })) };
    await assert.rejects(acceptance.accept(clerk, other), { code: 'dispatch-replayed' });
  });

  test('a power cut before the commit: nothing; after it: accepted, and the answer can be asked for again', async () => {
    const request = await requestOf(hub, seal(org));
    const { disk } = hub;
    disk.faults = { beforeCommit: () => disk.crash() };
    await assert.rejects(acceptance.accept(clerk, request));
    disk.faults = {};
    await open({ disk });
    assert.deepEqual(await hub.kinds(), ['number-issued']);
    disk.faults = { afterCommit: () => disk.crash() };
    await assert.rejects(acceptance.accept(clerk, request));
    disk.faults = {};
    await open({ disk });
    const { ledger } = await acceptance.accept(clerk, request);
    assert.equal(ledger, 1);
    assert.deepEqual(await hub.kinds(), ['number-issued', 'accepted']);
  });

  test('the event says what the ledger page says, and persons stand sealed', async () => {
    const { id, header } = await send(hub, org, { to: ['muong-leo', 'huyen'], precedence: 'immediate' });
    const event = (await hub.events()).at(-1)!;
    const { office, number, precedence, exercise, digest } = event.facts;
    assert.deepEqual([event.kind, office, number, precedence, exercise], ['accepted', header.from, { series: SERIES, number: 1 }, 'immediate', true]);
    assert.deepEqual(event.subject, id);
    assert.equal(digest!.length, 32);
    assert.deepEqual(event.commitments.map(({ name }) => name), ['person']);
    const sealedField = await hub.store.read((db) => hub.ledger.sealedField(db, event.index, 'person'));
    assert.equal(new TextDecoder().decode(sealedField!.value), CLERK);
  });
});

describe('numbers', () => {
  test('have no gaps, however many ask at once and some fail', async () => {
    const asked = Array.from({ length: 60 }, (_, i) => (i % 3 === 0
      ? acceptance.accept({ person: CLERK }, { draft: null, office: 'van-phong', number: { series: SERIES, number: 9_999 }, submission: base64url(seal(org).bytes) }).catch(() => null)
      : takeNumber(hub)));
    const numbers = (await Promise.all(asked)).flatMap((one) => (one !== null && 'series' in one ? [one.number] : []));
    assert.deepEqual(numbers.toSorted((a, b) => a - b), Array.from({ length: 40 }, (_, i) => i + 1));
    const events = (await hub.events()).filter(({ kind }) => kind === 'number-issued').map(({ facts }) => facts.number!.number);
    assert.deepEqual(events, Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('count for each office and series of their own, and go on after a restart', async () => {
    await takeNumber(hub);
    assert.equal((await takeNumber(hub, STRANGER, 'phong-mot')).number, 1);
    hub.disk.crash();
    await open({ disk: hub.disk });
    const { number, count } = await hub.dispatch.numbers.batch(clerk, 'van-phong', SERIES, 5);
    assert.deepEqual([number.number, count, (await takeNumber(hub)).number], [2, 5, 7]);
    await assert.rejects(hub.dispatch.numbers.batch(clerk, 'van-phong', '2031', 1), { code: 'date-out-of-range' });
  });

  test('of a batch that nobody used are void, and say so', async () => {
    await hub.dispatch.numbers.batch(clerk, 'van-phong', SERIES, 2);
    const request = await requestOf(hub, seal(org));
    await acceptance.accept(clerk, request);
    clock.at += 3_600_001;
    await hub.dispatch.expiry.sweep();
    const voids = (await hub.events()).filter(({ kind }) => kind === 'number-void').map(({ facts }) => facts.number!.number);
    assert.deepEqual(voids, [1, 2]);
  });

  test('of a series are not used up by whoever takes them and uses none', async () => {
    const batch = () => hub.dispatch.numbers.batch(clerk, 'van-phong', SERIES, 256);
    for (let taken = 0; taken < 16_384; taken += 256) await batch();
    await assert.rejects(batch(), { code: 'too-many-attempts' });
    const { number } = await hub.dispatch.numbers.batch({ person: STRANGER }, 'phong-mot', SERIES, 256);
    assert.equal(number.number, 1);
    clock.at += 3_600_001;
    await hub.dispatch.expiry.sweep();
    assert.equal((await batch()).number.number, 16_385);
  });
});

describe('drafts', () => {
  const id = 'a0'.repeat(16);
  const sealed = (): string => base64url(sealedDraft.encode({
    number: 1, encapsulation: new Uint8Array(1_120), wrappedKey: new Uint8Array(48), nonce: new Uint8Array(12), ciphertext: nodeRandom.bytes(40),
  }));
  const upload = (step: DraftUpload['step'], replaces: number): DraftUpload =>
    ({ office: 'van-phong', step, replaces, sealed: sealed(), parts: [] });
  const put = (person: string, ...[step, replaces]: Parameters<typeof upload>) =>
    hub.dispatch.drafts.put({ person }, id, upload(step, replaces));

  async function signDraft(): Promise<void> {
    await put(DRAFTER, 'saved', 0);
    await put(SIGNATORY, 'approved', 1);
    await put(SIGNATORY, 'signed', 2);
  }

  test('go saved, approved, signed, numbered, sent, each by who may', async () => {
    await assert.rejects(put(CLERK, 'saved', 0), { code: 'not-entitled' });
    await assert.rejects(put(SIGNATORY, 'approved', 0), { code: 'step-out-of-order' });
    await signDraft();
    const { drafts, numbers } = hub.dispatch;
    assert.deepEqual((await drafts.list(clerk, 'van-phong')).map(({ step, version, sealed: none }) => [step, version, none]), [['signed', 3, null]]);
    await assert.rejects(numbers.forDraft({ person: DRAFTER }, id, SERIES), { code: 'not-entitled' });
    const { number, time } = await numbers.forDraft(clerk, id, SERIES);
    clock.at += 5_000;
    assert.deepEqual(await numbers.forDraft(clerk, id, SERIES), { number, time });
    await assert.rejects(put(DRAFTER, 'saved', 3), { code: 'draft-closed' });
    const submission = base64url(seal(org).bytes);
    await assert.rejects(acceptance.accept(clerk, { draft: null, office: 'van-phong', number, submission }), { code: 'step-out-of-order' });
    const { dispatch } = await acceptance.accept(clerk, { draft: id, office: 'van-phong', number, submission });
    const record = await drafts.get(clerk, id);
    assert.deepEqual([record.step, record.dispatch, record.number, record.sealed], ['sent', dispatch, number, null]);
    await assert.rejects(drafts.discard(clerk, id), { code: 'draft-closed' });
    const steps = (await hub.events()).filter(({ kind }) => kind === 'draft-step').map(({ facts }) => facts.step);
    assert.deepEqual(steps, ['saved', 'approved', 'signed', 'closed']);
  });

  test('are returned by who may approve or sign, until they are numbered, and then saved anew or discarded', async () => {
    await put(DRAFTER, 'saved', 0);
    await assert.rejects(put(CLERK, 'returned', 1), { code: 'not-entitled' });
    await put(SIGNATORY, 'returned', 1);
    assert.deepEqual((await hub.dispatch.drafts.list(clerk, 'van-phong')).map(({ step }) => step), ['returned']);
    for (const step of ['approved', 'signed', 'returned'] as const) await assert.rejects(put(SIGNATORY, step, 2), { code: 'step-out-of-order' }, step);
    await assert.rejects(hub.dispatch.numbers.forDraft(clerk, id, SERIES), { code: 'step-out-of-order' });
    await put(DRAFTER, 'saved', 2);
    await put(SIGNATORY, 'approved', 3);
    await put(SIGNATORY, 'signed', 4);
    await put(SIGNATORY, 'returned', 5);
    await put(DRAFTER, 'saved', 6);
    await put(SIGNATORY, 'approved', 7);
    await put(SIGNATORY, 'signed', 8);
    await hub.dispatch.numbers.forDraft(clerk, id, SERIES);
    await assert.rejects(put(SIGNATORY, 'returned', 9), { code: 'draft-closed' });
    const steps = (await hub.events()).filter(({ kind }) => kind === 'draft-step').map(({ facts }) => facts.step);
    assert.deepEqual(steps, ['saved', 'returned', 'saved', 'approved', 'signed', 'returned', 'saved', 'approved', 'signed']);
  });

  test('that changed in between are not overwritten; saving again begins anew', async () => {
    const first = upload('saved', 0);
    const one = await hub.dispatch.drafts.put({ person: DRAFTER }, id, first);
    assert.deepEqual(await hub.dispatch.drafts.put({ person: DRAFTER }, id, first), one);
    await assert.rejects(put(DRAFTER, 'saved', 0), { code: 'draft-changed' });
    await put(SIGNATORY, 'approved', 1);
    await put(DRAFTER, 'saved', 2);
    await assert.rejects(put(SIGNATORY, 'signed', 3), { code: 'step-out-of-order' });
    await assert.rejects(hub.dispatch.numbers.forDraft(clerk, id, SERIES), { code: 'step-out-of-order' });
  });

  test('are not approved by who wrote them', async () => {
    const { drafts } = hub.dispatch;
    const own = { person: STRANGER };
    await drafts.put(own, id, { ...upload('saved', 0), office: 'phong-mot' });
    await assert.rejects(drafts.put(own, id, { ...upload('approved', 1), office: 'phong-mot' }), { code: 'same-person-twice' });
  });

  test('are not seen by other offices', async () => {
    await put(DRAFTER, 'saved', 0);
    const { drafts } = hub.dispatch;
    for (const person of [STRANGER, POST_CLERK, 'nobody']) {
      await assert.rejects(drafts.get({ person }, id), { code: 'not-entitled' });
      await assert.rejects(drafts.list({ person }, 'van-phong'), { code: 'not-entitled' });
      await assert.rejects(drafts.discard({ person }, id), { code: 'not-entitled' });
    }
    await assert.rejects(drafts.put({ person: STRANGER }, id, { ...upload('saved', 1), office: 'phong-mot' }), { code: 'draft-unknown' });
  });

  test('discarded with a number leave it void', async () => {
    await signDraft();
    await hub.dispatch.numbers.forDraft(clerk, id, SERIES);
    await hub.dispatch.drafts.discard(clerk, id);
    await hub.dispatch.drafts.discard(clerk, id);
    assert.deepEqual((await hub.kinds()).slice(-2), ['number-void', 'draft-step']);
    await assert.rejects(put(DRAFTER, 'saved', 4), { code: 'draft-closed' });
    assert.equal((await takeNumber(hub)).number, 2);
  });

  test('of malformed bytes, or with parts that nobody uploaded', async () => {
    const { drafts } = hub.dispatch;
    const caller = { person: DRAFTER };
    await assert.rejects(drafts.put(caller, id, { ...upload('saved', 0), sealed: 'AAAA' }), { name: 'DecodeError' });
    await assert.rejects(drafts.put(caller, id, { ...upload('saved', 0), parts: ['00'.repeat(32)] }), { code: 'part-unknown' });
    await assert.rejects(drafts.get(caller, id), { code: 'draft-unknown' });
  });
});

test('a register has pages, newest first', async () => {
  for (let i = 0; i < 5; i++) await send(hub, org);
  const { register } = hub.dispatch;
  const seen: number[] = [];
  for (let last: number | undefined, more = true; more;) {
    const { lines, next } = await register.page(clerk, 'van-phong', 'out', { before: last, limit: 2 });
    seen.push(...lines.map(({ number }) => number!.number));
    more = next !== null;
    last = next ?? undefined;
  }
  assert.deepEqual(seen, [5, 4, 3, 2, 1]);
});

test('a header that was accepted is found again byte for byte', async () => {
  const { id, header } = await send(hub, org);
  const trace = await hub.dispatch.traces.trace(clerk, hex(id));
  assert.deepEqual(headerCodec.decode(trace.header), header);
  await assert.rejects(hub.dispatch.traces.trace({ person: STRANGER }, hex(id)), { code: 'not-entitled' });
  await assert.rejects(hub.dispatch.traces.trace(clerk, '00'.repeat(32)), { code: 'dispatch-unknown' });
});

/** The same with a body of 200 KiB. */
function largeSubmission(text: string): Uint8Array {
  const value = submissionCodec.decode(fromBase64url(text)!);
  return submissionCodec.encode({ ...value, body: new Uint8Array(200 * 1_024).fill(7) });
}

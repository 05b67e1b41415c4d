/** Entries that wait for a second registrar: kept over restarts, for a time, no longer than until they are lodged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { countersignEntry, type EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryState } from '#model/directory.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import { deviceRequestStatement } from '#wire/invitation.ts';
import { PENDING_ENTRIES_MAX } from '#wire/proposal.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { PENDING_BYTES_MAX, PENDING_DAYS, PENDING_MAX, PENDING_OF_ONE_MAX, PendingProposals } from './pending-proposals.ts';
import { filled, NOW, open, province, refuses, type Room } from './testing.test.ts';
import { WITHDRAWN_OF_TWO_MAX } from './withdrawn-proposals.ts';

const practice = await province();
const second = await practice.identity('registrar', 'Lò Văn Minh');
await practice.add([{ kind: 'registrar', body: { person: 'anh', name: 'Nguyễn Thị Ánh', certificates: second.certificates } }], [practice.founded.root.signer]);
const FIRST = { person: 'dang-ky-mot', device: 'dang-ky-mot-may' };
const SECOND = { person: 'anh', device: 'anh-may' };
const position = (code: string): EntryPlan => ({ kind: 'position', body: { position: code, office: 'van-phong', title: 'Phó Văn phòng', rights: ['draft'] } });

function pendingOf({ store, clock, people }: Room): PendingProposals {
  const deps = { store, clock, provider: nodeCrypto, station: 'tram-tinh' } as unknown as ConstructorParameters<typeof PendingProposals>[0];
  return new PendingProposals(deps, () => people.view() as DirectoryState);
}

async function waitingAt(room: Room, caller: typeof FIRST) {
  return (await pendingOf(room).list(caller)).proposals;
}

test('one registrar leaves it, another signs and lodges it, and it waits no longer', async () => {
  const disk = newDisk();
  const before = await filled(practice, 'tram-tinh', disk);
  const entries = await practice.sign([position('pvp-1')]);
  await refuses('directory-entry-refused', before.people.propose(entries));
  const { proposal, expires } = await pendingOf(before).put(FIRST, entries);
  assert.equal(expires, NOW + PENDING_DAYS * DAY_MS);
  assert.equal((await pendingOf(before).put(SECOND, entries)).proposal, proposal, 'the same entries are one proposal');
  await before.store.close();

  const room = await open(practice, 'tram-tinh', disk);
  const [waits, ...others] = await waitingAt(room, SECOND);
  assert.deepEqual([waits!.proposal, others.length, waits!.entries.map(hex)], [proposal, 0, entries.map(hex)]);
  const both = await Promise.all(waits!.entries.map((entry) => countersignEntry(nodeCrypto, second.signer, entry, nodeRandom)));
  assert.equal((await room.people.propose(both)).outcome, 'sequenced');
  assert.deepEqual(await waitingAt(room, FIRST), []);
});

test('what no longer fits is refused when it is lodged, and still waits to be withdrawn', async () => {
  const room = await filled(practice);
  const { proposal } = await pendingOf(room).put(FIRST, await practice.sign([position('pvp-2')]));
  const end: EntryPlan = { kind: 'end', body: { what: 'office', code: 'van-phong', reason: 'left' } };
  await room.people.propose(await practice.sign([end], [practice.founded.registrar.signer, second.signer]));
  const [waits] = await waitingAt(room, FIRST);
  const both = await Promise.all(waits!.entries.map((entry) => countersignEntry(nodeCrypto, second.signer, entry, nodeRandom)));
  await refuses('directory-entry-refused', room.people.propose(both));
  assert.equal((await waitingAt(room, FIRST)).length, 1);
  await pendingOf(room).drop(SECOND, proposal);
  assert.deepEqual(await waitingAt(room, FIRST), []);
  await refuses('proposal-unknown', pendingOf(room).drop(SECOND, proposal));
});

test('what was withdrawn says by whom, when and why, to registrars alone and as long as it would have waited', async () => {
  const room = await filled(practice);
  const pending = pendingOf(room);
  const [entries, others] = [await practice.sign([position('pvp-7')]), await practice.sign([position('pvp-8')])];
  const { proposal } = await pending.put(FIRST, entries);
  const other = await pending.put(FIRST, others);
  room.clock.advance(1_000);
  await pending.drop(SECOND, proposal, 'Chức vụ ấy đã có');
  room.clock.advance(1_000);
  await pending.drop(FIRST, other.proposal);
  const told = (await pending.list(FIRST)).withdrawn.map(({ statements, ...one }) => ({ ...one, statements: statements.map(hex) }));
  const said = (signed: readonly Uint8Array[]) => signed.map((bytes) => hex(directoryEntry.decode(bytes).statement));
  assert.deepEqual(told, [
    { proposal: other.proposal, person: 'dang-ky-mot', created: NOW, by: 'dang-ky-mot', at: NOW + 2_000, why: null, statements: said(others) },
    { proposal, person: 'dang-ky-mot', created: NOW, by: 'anh', at: NOW + 1_000, why: 'Chức vụ ấy đã có', statements: said(entries) },
  ]);
  await pending.put(FIRST, entries);
  assert.deepEqual([(await waitingAt(room, SECOND)).map((one) => one.proposal), (await pending.list(FIRST)).withdrawn.length], [[proposal], 2], 'handed in again it waits again, and it stays known that it was withdrawn');
  room.clock.advance(PENDING_DAYS * DAY_MS);
  assert.deepEqual((await pending.list(FIRST)).withdrawn, []);
});

const { signatures } = directoryEntry.decode((await practice.sign([position('pvp-9')]))[0]!);
const large = () => Array.from({ length: PENDING_ENTRIES_MAX }, () => directoryEntry.encode({ statement: nodeRandom.bytes(60_000), signatures }));

test('whatever registrars leave and withdraw, what waits is told in an answer that a device reads', async () => {
  const pending = pendingOf(await filled(practice));
  for (const registrar of [FIRST, SECOND]) {
    for (let i = 0; i < 20; i++) await pending.drop(registrar, (await pending.put(registrar, large().slice(0, 17 - i % 3))).proposal);
  }
  for (const registrar of [FIRST, SECOND]) await pending.put(registrar, large());
  for (const registrar of [FIRST, SECOND]) {
    await refuses('proposals-full', pending.put(registrar, large()));
    await pending.put(registrar, large().slice(0, 16));
  }
  const { proposals, withdrawn } = await pending.list(FIRST);
  const chars = [...proposals.flatMap(({ entries }) => entries), ...withdrawn.flatMap(({ statements }) => statements)].reduce((sum, { length }) => sum + Math.ceil(length / 3) * 4 + 3, 0);
  assert.ok(chars < 15.5 * 2 ** 20, `${chars} of 16 MiB`);
  assert.deepEqual([proposals.length, withdrawn.every(({ by }) => by !== '')], [4, true]);
});

test('nothing can be proposed from what was withdrawn: its signatures are forgotten, also where the same is handed in again', async () => {
  const room = await filled(practice);
  const pending = pendingOf(room);
  const entries = await practice.sign([position('pvp-10')]);
  const { proposal } = await pending.put(FIRST, entries);
  await pending.drop(FIRST, proposal, 'Nhầm');
  assert.ok(!JSON.stringify((await pending.list(SECOND)).withdrawn.map((one) => one.statements.map(hex))).includes(hex(directoryEntry.decode(entries[0]!).signatures[0]!.p256Certificate)));
  const own = await Promise.all(entries.map(async (bytes) => {
    const { statement, signatures: both } = directoryEntry.decode(await countersignEntry(nodeCrypto, second.signer, bytes, nodeRandom));
    return directoryEntry.encode({ statement, signatures: both.slice(-1) });
  }));
  await pending.put(SECOND, own);
  const { proposals: [again], withdrawn } = await pending.list(SECOND);
  assert.deepEqual([again!.entries.map(hex), withdrawn.map(({ why }) => why)], [own.map(hex), ['Nhầm']]);
  await refuses('directory-entry-refused', room.people.propose(own));
  await pending.put(FIRST, entries);
  const [whole] = await waitingAt(room, SECOND);
  assert.equal((await room.people.propose(whole!.entries)).outcome, 'sequenced');
  assert.deepEqual((await pending.list(SECOND)).withdrawn, [], 'what is in force is not told as withdrawn');
  await refuses('proposal-unknown', pending.drop(SECOND, proposal));
});

test('nobody pushes out that they, or others, withdrew what another had proposed', async () => {
  const room = await filled(practice);
  const pending = pendingOf(room);
  const { proposal } = await pending.put(FIRST, await practice.sign([position('pvp-11')]));
  await pending.put(SECOND, (await waitingAt(room, SECOND))[0]!.entries);
  await pending.drop(SECOND, proposal);
  for (let i = 0; i < PENDING_MAX; i++) {
    room.clock.advance(1);
    await pending.drop(SECOND, (await pending.put(SECOND, [directoryEntry.encode({ statement: nodeRandom.bytes(100), signatures })])).proposal);
  }
  const { withdrawn } = await pending.list(FIRST);
  assert.deepEqual([withdrawn.length, withdrawn.at(-1)!.proposal, withdrawn.at(-1)!.person], [WITHDRAWN_OF_TWO_MAX + 1, proposal, FIRST.person]);
  const long = await pending.put(SECOND, large());
  room.clock.advance(1);
  await pending.drop(FIRST, long.proposal);
  const [newest] = (await pending.list(FIRST)).withdrawn;
  assert.deepEqual([newest!.proposal, newest!.statements], [long.proposal, []], 'of what is too long it is told that it was withdrawn');
});

test('few, for some weeks, and for registrars only', async () => {
  const room = await filled(practice);
  const pending = pendingOf(room);
  const la = { person: 'la', device: 'la-may' };
  const entries = await practice.sign([position('pvp-3')]);
  await refuses('registrar-required', pending.put(la, entries));
  await refuses('registrar-required', pending.list(la));
  await refuses('registrar-required', pending.drop(la, '00'.repeat(16)));
  await refuses('cbor-malformed', pending.put(FIRST, [new Uint8Array(3)]));
  const { statement } = directoryEntry.decode(entries[0]!);
  const other = (i: number) => [directoryEntry.encode({ ...directoryEntry.decode(entries[0]!), statement: statement.with(40, statement[40]! ^ (i + 1)) })];
  for (let i = 0; i < PENDING_OF_ONE_MAX; i++) await pending.put(FIRST, other(i));
  await assert.rejects(pending.put(FIRST, entries), { code: 'proposals-full', detail: { mostOfOne: PENDING_OF_ONE_MAX } });
  const { proposal } = await pending.put(SECOND, entries);
  await pending.drop(SECOND, proposal);
  for (let i = PENDING_OF_ONE_MAX; i < PENDING_MAX; i++) await pending.put(SECOND, other(i));
  await refuses('proposals-full', pending.put(SECOND, entries));
  room.clock.advance(PENDING_DAYS * DAY_MS);
  assert.deepEqual((await pending.list(FIRST)).proposals, []);
  await pending.put(FIRST, entries);
});

test('one registrar parks so many bytes, and another still has room', async () => {
  const pending = pendingOf(await filled(practice));
  await pending.put(FIRST, large());
  await assert.rejects(pending.put(FIRST, large()), { code: 'proposals-full', detail: { bytesMax: PENDING_BYTES_MAX } });
  const { proposal } = await pending.put(SECOND, large());
  assert.equal((await pending.list(FIRST)).proposals.length, 2);
  await pending.drop(FIRST, proposal);
});

test('signatures that are there stay when the same entries are left with fewer', async () => {
  const pending = pendingOf(await filled(practice));
  const entries = await practice.sign([position('pvp-5'), position('pvp-6')]);
  const both = await Promise.all(entries.map((entry) => countersignEntry(nodeCrypto, second.signer, entry, nodeRandom)));
  const waiting = async () => (await pending.list(FIRST)).proposals[0]!.entries.map((entry) => directoryEntry.decode(entry).signatures.map(({ p256Certificate }) => hex(p256Certificate)).toSorted());
  await pending.put(SECOND, both);
  const whole = await waiting();
  await pending.put(FIRST, entries);
  assert.deepEqual([await waiting(), whole.map((signers) => signers.length)], [whole, [2, 2]]);
  await pending.put(FIRST, [both[0]!, entries[1]!]);
  assert.deepEqual(await waiting(), whole);
});

test('a signature that stands goes by no garbage under the same certificates, nor by any number of others', async () => {
  const room = await filled(practice);
  const pending = pendingOf(room);
  const entries = await practice.sign([position('pvp-12')]);
  const { statement, signatures: [genuine] } = directoryEntry.decode(entries[0]!);
  const garbage = (one: typeof genuine) => ({ ...one!, p256: nodeRandom.bytes(one!.p256.length), mldsa: nodeRandom.bytes(one!.mldsa.length) });
  const put = (caller: typeof FIRST, signed: readonly (typeof genuine)[]) => pending.put(caller, [directoryEntry.encode({ statement, signatures: signed.map((one) => one!) })]);
  const waits = async () => directoryEntry.decode((await pending.list(FIRST)).proposals[0]!.entries[0]!).signatures.map(({ mldsa }) => hex(mldsa));
  await put(FIRST, [genuine]);
  await put(SECOND, [garbage(genuine)]);
  await put(SECOND, Array.from({ length: 4 }, () => ({ ...garbage(genuine), p256Certificate: nodeRandom.bytes(32), mldsaCertificate: nodeRandom.bytes(32) })));
  assert.deepEqual(await waits(), [hex(genuine!.mldsa)]);
  const { proposal } = await put(SECOND, [garbage(genuine)]);
  await pending.drop(SECOND, proposal);
  await put(SECOND, [garbage(genuine)]);
  await put(FIRST, [genuine]);
  assert.deepEqual(await waits(), [hex(genuine!.mldsa)], 'what was there before and verifies for nobody gives way');
});

test('the request that a proposal answers stays the one that its registrar compared', async () => {
  const pending = pendingOf(await filled(practice));
  const entries = await practice.sign([position('pvp-13')]);
  const asked = (device: string): Uint8Array => deviceRequestStatement.encode({
    version: 1, organisation: practice.founded.organisation, person: 'hoa', name: 'Vàng Thị Hoa', device,
    keys: { p256: nodeRandom.bytes(65), mldsa: nodeRandom.bytes(1_952) }, kem: nodeRandom.bytes(1_216), created: NOW,
  });
  const [theirs, other] = [asked('hoa-may'), asked('may-la')];
  await pending.put(FIRST, entries, theirs);
  await pending.put(SECOND, entries, other);
  assert.deepEqual((await pending.list(SECOND)).proposals.map((one) => hex(one.asked!)), [hex(theirs)]);
});

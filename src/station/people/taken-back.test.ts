/**
 * What a restored or promoted sequencer lost comes back from devices, at its old place, whatever others bring besides.
 * Source: docs/decisions/0116-given-back-with-the-checkpoint.md.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { foldEntries } from '#model/directory.ts';
import { type LogSigner, signDirectoryCheckpoint } from '#model/directory-log.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { NOW, open, province, refused, refuses, type Room, serve } from './testing.test.ts';

const STATION = 'tram-tinh';
const practice = await province();
for (let i = 0; i < 4; i++) {
  await practice.addOffice(`to-${i}`, STATION, `Tổ ${i}`);
  await practice.addPosition(`giu-khoa-${i}`, `to-${i}`);
  await practice.hold('anh', `giu-khoa-${i}`);
}
const registrar = practice.state.registrars()[0]!;
const { device: REGISTRAR } = await practice.addPerson(registrar.person, 'Người Giữ Danh Bạ');
await practice.hold(registrar.person, 'giu-khoa-0');
const [backedUp, then, former] = [[...practice.entries], practice.state, practice.stations.get(STATION)!.log.signer];
/** May write own words, and no more. */
const rogue = practice.devices.get('anh-may')!.signer;

interface Lost { readonly entries: readonly Uint8Array[]; readonly checkpoint: Uint8Array; readonly root: Uint8Array }

const noteOver = async (entries: readonly Uint8Array[], signer: LogSigner = former): Promise<Lost> => {
  const { point } = (await foldEntries(nodeCrypto, then, entries, { authority: practice.authority }))!;
  return { entries, checkpoint: await signDirectoryCheckpoint(nodeCrypto, signer, practice.founded.organisation, point, NOW), root: point.root };
};
/** What the station took after its last backup, as a device holds it. */
const lose = async (...plans: EntryPlan[]): Promise<Lost> => noteOver(await practice.sign(plans));
const person = (code: string): EntryPlan => ({ kind: 'person', body: { person: code, name: 'Người Mới' } });
const key = (number: number, office = 'to-0'): EntryPlan =>
  ({ kind: 'office-key', body: { office, purpose: 'storage', number, from: NOW, kem: 0x647a, publicKey: new Uint8Array(1_216).fill(number) } });

async function restored(later = HOUR_MS, more: Parameters<typeof open>[3] = {}): Promise<Room> {
  const room = await open(practice, STATION, newDisk(), more);
  await room.people.receive({ from: 0, entries: backedUp, checkpoint: await signDirectoryCheckpoint(nodeCrypto, former, practice.founded.organisation, then.point, NOW) });
  room.clock.advance(later);
  return room;
}

const fresh = async (): Promise<LogSigner> => {
  const of = async (algorithm: 'ed25519' | 'ml-dsa-44') => nodeCrypto.signatures.signingKey(algorithm, await nodeCrypto.signatures.generateSecret(algorithm));
  return { ed25519: await of('ed25519'), mldsa44: await of('ml-dsa-44') };
};
const nextKeys = await fresh();
const promoted = () => restored(HOUR_MS, { logSigner: nextKeys, lead: { demand() {}, registrarHeard() {}, led: async () => {}, isTermHere: true } });
const term = await practice.sign([{
  kind: 'term', body: { number: 2, station: STATION, logKeys: { ed25519: nextKeys.ed25519.publicKey, mldsa44: nextKeys.mldsa44.publicKey } },
}], [practice.founded.root.signer]);

const takenBack = (room: Room, { entries, checkpoint }: Lost) => room.people.takeBack(entries, checkpoint, { device: 'anh-may' });

function demandSame({ people }: Room, { entries, root }: Lost): void {
  assert.deepEqual(people.view().rootAt(backedUp.length + entries.length), root, 'the log is the one that devices hold');
}

/** The other form of the same P-256 signatures: whoever has one can write it, without any key. */
function flipped(bytes: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const entry = directoryEntry.decode(bytes);
  const signatures = entry.signatures.map((one) => {
    const other = order - BigInt(`0x${Buffer.from(one.p256.subarray(32)).toString('hex')}`);
    return { ...one, p256: new Uint8Array([...one.p256.subarray(0, 32), ...Buffer.from(other.toString(16).padStart(64, '0'), 'hex')]) };
  });
  return directoryEntry.encode({ ...entry, signatures });
}

test('another form of a lost entry is not what the checkpoint covers, and the right one comes back', async () => {
  const lost = await lose(person('moi'));
  const room = await restored();
  await refuses('directory-inconsistent', takenBack(room, { ...lost, entries: lost.entries.map(flipped) }));
  await takenBack(room, lost);
  demandSame(room, lost);
  await takenBack(room, lost);
  assert.equal(room.people.view().point.size, backedUp.length + 1, 'the second device that has seen it adds nothing');
});

test('a note by any keys but those that the directory names proves nothing, nor one over a longer or shorter log', async () => {
  const lost = await lose(person('moi'), person('moi-2'));
  const room = await restored();
  await refuses('directory-signature-wrong', takenBack(room, await noteOver(lost.entries, await fresh())));
  await refuses('directory-inconsistent', takenBack(room, { ...lost, entries: lost.entries.slice(0, 1) }));
  await refuses('directory-inconsistent', takenBack(room, { ...lost, entries: lost.entries.toReversed() }));
  await refuses('cbor-malformed', takenBack(room, { ...lost, checkpoint: Uint8Array.of(1) }));
  assert.equal(room.people.view().point.size, backedUp.length);
});

test('what the log took once is not asked again for its date, nor for how much it was in a day, nor for room', async () => {
  const old = await lose({ kind: 'office', body: { office: 'to-3', name: 'Tên mới', symbol: 'X', station: STATION } });
  const late = await restored(41 * DAY_MS, { room: { freeBytes: () => 0, floorBytes: 1 } });
  await takenBack(late, old);
  demandSame(late, old);
  const plans = ['to-0', 'to-1', 'to-2', 'to-3'].flatMap((office) => Array.from({ length: 24 }, (_, i) => key(10 + i, office)));
  const ofDays = await noteOver(await practice.sign(plans, [rogue]));
  const room = await restored();
  await takenBack(room, ofDays);
  demandSame(room, ofDays);
});

test('before a term nothing comes that no checkpoint covers, however much of it one device brings', async () => {
  const ahead = async (): Promise<Uint8Array[]> => {
    practice.now = NOW + 2 * DAY_MS;
    return practice.sign([key(60)], [rogue]).finally(() => (practice.now = NOW));
  };
  const many = await practice.sign(Array.from({ length: 17 }, (_, i) => key(40 + i)), [rogue]);
  for (const evil of [await ahead(), many, await practice.sign([key(61)], [rogue])]) {
    const lost = await lose(person('moi'));
    const room = await promoted();
    await refuses('directory-unheard', room.people.propose(evil));
    await refuses('directory-unheard', room.people.propose([...evil, ...term]));
    await refuses('directory-signature-wrong', takenBack(room, await noteOver(evil, nextKeys)));
    await takenBack(room, lost);
    await refuses('directory-unheard', room.people.propose(evil));
    await room.people.propose(term);
    demandSame(room, lost);
    assert.ok(room.people.view().person('moi') !== null);
    assert.deepEqual([room.people.view().point.size, room.people.isSequencer], [backedUp.length + 2, true]);
  }
});

test('a restored station that may not lead yet takes back what is proved, and nothing else', async () => {
  const lead = { demand: () => { throw new Refusal('directory-unheard', { reason: 'neighbours' }); }, registrarHeard() {}, led: async () => {}, isTermHere: false };
  const lost = await lose(person('moi'));
  const room = await restored(HOUR_MS, { lead });
  await refuses('directory-unheard', room.people.propose(lost.entries.map(flipped)));
  await takenBack(room, lost);
  demandSame(room, lost);
});

/** What devices bring over HTTP to a station that was restored, has no neighbours, and may lead. */
async function leading() {
  const heard = { registrar: false };
  const room = await restored(HOUR_MS, {
    lead: {
      demand: (_held, mayBegin) => { if (!mayBegin && !heard.registrar) throw new Refusal('directory-unheard', { reason: 'registrar' }); },
      registrarHeard: () => void (heard.registrar = true), led: async () => {}, isTermHere: false,
    },
  });
  const served = await serve(room);
  const bring = async (device: string, entries: readonly Uint8Array[], checkpoint?: Uint8Array) => {
    const { token } = (await served.logIn(practice.devices.get(device)!)).json;
    const body = { entries: entries.map((bytes) => Buffer.from(bytes).toString('base64url')), ...(checkpoint && { checkpoint: Buffer.from(checkpoint).toString() }) };
    return served.call('POST', '/directory', { token, body });
  };
  return { room, bring };
}

test('a restored station that may lead gives a lost entry\'s place to nobody before a registrar\'s device gave it back', async () => {
  const lost = await lose(person('moi'));
  const own = await practice.sign([key(62)], [rogue]);
  const { room, bring } = await leading();
  for (const evil of [own, lost.entries.map(flipped)]) {
    refused('directory-unheard', await bring('anh-may', evil));
    await refuses('directory-unheard', room.people.propose(evil, 'muong-leo'));
  }
  assert.equal((await bring('anh-may', lost.entries, lost.checkpoint)).json.outcome, 'sequenced', 'whoever saw it gives it back');
  refused('directory-unheard', await bring('anh-may', own));
  assert.equal((await bring(REGISTRAR, lost.entries, lost.checkpoint)).json.outcome, 'sequenced');
  assert.equal((await bring('anh-may', own)).json.size, backedUp.length + 2);
  demandSame(room, lost);
});

test('over HTTP: a long run in one piece with its note, and without one no more than a proposal takes', async () => {
  const lost = await lose(...Array.from({ length: 70 }, (_, i) => person(`moi-${i}`)));
  const room = await serve(await restored(0));
  const { token } = (await room.logIn(practice.devices.get('khue-may')!)).json;
  const entries = lost.entries.map((bytes) => Buffer.from(bytes).toString('base64url'));
  refused('request-malformed', await room.call('POST', '/directory', { token, body: { entries, givenBack: true } }));
  const { json } = await room.call('POST', '/directory', { token, body: { entries, checkpoint: Buffer.from(lost.checkpoint).toString() } });
  assert.deepEqual([json.outcome, json.size], ['sequenced', backedUp.length + 70]);
  demandSame(room, lost);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryFault } from '#model/directory-faults.ts';
import { countersignEntry, type EntryPlan, makeEntry } from '#model/directory-entries.ts';
import { applyEntry, type DirectoryState, foldEntries } from '#model/directory.ts';
import { PracticeOrganisation, rawKeyAuthority } from '#model/practice.ts';
import { directoryEntry, entryStatement } from '#wire/directory.ts';
import { signOne, type TwinSigner } from '#wire/sign.ts';
import { utf8 } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const HOUR = 3_600_000;

async function found(cheap = true): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap });
  await practice.addStation('muong-leo', 'Mường Lèo');
  await practice.connect('tram-tinh', 'muong-leo', '127.0.0.1:7001');
  await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  await practice.addOffice('don-bien-phong', 'muong-leo', 'Đồn biên phòng');
  await practice.addPosition('van-thu', 'van-phong');
  await practice.addPerson('anh', 'Nguyễn Thị Ánh');
  await practice.hold('anh', 'van-thu');
  return practice;
}

/** The log as it stands when a test begins; each test adds to a copy of its own. */
const base = await found();

async function refusedFor(reason: EntryFault, attempt: Promise<unknown>, where: { kind?: string; index?: number } = {}): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, 'directory-entry-refused');
    assert.equal(error.detail['reason'], reason, error.message);
    if (where.kind !== undefined) assert.equal(error.detail['kind'], where.kind);
    assert.equal(error.detail['index'], where.index ?? base.state.point.size);
    return true;
  });
}

function apply(entry: Uint8Array, state = base.state) {
  return applyEntry(nodeCrypto, state, entry, { authority: base.authority });
}

async function sign(plan: EntryPlan, signers?: readonly TwinSigner[]): Promise<Uint8Array> {
  const [only] = await base.sign([plan], signers);
  return only!;
}

async function applyPlan(plan: EntryPlan, signers?: readonly TwinSigner[]) {
  return apply(await sign(plan, signers));
}

const OFFICE: EntryPlan = { kind: 'office', body: { office: 'cong-an', name: 'Công an tỉnh', symbol: 'CAT-PV01', station: 'tram-tinh' } };

test('a log applies, and its view answers who may what', () => {
  const { state } = base;
  assert.equal(state.sequencer.station, 'tram-tinh');
  assert.deepEqual(state.neighbours('muong-leo'), ['tram-tinh']);
  assert.ok(state.may('anh', 'dispatch', 'van-phong', NOW));
  assert.ok(!state.may('anh', 'dispatch', 'don-bien-phong', NOW));
  assert.ok(!state.may('anh', 'dispatch', 'van-phong', NOW - 1), 'not before the holding began');
  assert.deepEqual(state.entitled('keys', 'van-phong', NOW).map(({ name }) => name), ['Nguyễn Thị Ánh']);
});

test('a view taken before does not change, and a refused entry leaves no trace', async () => {
  const before = base.state;
  const after = await applyPlan(OFFICE);
  assert.equal(before.office('cong-an'), null);
  assert.equal(after.office('cong-an')?.name, 'Công an tỉnh');
  assert.equal(after.point.size, before.point.size + 1);
  await refusedFor('station-unknown', applyPlan({ kind: 'office', body: { ...OFFICE.body, station: 'khong-co' } as never }));
  assert.equal(base.state.point.size, before.point.size);
});

test('two futures of one state do not disturb each other', async () => {
  const one = await applyPlan(OFFICE);
  const other = await applyPlan({ kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } });
  assert.equal(one.person('khue'), null);
  assert.equal(other.office('cong-an'), null);
  assert.notDeepEqual(one.point.root, other.point.root);
  assert.deepEqual(one.rootAt(base.state.point.size), other.rootAt(base.state.point.size));
});

test('replaying the whole log gives the same root', async () => {
  const again = await foldEntries(nodeCrypto, null, base.entries, { authority: base.authority });
  assert.deepEqual(again!.point, base.state.point);
});

test('an entry signed by somebody who may not is refused', async () => {
  const device = base.devices.get('anh-may')!;
  await refusedFor('signer-not-entitled', applyPlan(OFFICE, [device.signer]), { kind: 'office' });
  await refusedFor('signer-not-entitled', applyPlan(OFFICE, [base.stations.get('tram-tinh')!.signer]));
  await refusedFor('signer-not-entitled', applyPlan(OFFICE, [base.founded.root.signer]));
  const term: EntryPlan = { kind: 'term', body: { number: 2, station: 'muong-leo', logKeys: base.stations.get('muong-leo')!.log.keys } };
  await refusedFor('signer-not-entitled', applyPlan(term), { kind: 'term' });
  assert.equal((await applyPlan(term, [base.founded.root.signer])).sequencer.station, 'muong-leo');
});

test('a stranger, a repeated signer and a stolen signature are refused', async () => {
  const stranger = await base.identity('registrar', 'Người lạ');
  await refusedFor('signer-unknown', applyPlan(OFFICE, [stranger.signer]));
  const { registrar } = base.founded;
  await refusedFor('signer-repeated', applyPlan(OFFICE, [registrar.signer, registrar.signer]));
  const mixed = { ...registrar.signer, mldsa: stranger.keys.mldsa };
  await refusedFor('signature-wrong', applyPlan(OFFICE, [mixed]));
  const honest = directoryEntry.decode(await sign(OFFICE));
  const other = directoryEntry.decode(await sign({ kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } }));
  const stolen = directoryEntry.encode({ statement: other.statement, signatures: honest.signatures });
  await refusedFor('signature-wrong', apply(stolen));
});

test('a signature for another purpose does not pass', async () => {
  const { statement } = directoryEntry.decode(await sign(OFFICE));
  const signature = await signOne(nodeCrypto, base.founded.registrar.signer, 'author', statement, nodeRandom);
  await refusedFor('signature-wrong', apply(directoryEntry.encode({ statement, signatures: [signature] })));
});

test('a flipped byte of an entry, wherever, is refused', async () => {
  const entry = await sign(OFFICE);
  for (let at = 0; at < entry.length; at += 97) {
    const tampered = entry.with(at, entry[at]! ^ 1);
    await assert.rejects(apply(tampered), (error) => error instanceof Refusal && error.code === 'directory-entry-refused');
  }
  await refusedFor('malformed', apply(entry.slice(0, -1)), { kind: 'unknown' });
});

test('the same statement never counts twice, even under fresh signatures', async () => {
  const entry = await sign(OFFICE);
  const state = await apply(entry);
  const index = base.state.point.size + 1;
  await refusedFor('repeated', apply(entry, state), { index });
  const { statement } = directoryEntry.decode(entry);
  const signature = await signOne(nodeCrypto, base.founded.registrar.signer, 'directory', statement, nodeRandom);
  await refusedFor('repeated', apply(directoryEntry.encode({ statement, signatures: [signature] }), state), { index });
});

test('an entry of another organisation or another log is refused', async () => {
  const other = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  const { registrar } = base.founded;
  const order = { created: NOW, random: nodeRandom, after: null };
  const foreign = await makeEntry(nodeCrypto, [registrar.signer], 'office', OFFICE.body as never, { ...order, organisation: other.founded.organisation });
  await refusedFor('organisation-differs', apply(foreign));
  const { organisation } = base.founded;
  const after = { size: base.state.point.size, root: other.state.point.root };
  const split = await makeEntry(nodeCrypto, [registrar.signer], 'office', OFFICE.body as never, { ...order, organisation, after });
  await refusedFor('log-differs', apply(split));
  const ahead = { size: base.state.point.size + 1, root: base.state.point.root };
  const future = await makeEntry(nodeCrypto, [registrar.signer], 'office', OFFICE.body as never, { ...order, organisation, after: ahead });
  await refusedFor('log-differs', apply(future));
});

test('a log begins with founding, registrar, term and has each once', async () => {
  const [founding, registrar, term] = base.founded.entries as [Uint8Array, Uint8Array, Uint8Array];
  const options = { authority: base.authority };
  await refusedFor('out-of-order', applyEntry(nodeCrypto, null, registrar, options), { index: 0 });
  const state = await applyEntry(nodeCrypto, null, founding, options);
  await refusedFor('out-of-order', applyEntry(nodeCrypto, state, term, options), { index: 1 });
  await refusedFor('repeated', apply(founding));
});

test('codes: replaced where that is allowed, never reused', async () => {
  const { seals } = base;
  const device = base.devices.get('anh-may')!;
  const { certificates } = await base.identity('person', 'x');
  const kem = await nodeCrypto.kem.publicKey(device.kemSecret);
  await refusedFor('kind-differs', applyPlan({ kind: 'person', body: { person: 'anh', name: 'Nguyễn Thị Ánh', kind: 'service' } }));
  await refusedFor('code-taken', applyPlan({ kind: 'device', body: { device: 'anh-may', person: 'anh', certificates, kem } }));
  const moved = { position: 'van-thu', office: 'don-bien-phong', title: 'Văn thư', rights: [] };
  await refusedFor('code-taken', applyPlan({ kind: 'position', body: moved }));
  const ended = await applyPlan({ kind: 'end', body: { what: 'office', code: 'don-bien-phong', reason: 'superseded' } });
  const back = await sign({ kind: 'office', body: { ...OFFICE.body, office: 'don-bien-phong' } as never });
  await refusedFor('code-taken', apply(back, ended), { index: base.state.point.size + 1 });
  const renamed = await applyPlan({ kind: 'office', body: { office: 'van-phong', name: 'Văn phòng Ủy ban', symbol: 'UBND-VP', station: 'muong-leo' } });
  assert.equal(renamed.office('van-phong')?.station, 'muong-leo');
  const seal = seals.get('van-thu')!.certificates;
  await refusedFor('certificate-taken', applyPlan({ kind: 'position', body: { position: 'pho', office: 'van-phong', title: 'Phó', rights: ['dispatch'], seal } }));
});

test('the first key of a number wins, and only who may makes one', async () => {
  const device = base.devices.get('anh-may')!;
  const publicKey = await nodeCrypto.kem.publicKey(device.kemSecret);
  const body = { office: 'van-phong', purpose: 'transport' as const, number: 1, from: NOW, kem: 0x647a, publicKey };
  const state = await applyPlan({ kind: 'office-key', body }, [device.signer]);
  assert.equal(state.currentKey('van-phong', 'transport', NOW)?.number, 1);
  assert.equal(state.currentKey('van-phong', 'transport', NOW - 1), null);
  const second = await sign({ kind: 'office-key', body: { ...body, from: NOW + 1 } }, [device.signer]);
  await refusedFor('number-taken', apply(second, state), { index: base.state.point.size + 1 });
  await refusedFor('signer-not-entitled', applyPlan({ kind: 'office-key', body: { ...body, office: 'don-bien-phong' } }, [device.signer]));
  await refusedFor('kem-unknown', applyPlan({ kind: 'office-key', body: { ...body, kem: 1 } }));
});

test('who made an office\'s keys once makes none any more, whatever time the entry gives itself', async () => {
  const device = base.devices.get('anh-may')!;
  const publicKey = await nodeCrypto.kem.publicKey(device.kemSecret);
  const order = { organisation: base.founded.organisation, after: null, random: nodeRandom };
  const end = { what: 'holder', code: 'anh', other: 'van-thu', reason: 'left' } as const;
  const moved = await apply(await makeEntry(nodeCrypto, [base.founded.registrar.signer], 'end', end, { ...order, created: NOW + 10 }));
  const body = { office: 'van-phong', purpose: 'transport' as const, number: 7, from: NOW, kem: 0x647a, publicKey };
  const backdated = await makeEntry(nodeCrypto, [device.signer], 'office-key', body, { ...order, created: NOW + 1 });
  assert.equal((await apply(backdated)).officeKeys('van-phong', 'transport').length, 1, 'while it held the position');
  await refusedFor('signer-not-entitled', apply(backdated, moved), { index: base.state.point.size + 1 });
});

test('who held a position until a day makes and ends no keys once the log is past that day, whatever time the entry gives itself', async () => {
  const organisation = await found();
  await organisation.addPerson('la', 'Lò Thị Lả');
  await organisation.hold('la', 'van-thu', NOW, NOW + DAY_MS);
  const la = organisation.devices.get('la-may')!;
  const order = { organisation: organisation.founded.organisation, after: null, random: nodeRandom, created: NOW + 1 };
  const body = { office: 'van-phong', purpose: 'transport' as const, number: 1, from: NOW, kem: 0x647a, publicKey: await nodeCrypto.kem.publicKey(la.kemSecret) };
  const key = await makeEntry(nodeCrypto, [la.signer], 'office-key', body, order);
  const held = await apply(key, organisation.state);
  assert.equal(held.officeKeys('van-phong', 'transport').length, 1, 'while it held the position');

  const end = await makeEntry(nodeCrypto, [la.signer], 'end', { what: 'office-key', code: 'van-phong', other: 'transport-1', reason: 'compromised' }, order);
  const note = { office: 'van-phong', name: 'Văn phòng', symbol: 'VP', station: 'tram-tinh' };
  const later = (state: DirectoryState, created: number) => makeEntry(nodeCrypto, [organisation.founded.registrar.signer], 'office', note, { ...order, created }).then((bytes) => apply(bytes, state));
  await apply(end, await later(held, NOW + DAY_MS - 1));
  const past = await later(held, NOW + DAY_MS);
  await refusedFor('signer-not-entitled', apply(end, past), { index: past.point.size });
  await refusedFor('signer-not-entitled', apply(key, await later(organisation.state, NOW + DAY_MS)), { index: past.point.size - 1 });
});

test('names: empty, only spaces, control characters, and not in NFC', async () => {
  await refusedFor('name-empty', applyPlan({ kind: 'person', body: { person: 'khue', name: ' ' } }));
  await refusedFor('name-malformed', applyPlan({ kind: 'person', body: { person: 'khue', name: 'Đặng\nKhuê' } }));
  const composed = utf8('Nguyễn Thị Ánh');
  const statement = entryStatement.decode(directoryEntry.decode(await sign({ kind: 'person', body: { person: 'khue', name: 'Nguyễn Thị Ánh' } })).statement);
  const nfd = utf8('Nguyễn Thị Ánh'.normalize('NFD'));
  const at = statement.body.findIndex((_, i) => composed.every((byte, j) => statement.body[i + j] === byte));
  const body = Uint8Array.of(...statement.body.slice(0, at - 1), 0x60 + Math.min(23, nfd.length), ...nfd.slice(0, 23));
  const encoded = entryStatement.encode({ ...statement, body });
  const signature = await signOne(nodeCrypto, base.founded.registrar.signer, 'directory', encoded, nodeRandom);
  await refusedFor('malformed', apply(directoryEntry.encode({ statement: encoded, signatures: [signature] })), { kind: 'person' });
});

test('a name that the log took turns no letters around for whoever reads it', async () => {
  const grown = await applyPlan({ kind: 'person', body: { person: 'khue', name: 'Đặng Khuê\u202e' } });
  assert.equal(grown.person('khue')?.name, 'Đặng Khuê\ufffd');
});

test('things that do not exist cannot be named', async () => {
  await refusedFor('station-unknown', applyPlan({ kind: 'link', body: { caller: 'tram-tinh', answerer: 'khong-co' } }));
  await refusedFor('links-itself', applyPlan({ kind: 'link', body: { caller: 'tram-tinh', answerer: 'tram-tinh' } }));
  await refusedFor('office-unknown', applyPlan({ kind: 'position', body: { position: 'p', office: 'khong-co', title: 'P', rights: [] } }));
  await refusedFor('person-unknown', applyPlan({ kind: 'holder', body: { person: 'khong-co', position: 'van-thu', from: NOW } }));
  await refusedFor('position-unknown', applyPlan({ kind: 'holder', body: { person: 'anh', position: 'khong-co', from: NOW } }));
  await refusedFor('dates-reversed', applyPlan({ kind: 'holder', body: { person: 'anh', position: 'van-thu', from: NOW, until: NOW } }));
  await refusedFor('office-unknown', applyPlan({ kind: 'list', body: { list: 'moi-xa', name: 'Mọi xã', offices: ['khong-co'] } }));
  await refusedFor('device-unknown', applyPlan({ kind: 'end', body: { what: 'device', code: 'khong-co', reason: 'left' } }));
  await refusedFor('end-malformed', applyPlan({ kind: 'end', body: { what: 'holder', code: 'anh', reason: 'left' } }));
});

test('an end that was dated ahead is ended anew by an earlier one, and none is put off', async () => {
  const practice = await found();
  await practice.add([{ kind: 'list', body: { list: 'cac-xa', name: 'Các xã', offices: [] } }]);
  const ends: EntryPlan[] = [
    { kind: 'end', body: { what: 'holder', code: 'anh', other: 'van-thu', reason: 'left' } },
    { kind: 'end', body: { what: 'position', code: 'van-thu', reason: 'left' } },
    { kind: 'end', body: { what: 'person', code: 'anh', reason: 'left' } },
    { kind: 'end', body: { what: 'list', code: 'cac-xa', reason: 'superseded' } },
  ];
  practice.now = NOW + DAY_MS;
  await practice.add(ends);
  const first = practice.state.person('anh')!.endedBy;
  assert.ok(practice.state.held('anh', NOW + HOUR_MS).length > 0, 'until then it ends nothing');
  practice.now = NOW + HOUR_MS;
  await practice.add(ends.map((plan) => (plan.kind === 'end' ? { ...plan, body: { ...plan.body, reason: 'stolen' as const } } : plan)));
  const { state } = practice;
  const device = state.device('anh-may')!;
  const identity = state.identify(device.verifier.p256Certificate, device.verifier.mldsaCertificate)!;
  for (const one of [state.person('anh')!, device, identity, state.position('van-thu')!, state.list('cac-xa')!, state.holdings('anh')[0]!]) {
    assert.deepEqual([one.endedAt, one.endReason], [NOW + HOUR_MS, 'stolen']);
  }
  assert.equal(state.person('anh')!.endedBy, first, 'what the log had ended by then it had ended');
  assert.deepEqual(state.held('anh', NOW + HOUR_MS), []);
  for (const later of [NOW + HOUR_MS, NOW + 2 * HOUR_MS]) {
    practice.now = later;
    for (const [plan, reason] of [[ends[0]!, 'holder-unknown'], [ends[1]!, 'position-unknown'], [ends[2]!, 'person-unknown'], [ends[3]!, 'list-unknown']] as const) {
      const [entry] = await practice.sign([plan]);
      await refusedFor(reason, applyEntry(nodeCrypto, state, entry!, { authority: practice.authority }), { index: state.point.size });
    }
  }
});

test('two registrars sign whatever lets somebody in, or ends it, as soon as there are two', async () => {
  const practice = await found();
  await practice.addStation('tram-nui', 'Núi');
  await practice.addOffice('phong-hai', 'tram-tinh');
  const second = await practice.identity('registrar', 'Hai');
  const seal = await practice.identity('office-seal', 'Văn phòng');
  const theirs = new Uint8Array(32).fill(7);
  await practice.add([{ kind: 'agreement', body: {
    peer: 'bo-doi', organisation: theirs.slice(0, 16), founding: theirs, name: 'Bộ đội biên phòng', station: 'tram-tinh', peerStation: 'tram-bo-doi', offices: ['van-phong'],
    precedence: 'priority', from: NOW,
  } }]);
  await practice.add([{ kind: 'registrar', body: { person: 'dang-ky-hai', name: 'Hai', certificates: second.certificates } }], [practice.founded.root.signer]);
  const key = { office: 'van-phong', purpose: 'transport' as const, number: 9, from: NOW, kem: 0x647a, publicKey: new Uint8Array(1_216) };
  const { station, site, certificates, link, logKeys } = practice.state.station('tram-tinh')!;
  const plans: EntryPlan[] = [
    { kind: 'holder', body: { person: 'anh', position: 'van-thu', from: NOW } },
    { kind: 'office-key', body: key },
    { kind: 'position', body: { position: 'moi', office: 'van-phong', title: 'Mới', rights: ['dispatch'], seal: seal.certificates } },
    { kind: 'station', body: { station, site, certificates, link, logKeys } },
    { kind: 'end', body: { what: 'holder', code: 'anh', other: 'van-thu', reason: 'left' } },
    { kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'mistake' } },
    { kind: 'end', body: { what: 'person', code: 'anh', reason: 'left' } },
    { kind: 'end', body: { what: 'position', code: 'van-thu', reason: 'left' } },
    { kind: 'end', body: { what: 'station', code: 'tram-tinh', reason: 'left' } },
    { kind: 'end', body: { what: 'office', code: 'phong-hai', reason: 'superseded' } },
    { kind: 'end', body: { what: 'agreement', code: 'bo-doi', reason: 'left' } },
  ];
  const office = { office: 'van-phong', name: 'Văn phòng', symbol: 'UBND-VP', station: 'tram-tinh' };
  plans.push({ kind: 'office', body: { ...office, alternate: 'phong-hai' } }, { kind: 'office', body: { ...office, station: 'tram-nui' } });
  const index = practice.state.point.size;
  const options = { authority: practice.authority };
  for (const plan of plans) {
    const [alone] = await practice.sign([plan]);
    await refusedFor('second-registrar-missing', applyEntry(nodeCrypto, practice.state, alone!, options), { index });
    const both = await countersignEntry(nodeCrypto, second.signer, alone!, nodeRandom);
    assert.equal((await applyEntry(nodeCrypto, practice.state, both, options)).point.size, index + 1);
  }
  const alone: EntryPlan[] = [{ kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } }, { kind: 'office', body: { ...office, name: 'Văn phòng UBND' } }];
  for (const plan of alone) {
    const [single] = await practice.sign([plan]);
    assert.equal((await applyEntry(nodeCrypto, practice.state, single!, options)).point.size, index + 1);
  }
});

test('an office makes its own keys with one signature, however many registrars there are', async () => {
  const practice = await found();
  const second = await practice.identity('registrar', 'Hai');
  await practice.add([{ kind: 'registrar', body: { person: 'dang-ky-hai', name: 'Hai', certificates: second.certificates } }], [practice.founded.root.signer]);
  const body = { office: 'van-phong', purpose: 'transport' as const, number: 9, from: NOW, kem: 0x647a, publicKey: new Uint8Array(1_216) };
  await practice.add([{ kind: 'office-key', body }], [practice.devices.get('anh-may')!.signer]);
  assert.ok(practice.state.officeKeys('van-phong', 'transport').some(({ number }) => number === 9));
});

test('what has ended does not act from then on, and stays known', async () => {
  const practice = await found();
  const { signer } = practice.devices.get('anh-may')!;
  practice.now = NOW + HOUR;
  const index = practice.state.point.size;
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'compromised' } }]);
  const identity = practice.state.identify(signer.p256Certificate, signer.mldsaCertificate)!;
  assert.equal(identity.kind, 'device');
  assert.equal(identity.endedBy, index);
  assert.equal(identity.endedAt, NOW + HOUR);
  assert.equal(identity.endReason, 'compromised');
  assert.deepEqual(practice.state.devices('anh'), []);
  assert.equal(practice.state.device('anh-may')?.endedBy, index);
  const plan: EntryPlan = { kind: 'office-key', body: { office: 'van-phong', purpose: 'storage', number: 1, from: NOW, kem: 0x647a, publicKey: new Uint8Array(1_216) } };
  const [entry] = await practice.sign([plan], [signer]);
  await refusedFor('signer-ended', applyEntry(nodeCrypto, practice.state, entry!, { authority: practice.authority }), { index: index + 1 });
  await practice.add([{ kind: 'end', body: { what: 'holder', code: 'anh', other: 'van-thu', reason: 'left' } }]);
  assert.ok(practice.state.may('anh', 'sign', 'van-phong', NOW + HOUR - 1));
  assert.ok(!practice.state.may('anh', 'sign', 'van-phong', NOW + HOUR));
});

test('rights and seals change with the position, and old acts keep theirs', async () => {
  const practice = await found();
  const old = practice.seals.get('van-thu')!;
  practice.now = NOW + HOUR;
  await practice.addPosition('van-thu', 'van-phong', ['receive'], 'Văn thư');
  const { state } = practice;
  assert.ok(state.may('anh', 'dispatch', 'van-phong', NOW + HOUR - 1));
  assert.ok(!state.may('anh', 'dispatch', 'van-phong', NOW + HOUR));
  const replaced = state.identify(old.signer.p256Certificate, old.signer.mldsaCertificate)!;
  assert.equal(replaced.endedAt, NOW + HOUR);
  assert.equal(state.positionAt('van-thu', NOW)?.rights.length, 8);
});

test('certificates that do not chain to the founding entry are refused, in either half', async () => {
  const real = await found(false);
  const stranger = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
  const index = real.state.point.size;
  const honest = await real.identity('person', 'Đặng Ngọc Khuê');
  const forged = await stranger.identity('person', 'Đặng Ngọc Khuê');
  const seal = await real.identity('office-seal', 'Đặng Ngọc Khuê');
  const { p256 } = honest.certificates;
  const twins = [
    forged.certificates,
    { p256: forged.certificates.p256, mldsa: honest.certificates.mldsa },
    { p256: honest.certificates.p256, mldsa: forged.certificates.mldsa },
    { ...honest.certificates, p256: p256.with(p256.length - 1, p256.at(-1)! ^ 1) },
    { ...honest.certificates, mldsa: seal.certificates.mldsa },
    real.stations.get('muong-leo')!.certificates,
  ];
  for (const certificates of twins) {
    const [entry] = await real.sign([{ kind: 'device', body: { device: 'khue-may', person: 'anh', certificates, kem: new Uint8Array(1_216) } }]);
    await refusedFor('certificate-invalid', applyEntry(nodeCrypto, real.state, entry!), { index, kind: 'device' });
  }
  const [entry] = await real.sign([{ kind: 'device', body: { device: 'khue-may', person: 'anh', certificates: honest.certificates, kem: new Uint8Array(1_216) } }]);
  assert.equal((await applyEntry(nodeCrypto, real.state, entry!)).device('khue-may')?.person, 'anh');
});

test('a real log is not one of raw keys, and the other way round', async () => {
  const first = base.founded.entries[0]!;
  await refusedFor('certificate-invalid', applyEntry(nodeCrypto, null, first), { index: 0, kind: 'founding' });
  assert.equal((await applyEntry(nodeCrypto, null, first, { authority: rawKeyAuthority(nodeCrypto) })).point.size, 1);
});

test('no key of an office is so far ahead that nobody can follow', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh', 'Văn phòng');
  await practice.addOfficeKey('vp', 'transport', 1);
  await assert.rejects(practice.addOfficeKey('vp', 'transport', 0xffff_ffff), (error) => error instanceof Refusal && error.detail['reason'] === 'number-too-far');
  await assert.rejects(practice.addOfficeKey('vp', 'transport', 66), (error) => error instanceof Refusal && error.detail['reason'] === 'number-too-far');
  await practice.addOfficeKey('vp', 'transport', 65);
});

test('ending the newest keys does not bring back those that somebody who left may hold', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh', 'Văn phòng');
  for (const number of [1, 2]) await practice.addOfficeKey('vp', 'transport', number);
  assert.equal(practice.state.currentKey('vp', 'transport', NOW)?.number, 2);
  await practice.add([{ kind: 'end', body: { what: 'office-key', code: 'vp', other: 'transport-2', reason: 'compromised' } }]);
  assert.equal(practice.state.currentKey('vp', 'transport', NOW + 1), null);
  await practice.addOfficeKey('vp', 'transport', 3);
  assert.equal(practice.state.currentKey('vp', 'transport', NOW + 1)?.number, 3);
});

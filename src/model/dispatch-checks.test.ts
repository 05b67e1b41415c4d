/** What a recipient refuses: every seam of a dispatch pulled at once, each with its own word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { keyCommitment } from '#core/stream.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { coreDigest, endorsementsDigest } from '#model/digests.ts';
import { checkDispatch, checkEnvelopeHead } from '#model/dispatch-checks.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { receiptKey, verifyReceipt } from '#model/receipts.ts';
import {
  type Core, core as coreCodec, type EndorsementPurpose, type EndorsementStatement, endorsementStatement, type Letter,
  type SealStatement, sealStatement,
} from '#wire/core.ts';
import {
  envelope as envelopeCodec, type Header, header as headerCodec, type SealingStatement, sealingStatement, stanza as stanzaCodec,
} from '#wire/envelope.ts';
import { receipt as receiptCodec, type ReceiptStatement, receiptStatement } from '#wire/receipt.ts';
import { signOne, type TwinSigner } from '#wire/sign.ts';
import type { Right } from '#wire/directory.ts';
import type { Purpose, Signed } from '#wire/signature.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;

async function found(cheap: boolean): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap });
  await practice.addStation('muong-leo', 'Mường Lèo');
  await practice.connect('tram-tinh', 'muong-leo');
  await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  await practice.addOffice('don-bien-phong', 'muong-leo', 'Đồn biên phòng');
  await practice.addPosition('chuyen-vien', 'van-phong', ['draft']);
  await practice.addPosition('chanh-van-phong', 'van-phong', ['approve', 'sign', 'dispatch']);
  await practice.addPosition('van-thu', 'van-phong', ['receive']);
  await practice.addPosition('don-truong', 'don-bien-phong', ['receive', 'draft', 'approve', 'sign', 'dispatch']);
  for (const [person, position] of [['anh', 'chuyen-vien'], ['khue', 'chanh-van-phong'], ['hoa', 'don-truong']] as const) {
    await practice.addPerson(person);
    await practice.hold(person, position);
  }
  practice.now = NOW + 1;
  return practice;
}

const practice = await found(true);
const { organisation } = practice.founded;
const office = (code: string) => ({ organisation, office: code });
const device = (person: string) => practice.devices.get(`${person}-may`)!.signer;
const sealOf = (position: string) => practice.seals.get(position)!.signer;
const stationOf = (code: string) => practice.stations.get(code)!.signer;

/** What a test changes of an honest dispatch; each signer signs whatever it is handed. */
interface Changes {
  readonly core?: Partial<Core>;
  readonly header?: Partial<Header>;
  readonly endorsements?: (honest: Act[]) => Act[];
  readonly seal?: Partial<SealStatement>;
  readonly sealSigner?: TwinSigner;
  readonly sealing?: Partial<SealingStatement>;
  readonly sealingSigner?: TwinSigner;
  readonly letter?: (letter: Letter) => Letter;
  readonly stanzaOffice?: string;
}

interface Act {
  readonly purpose: EndorsementPurpose;
  readonly person: string;
  readonly position: string;
  readonly time: number;
  readonly signer?: TwinSigner;
  readonly change?: Partial<EndorsementStatement>;
}

const HONEST: Act[] = [
  { purpose: 'author', person: 'anh', position: 'chuyen-vien', time: NOW + SECOND },
  { purpose: 'approve', person: 'khue', position: 'chanh-van-phong', time: NOW + 2 * SECOND },
  { purpose: 'sign', person: 'khue', position: 'chanh-van-phong', time: NOW + 3 * SECOND },
];

async function signed(signer: TwinSigner, purpose: Purpose, statement: Uint8Array): Promise<Signed> {
  return { statement, signature: await signOne(nodeCrypto, signer, purpose, statement, nodeRandom) };
}

async function make(changes: Changes = {}): Promise<{ envelope: Uint8Array; letter: Letter }> {
  const { hash } = nodeCrypto;
  const partKey = new Uint8Array(32).fill(5);
  const core: Core = {
    version: 1, suite: 1, organisation, from: office('van-phong'),
    to: [{ office: office('don-bien-phong'), role: 'action', precedence: 'flash' }],
    created: NOW, exercise: true, classification: 'confidential', documentType: 'Công điện', subject: 'Mưa lũ', text: 'Diễn tập',
    parts: [{
      name: 'Công điện số 12 – mưa lũ.docx', mediaType: 'application/octet-stream', size: 70_000, chunks: 2,
      root: new Uint8Array(32).fill(1), digest: new Uint8Array(32).fill(2), keyCommitment: keyCommitment(hash, partKey),
    }],
    author: 'anh', authorPosition: 'chuyen-vien', directory: practice.state.point, salt: nodeRandom.bytes(32), ...changes.core,
  };
  const coreBytes = coreCodec.encode(core);
  const digest = coreDigest(nodeCrypto, coreBytes);
  const acts = changes.endorsements?.(HONEST) ?? HONEST;
  const endorsements = await Promise.all(acts.map(({ purpose, person, position, time, signer, change }) => {
    const statement = { version: 1, purpose, core: digest, organisation, person, position, time, directory: practice.state.point, ...change };
    return signed(signer ?? device(person), purpose, endorsementStatement.encode(statement));
  }));
  const seal = await signed(changes.sealSigner ?? sealOf('chanh-van-phong'), 'office-seal', sealStatement.encode({
    version: 1, core: digest, endorsements: hash.sha256(new Uint8Array()), office: office('van-phong'), position: 'chanh-van-phong',
    number: { series: '2026', number: 12 }, symbol: 'UBND-VP', time: NOW + 4 * SECOND,
    ...(endorsements.length > 0 ? { endorsements: endorsementsDigest(nodeCrypto, endorsements) } : {}), ...changes.seal,
  }));
  const honest: Letter = { version: 1, core: coreBytes, endorsements, seal, partKeys: [partKey] };
  const letter = changes.letter?.(honest) ?? honest;
  const header: Header = {
    version: 1, suite: 1, kind: 'dispatch', from: core.from, station: 'tram-tinh', to: core.to, created: core.created, exercise: true,
    core: digest, parts: [{ root: new Uint8Array(32).fill(1), chunks: 2, size: 70_032 }], hopLimit: 8, ...changes.header,
  };
  const headerBytes = headerCodec.encode(header);
  const body = new Uint8Array(64);
  const stanzas = ['van-phong', changes.stanzaOffice ?? 'don-bien-phong'].map((code, i) => stanzaCodec.encode({
    key: { office: office(code), purpose: i === 0 ? 'storage' : 'transport', number: 1, sealing: 0 },
    kem: 0x647a, encapsulation: new Uint8Array(1_120), ciphertext: new Uint8Array(48),
  }));
  const leaves = stanzas.map((one) => leafHash(hash, one));
  const sealing = await signed(changes.sealingSigner ?? stationOf('tram-tinh'), 'sealing', sealingStatement.encode({
    version: 1, dispatch: hash.sha256(headerBytes), number: 0, station: 'tram-tinh', stanzas: 2, stanzaRoot: treeRoot(hash, leaves),
    bodyDigest: hash.sha256(body), bodySize: body.length, time: NOW + 5 * SECOND, ...changes.sealing,
  }));
  const placed = stanzas.map((stanza, index) => ({ index, stanza, path: inclusionProofs(hash, leaves)[index]! }));
  return { envelope: envelopeCodec.encode({ version: 1, header: headerBytes, sealing, stanzas: placed.slice(1), body }), letter };
}

async function refusedFor(code: RefusalCode, changes: Changes, detail: Record<string, unknown> = {}): Promise<void> {
  const { envelope, letter } = await make(changes);
  await assert.rejects(checkDispatch(nodeCrypto, practice.state, envelope, letter), (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    for (const [key, value] of Object.entries(detail)) assert.equal(error.detail[key], value, error.message);
    return true;
  });
}

/** Changes one act of the honest ones. */
function act(index: number, change: Partial<Act>): Pick<Changes, 'endorsements'> {
  return { endorsements: (honest) => honest.map((one, i) => (i === index ? { ...one, ...change } : one)) };
}

test('an honest dispatch: every check is told, with who signed and under which certificates', async () => {
  const { envelope, letter } = await make();
  const { checks, core, seal } = await checkDispatch(nodeCrypto, practice.state, envelope, letter);
  assert.equal(core.subject, 'Mưa lũ');
  assert.equal(seal.number.number, 12);
  assert.deepEqual(checks.map(({ name }) => name), [
    'envelope', 'sealing', 'core', 'header', 'parts', 'directory', 'author', 'approve', 'sign', 'two-persons', 'office-seal', 'time',
  ]);
  assert.deepEqual(checks.filter(({ who }) => who !== undefined).map(({ who }) => who), ['tram-tinh', 'anh', 'khue', 'khue', 'van-phong']);
});

test('the core and the keys of its parts', async () => {
  await refusedFor('core-forged', { letter: (letter) => ({ ...letter, core: coreCodec.encode({ ...coreCodec.decode(letter.core), text: 'khác' }) }) }, { field: 'digest' });
  await refusedFor('core-forged', { letter: (letter) => ({ ...letter, partKeys: [] }) }, { field: 'partKeys' });
  await refusedFor('core-forged', { letter: (letter) => ({ ...letter, partKeys: [new Uint8Array(32)] }) }, { field: 'partKeys' });
  for (const name of ['../mat.docx', 'a\\b', 'a\u0000b', '..', 'a\u202edocx.exe']) {
    const { letter } = await make();
    const [part] = coreCodec.decode(letter.core).parts;
    await refusedFor('path-in-file-name', { core: { parts: [{ ...part!, name }] } });
  }
});

test('every field of the header is the core\'s', async () => {
  const to = [{ office: office('don-bien-phong'), role: 'info' as const, precedence: 'flash' as const }];
  const changed: Partial<Header>[] = [
    { created: NOW + 1 }, { expires: NOW + 1 }, { deliverBy: NOW + 1 }, { replyBy: NOW + 1 }, { exercise: false }, { to },
    { reference: new Uint8Array(32) }, { parts: [] }, { parts: [{ root: new Uint8Array(32).fill(1), chunks: 2, size: 70_033 }] },
  ];
  for (const header of changed) await refusedFor('header-differs', { header }, { field: Object.keys(header)[0] });
  const reference = new Uint8Array(32);
  await refusedFor('header-differs', { header: { reference, relation: 'cancels' }, core: { reference } }, { field: 'relation' });
  await refusedFor('header-forged', { header: { relation: 'cancels' } }, { field: 'relation' });
});

test('two persons, each step by whom it must be, in order', async () => {
  const without = (purpose: string): Changes => ({ endorsements: (honest) => honest.filter((one) => one.purpose !== purpose) });
  for (const purpose of ['author', 'approve', 'sign']) await refusedFor('approval-missing', without(purpose), { purpose });
  await refusedFor('step-out-of-order', { endorsements: ([author, approve, sign]) => [author!, sign!, approve!] });
  await refusedFor('step-out-of-order', act(2, { time: NOW + SECOND }));
  await refusedFor('step-out-of-order', { endorsements: (honest) => [...honest, honest[2]!] });
  await refusedFor('same-person-twice', { endorsements: ([author, approve, sign]) => [author!, approve!, approve!, sign!] });
  await refusedFor('core-forged', { core: { author: 'khue' } }, { field: 'author' });
});

test('the author of a core who also has every right still needs somebody else', async () => {
  await practice.addPosition('kiem-nhiem', 'van-phong', ['approve', 'sign']);
  await practice.hold('anh', 'kiem-nhiem', NOW);
  assert.ok(practice.state.may('anh', 'approve', 'van-phong', NOW));
  await refusedFor('same-person-twice', act(1, { person: 'anh', position: 'kiem-nhiem' }), { person: 'anh' });
  await refusedFor('same-person-twice', act(2, { person: 'anh', position: 'kiem-nhiem' }), { person: 'anh' });
});

test('a machine signs only where its position says so, and never as the second person of what a person wrote', async () => {
  for (const person of ['may-soan', 'may-ky']) {
    await practice.add([{ kind: 'person', body: { person, name: 'Hệ thống chỉ huy', kind: 'service' } }]);
    await practice.addDevice(`${person}-may`, person);
  }
  const service = [['may-soan', 'soan-tu-dong', 'draft'], ['may-ky', 'ky-tu-dong', 'approve']] as const;
  for (const [person, position, right] of service) {
    const rights: Right[] = right === 'draft' ? ['draft', 'automatic'] : ['approve', 'sign', 'automatic'];
    await practice.addPosition(position, 'van-phong', rights);
    await practice.hold(person, position, NOW);
  }
  await practice.hold('may-ky', 'chanh-van-phong', NOW);
  const [byMachine, approve, sign] = [
    { person: 'may-soan', position: 'soan-tu-dong' }, { person: 'may-ky', position: 'ky-tu-dong' }, { person: 'may-ky', position: 'ky-tu-dong' },
  ];
  const core = { author: 'may-soan', authorPosition: 'soan-tu-dong' };
  const unattended: Changes = { core, endorsements: (honest) => honest.map((one, i) => ({ ...one, ...[byMachine, approve, sign][i] })) };
  const { envelope, letter } = await make(unattended);
  const { checks } = await checkDispatch(nodeCrypto, practice.state, envelope, letter);
  assert.deepEqual(checks.filter(({ automatic }) => automatic === true).map(({ name }) => name), ['author', 'approve', 'sign']);
  // A person may take over what a machine wrote; the other way round is refused for the approval and for the signature.
  const { envelope: mixed, letter: read } = await make({ core, ...act(0, byMachine) });
  const told = (await checkDispatch(nodeCrypto, practice.state, mixed, read)).checks;
  assert.deepEqual(told.filter(({ automatic }) => automatic === true).map(({ name }) => name), ['author']);
  await refusedFor('not-entitled', act(1, approve), { reason: 'person-wrote' });
  await refusedFor('not-entitled', act(2, sign), { reason: 'person-wrote' });
  await refusedFor('not-entitled', { core, endorsements: (honest) => honest.map((one, i) => ({ ...one, ...(i === 0 ? byMachine : { person: 'may-ky' }) })) }, { reason: 'not-automatic' });
});

test('rights: the position is the signer\'s, in that office, at that time, with that right', async () => {
  await refusedFor('not-entitled', act(1, { person: 'hoa', position: 'don-truong' }));
  await refusedFor('not-entitled', act(1, { position: 'chuyen-vien' }));
  await refusedFor('not-entitled', act(0, { position: 'van-thu' }));
  await refusedFor('not-entitled', act(0, { time: NOW - 1 }));
  await refusedFor('signature-wrong', act(1, { signer: device('anh') }), { reason: 'person' });
  await refusedFor('signature-wrong', act(1, { signer: stationOf('tram-tinh') }), { reason: 'person' });
  await refusedFor('signature-wrong', act(1, { change: { core: new Uint8Array(32) } }), { reason: 'core' });
  await refusedFor('signature-wrong', act(1, { signer: { ...device('khue'), mldsa: device('anh').mldsa } }), { reason: 'signature' });
  await refusedFor('signature-wrong', act(1, { signer: { ...device('khue'), p256: device('anh').p256 } }), { reason: 'signature' });
});

test('the office seal: over these endorsements, by a position that may send', async () => {
  await refusedFor('signature-wrong', { seal: { endorsements: new Uint8Array(32) } }, { reason: 'endorsements' });
  await refusedFor('signature-wrong', { seal: { core: new Uint8Array(32) } }, { reason: 'core' });
  await refusedFor('signature-wrong', { seal: { office: office('don-bien-phong') } }, { reason: 'office' });
  await refusedFor('signature-wrong', { sealSigner: sealOf('don-truong') }, { reason: 'signer' });
  await refusedFor('signature-wrong', { sealSigner: device('khue') }, { reason: 'signer' });
  await refusedFor('not-entitled', { sealSigner: sealOf('van-thu'), seal: { position: 'van-thu' } }, { purpose: 'office-seal' });
});

test('the envelope: its station, its body, its stanzas, its suite', async () => {
  await refusedFor('signature-wrong', { sealingSigner: stationOf('muong-leo') }, { purpose: 'sealing' });
  await refusedFor('header-forged', { sealing: { bodyDigest: new Uint8Array(32) } }, { field: 'body' });
  await refusedFor('header-forged', { sealing: { dispatch: new Uint8Array(32) } }, { field: 'dispatch' });
  await refusedFor('header-forged', { sealing: { stanzaRoot: new Uint8Array(32) } }, { field: 'stanza' });
  await refusedFor('header-forged', { stanzaOffice: 'van-phong' }, { field: 'stanza' });
  await refusedFor('header-forged', { header: { station: 'muong-leo' }, sealing: { station: 'muong-leo' }, sealingSigner: stationOf('muong-leo') }, { field: 'from' });
  await refusedFor('header-forged', { header: { to: [{ office: office('van-phong'), role: 'action', precedence: 'flash' }] } }, { field: 'to' });
  await refusedFor('suite-refused', { header: { suite: 0xff00 } });
  await refusedFor('station-unknown', { header: { station: 'khong-co' }, sealing: { station: 'khong-co' } });
  await refusedFor('organisation-unknown', { header: { from: { organisation: new Uint8Array(16), office: 'van-phong' } } });
  await refusedFor('date-out-of-range', { sealing: { time: NOW + 31 * 24 * 3_600 * SECOND } });
  await refusedFor('date-out-of-range', { sealing: { time: NOW - 25 * 3_600 * SECOND } });
});

test('times: nobody signs for a time before the core, or for one that has not come', async () => {

  // Whoever held the office last year, with the keys still at hand, and an author who dates along.
  const before = (days: number): Changes => ({
    core: { created: NOW + days * DAY }, endorsements: (honest) => honest, sealing: { time: NOW + days * DAY + 5 * SECOND },
    seal: { time: NOW + days * DAY },
  });
  await refusedFor('date-out-of-range', before(20), { field: 'author' });
  // A right that begins next month.
  await practice.addPosition('quyen-sau', 'van-phong', ['sign', 'dispatch']);
  await practice.hold('hoa', 'quyen-sau', NOW + 30 * DAY);
  const sign = { person: 'hoa', position: 'quyen-sau', time: NOW + 31 * DAY };
  await refusedFor('not-entitled', act(2, { ...sign, time: NOW + 3 * SECOND }));
  await refusedFor('date-out-of-range', { ...act(2, sign), seal: { time: sign.time } }, { field: 'sign' });
  await refusedFor('date-out-of-range', { seal: { time: NOW + 2 * DAY } }, { field: 'office-seal' });
  await refusedFor('step-out-of-order', { seal: { time: NOW + SECOND } }, { purpose: 'office-seal' });
});

test('a directory that is not ours surfaces', async () => {
  const { size } = practice.state.point;
  await refusedFor('directory-inconsistent', { core: { directory: { size: size - 1, root: new Uint8Array(32) } } });
  await refusedFor('directory-inconsistent', act(1, { change: { directory: { size, root: new Uint8Array(32) } } }));
});

test('a flipped byte of an envelope, wherever, is refused', async () => {
  const { envelope } = await make();
  for (let at = 0; at < envelope.length; at += 41) {
    const tampered = envelope.with(at, envelope[at]! ^ 1);
    await assert.rejects(checkEnvelopeHead(nodeCrypto, practice.state, tampered));
  }
});

test('what a key signed before it was declared compromised counts only with an earlier witness', async () => {
  const { envelope, letter } = await make();
  const ours = practice.state;
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'compromised' } }]);
  // The end is dated before the acts: they cannot have been.
  const late = checkDispatch(nodeCrypto, practice.state, envelope, letter, { witnessedAt: NOW });
  await assert.rejects(late, (error) => error instanceof Refusal && error.detail['reason'] === 'signer-ended' && error.detail['who'] === 'khue');
  practice.state = ours;
  practice.now = NOW + 60 * SECOND;
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'compromised' } }]);
  const unwitnessed = checkDispatch(nodeCrypto, practice.state, envelope, letter);
  await assert.rejects(unwitnessed, (error) => error instanceof Refusal && error.detail['reason'] === 'key-compromised');
  const witnessed = await checkDispatch(nodeCrypto, practice.state, envelope, letter, { witnessedAt: NOW + 6 * SECOND });
  assert.equal(witnessed.checks.length, 12);
  assert.deepEqual(witnessed.checks.flatMap(({ name, exposed }) => (exposed === undefined ? [] : [[name, exposed]])), [['approve', NOW + 60 * SECOND], ['sign', NOW + 60 * SECOND]]);
  practice.state = ours;
});

test('a device that has ended cannot sign as of before: not with the log that ended it, not sealed a month later', async () => {

  const ours = practice.state;
  const honest = await make();
  practice.now = NOW + 60 * SECOND;
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'left' } }]);
  assert.equal((await checkDispatch(nodeCrypto, practice.state, honest.envelope, honest.letter)).checks.length, 12);
  // `make` lets endorsers name the newest log, in which their end stands.
  await refusedFor('not-entitled', { core: { directory: ours.point } }, { purpose: 'approve', reason: 'signer-ended' });
  const old = { directory: ours.point };
  const dated: Changes = {
    endorsements: (acts) => acts.map((one) => ({ ...one, change: old })), core: old, sealing: { time: NOW + 60 * SECOND + 30 * DAY },
  };
  await refusedFor('date-out-of-range', dated, { field: 'created' });
  practice.state = ours;
  practice.now = NOW + 1;
});

test('receipts: a station speaks of custody and arrival, an office of opening; nobody for another', async () => {
  const base: ReceiptStatement = {
    version: 1, kind: 'arrived', dispatch: new Uint8Array(32), sealing: 0, office: office('don-bien-phong'), station: 'muong-leo',
    previousHop: 'tram-tinh', time: NOW + SECOND, incarnation: new Uint8Array(16),
  };
  const judging = { provider: nodeCrypto, view: practice.state };
  const verify = async (change: Partial<ReceiptStatement>, signer: TwinSigner, purpose?: Purpose) => {
    const statement = { ...base, ...change };
    return verifyReceipt(judging, await signed(signer, purpose ?? statement.kind, receiptStatement.encode(statement)));
  };
  const forged = async (attempt: Promise<unknown>) =>
    assert.rejects(attempt, (error) => error instanceof Refusal && error.code === 'receipt-forged');
  const good = await verify({}, stationOf('muong-leo'));
  assert.equal(good.evidence.who, 'muong-leo');
  assert.equal((await verify({ kind: 'custody', station: 'tram-tinh' }, stationOf('tram-tinh'))).kind, 'custody');
  assert.equal((await verify({ kind: 'opened' }, sealOf('don-truong'))).evidence.who, 'don-bien-phong');
  assert.notEqual(receiptKey(good), receiptKey({ ...good, kind: 'expired' }));
  await forged(verify({ station: 'tram-tinh' }, stationOf('tram-tinh')));
  await forged(verify({}, stationOf('tram-tinh')));
  await forged(verify({ kind: 'custody' }, sealOf('don-truong')));
  await forged(verify({ kind: 'opened' }, stationOf('muong-leo')));
  await forged(verify({ kind: 'opened' }, sealOf('chanh-van-phong')));
  await forged(verify({ kind: 'opened', office: office('van-phong'), station: 'tram-tinh' }, sealOf('chanh-van-phong')));
  await forged(verify({ kind: 'opened' }, device('hoa')));
  await forged(verify({}, stationOf('muong-leo'), 'custody'));
  await forged(verify({ office: { organisation: new Uint8Array(16), office: 'don-bien-phong' } }, stationOf('muong-leo')));
  await forged(verifyReceipt(judging, utf8('rác')));
  const honest = receiptCodec.encode(good.signed);
  await forged(verifyReceipt(judging, concat(honest, Uint8Array.of(0))));
  for (let at = 0; at < honest.length; at += 53) await forged(verifyReceipt(judging, honest.with(at, honest[at]! ^ 1)));
});

test('by delegation: told whose place it was; never in the place of the author, nor beyond the days', async () => {
  const ours = practice.state;
  await practice.addPerson('minh', 'Lò Văn Minh');
  await practice.addPosition('thu-truong', 'van-phong', ['draft', 'sign']);
  await practice.hold('anh', 'thu-truong');
  const days = { from: NOW, until: NOW + 10 * SECOND, reason: 'Giấy ủy quyền số 12' };
  await practice.add([
    { kind: 'delegation', body: { delegation: 'uq-1', position: 'chanh-van-phong', by: 'khue', to: 'minh', rights: ['sign'], ...days } },
    { kind: 'delegation', body: { delegation: 'uq-2', position: 'thu-truong', by: 'anh', to: 'minh', rights: ['sign'], ...days } },
  ]);
  const { envelope, letter } = await make(act(2, { person: 'minh' }));
  const { checks } = await checkDispatch(nodeCrypto, practice.state, envelope, letter);
  const { who, actedFor, delegation } = checks.find(({ name }) => name === 'sign')!;
  assert.deepEqual({ who, actedFor, delegation }, { who: 'minh', actedFor: 'khue', delegation: 'uq-1' });
  await refusedFor('same-person-twice', act(2, { person: 'minh', position: 'thu-truong' }), { person: 'anh' });
  await refusedFor('not-entitled', act(1, { person: 'minh' }), { purpose: 'approve' });
  await refusedFor('not-entitled', act(2, { person: 'minh', time: NOW + 10 * SECOND }), { purpose: 'sign' });
  practice.state = ours;
});

test('an office that moved: what its old station sealed and receipted before is checked as before', async () => {
  const ours = practice.state;
  const { envelope, letter } = await make();
  const receiptOf = (time: number) => signed(stationOf('muong-leo'), 'arrived', receiptStatement.encode({
    version: 1, kind: 'arrived', dispatch: new Uint8Array(32), sealing: 0, office: office('don-bien-phong'), station: 'muong-leo',
    previousHop: 'tram-tinh', time, incarnation: new Uint8Array(16),
  }));
  practice.now = NOW + 60 * SECOND;
  await practice.addOffice('van-phong', 'muong-leo', 'Văn phòng');
  await practice.addOffice('don-bien-phong', 'tram-tinh', 'Đồn biên phòng');
  assert.equal((await checkDispatch(nodeCrypto, practice.state, envelope, letter)).core.subject, 'Mưa lũ');
  const judging = { provider: nodeCrypto, view: practice.state };
  assert.equal((await verifyReceipt(judging, await receiptOf(NOW + SECOND))).station, 'muong-leo');
  await assert.rejects(verifyReceipt(judging, await receiptOf(NOW + 31 * DAY)), { code: 'receipt-forged' });
  // The new home's clock may be behind, and not by more than that.
  const byNewHome: Changes = { header: { station: 'muong-leo' }, sealing: { station: 'muong-leo' }, sealingSigner: stationOf('muong-leo') };
  const late = await make(byNewHome);
  assert.equal((await checkDispatch(nodeCrypto, practice.state, late.envelope, late.letter)).core.subject, 'Mưa lũ');
  practice.state = ours;
  practice.now = NOW + 31 * DAY;
  await practice.addOffice('van-phong', 'muong-leo', 'Văn phòng');
  await refusedFor('header-forged', byNewHome, { field: 'from' });
  practice.state = ours;
  practice.now = NOW + 1;
});

test('with real certificates, the evidence names serial numbers', async () => {
  const real = await found(false);
  const statement: ReceiptStatement = {
    version: 1, kind: 'arrived', dispatch: new Uint8Array(32), sealing: 0,
    office: { organisation: real.founded.organisation, office: 'don-bien-phong' }, station: 'muong-leo', time: NOW,
    incarnation: new Uint8Array(16),
  };
  const receipt = await signed(real.stations.get('muong-leo')!.signer, 'arrived', receiptStatement.encode(statement));
  const { evidence } = await verifyReceipt({ provider: nodeCrypto, view: real.state }, receipt);
  assert.match(evidence.serials.p256!, /^[0-9a-f]{32}$/);
  assert.match(evidence.serials.mldsa!, /^[0-9a-f]{32}$/);
});

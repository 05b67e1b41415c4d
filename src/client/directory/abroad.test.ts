/** Writing to another organisation's office, opening what comes from one, answering it, and saying so: at the two devices. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { checkComposition, type Composition } from '#client/dispatch/compose.ts';
import { authorDraft, endorse, type OpenDraft } from '#client/dispatch/draft.ts';
import { demandAddressee, orderOf, type ReadDispatch } from '#client/dispatch/incoming.ts';
import { openLetter } from '#client/dispatch/opening.ts';
import { makeReceipts, openDetail, type ReceiptOrder } from '#client/dispatch/receipts.ts';
import { replyTo } from '#client/dispatch/reply.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from '#client/dispatch/sealing.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { type Peers, peersOf } from '#model/directories.ts';
import { checkDispatch, checkEnvelopeHead } from '#model/dispatch-checks.ts';
import { officeLabel, officeNamed, officeText, personLabel } from '#model/peer-names.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { envelope, sealingStatement, submission } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import { accepted, agree, foundTwo, GUARD_CODE, PROVINCE_CODE, START } from '../../../test/fixtures/two-organisations.ts';

let province: PracticeOrganisation;
let guard: PracticeOrganisation;
let guardShown: Peers;
let provinceShown: Peers;
before(async () => {
  const two = await foundTwo();
  await agree(two);
  ({ province, guard } = two);
  // An own office of the same name as theirs: it must get nothing of theirs.
  await province.addOffice('don', 'tram-huyen', 'Đồn điền');
  await province.addOfficeKey('don', 'transport');
  await province.addOfficeKey('don', 'storage');
  [guardShown, provinceShown] = [peersOf([await accepted(guard, province)]), peersOf([await accepted(province, guard)])];
});

const atProvince = () => ({ view: province.state, peers: guardShown, crypto: nodeCrypto, random: nodeRandom });
const atGuard = () => ({ view: guard.state, peers: provinceShown, crypto: nodeCrypto, random: nodeRandom });
const secretsOf = (practice: PracticeOrganisation, office: string) => (purpose: string, number: number) => practice.officeSecrets.get(`${office} ${purpose} ${number}`) ?? null;

type To = readonly [name: string, precedence?: 'routine' | 'flash'];

function letterTo(...to: readonly To[]): Composition {
  return {
    office: 'van-phong', recipients: to.map(([office, precedence = 'routine']) => ({ to: { office }, role: 'action', precedence })),
    documentType: 'Công điện', subject: 'Phối hợp tuần tra Mường Lèo', text: 'Diễn tập', classification: 'none', exercise: true, attachments: [],
  };
}

async function refuses(code: RefusalCode, work: () => unknown): Promise<void> {
  await assert.rejects(async () => work(), (error) => error instanceof Refusal && error.code === code, code);
}

type By = readonly [author: string, authorPosition: string, signatory: string, position: string, seal: string];
const PROVINCE_BY: By = ['nguyen-thi-anh', 'van-phong-soan', 'luong-van-them', 'van-phong-ky', 'lo-van-hac'];
const GUARD_BY: By = ['sung-a-po', 'don-soan', 'vang-seo-lu', 'don-truong', 'giang-a-do'];

async function signed(from: PracticeOrganisation, desk: ReturnType<typeof atProvince>, composition: Composition, [author, authorPosition, signatory, position]: By): Promise<OpenDraft> {
  const actor = (person: string, at: string) => ({ person, position: at, signer: from.devices.get(`${person}-may`)!.signer });
  let open = await authorDraft(desk, checkComposition(composition, desk, START), [], actor(author, authorPosition), START);
  for (const purpose of ['approve', 'sign'] as const) open = await endorse(desk, open, purpose, actor(signatory, position), START);
  return open;
}

/** Sealed by the office, taken over by its station. @returns the envelope with every stanza */
async function sealed(from: PracticeOrganisation, desk: ReturnType<typeof atProvince>, open: OpenDraft, station: string, seal: string): Promise<Uint8Array> {
  const { hash } = nodeCrypto;
  const statement = sealStatementOf(nodeCrypto, open, { position: seal, symbol: 'UBND-VP' }, { series: '2027', number: 12 }, START);
  const officeSeal = { statement, signature: await signOne(nodeCrypto, from.seals.get(seal)!.signer, 'office-seal', statement, nodeRandom) };
  const sent = await sealDispatch(nodeCrypto, nodeRandom, open, officeSeal, station, stanzaTargets(desk, open.core, START));
  const { header, stanzas, body } = submission.decode(sent.submission);
  const leaves = stanzas.map((stanza) => leafHash(hash, stanza));
  const taken = sealingStatement.encode({
    version: 1, dispatch: sent.dispatch, number: 0, station, stanzas: stanzas.length, stanzaRoot: treeRoot(hash, leaves),
    bodyDigest: hash.sha256(body), bodySize: body.length, time: START,
  });
  const signature = await signOne(nodeCrypto, from.stations.get(station)!.signer, 'sealing', taken, nodeRandom);
  const paths = inclusionProofs(hash, leaves);
  const placed = stanzas.map((stanza, index) => ({ index, stanza, path: paths[index]! }));
  return envelope.encode({ version: 1, header, sealing: { statement: taken, signature }, stanzas: placed, body });
}

async function read(at: PracticeOrganisation, { view, peers }: ReturnType<typeof atProvince>, bytes: Uint8Array, office: string): Promise<ReadDispatch> {
  const head = await checkEnvelopeHead(nodeCrypto, view, bytes, { peers });
  const reader = { organisation: view.organisation.id, office };
  const letter = await openLetter(nodeCrypto, head.envelope, reader, secretsOf(at, office));
  return { ...(await checkDispatch(nodeCrypto, view, head, letter, { peers })), dispatch: '', office, reader };
}

async function crossed(...to: readonly To[]): Promise<{ bytes: Uint8Array; open: OpenDraft }> {
  const open = await signed(province, atProvince(), letterTo(...(to.length === 0 ? [['bo-doi/don'] as const] : to)), PROVINCE_BY);
  return { open, bytes: await sealed(province, atProvince(), open, 'tram-tinh', 'van-phong-van-thu') };
}

test('an office of another organisation is written behind what people here call that organisation, and read back so', () => {
  const ref = officeNamed(province.state, `${GUARD_CODE}/don`);
  assert.deepEqual(ref, { organisation: guard.founded.organisation, office: 'don' });
  assert.equal(officeText(province.state, ref), `${GUARD_CODE}/don`);
  assert.equal(officeText(guard.state, { organisation: province.founded.organisation, office: 'van-phong' }), `${PROVINCE_CODE}/van-phong`);
  assert.equal(officeText(province.state, { organisation: province.founded.organisation, office: 'don' }), 'don');
  assert.equal(officeText(province.state, { organisation: nodeRandom.bytes(16), office: 'don' }), '?/don');
});

test('who may not be written to over the border is refused before anything is made', async () => {
  const compose = (...to: readonly To[]) => () => checkComposition(letterTo(...to), atProvince(), START);
  assert.deepEqual(compose(['bo-doi/don'], ['huyen'], ['don'])().to.map(({ office }) => officeText(province.state, office)), ['bo-doi/don', 'huyen', 'don']);
  assert.equal(compose(['bo-doi/don'], ['bo-doi/don'])().to.length, 1);
  await refuses('agreement-missing', compose(['khong-co/don']));
  await refuses('agreement-missing', compose(['/don']));
  await refuses('office-not-agreed', compose(['bo-doi/kho']));
  await refuses('office-not-agreed', compose(['bo-doi/../x']));
  await refuses('precedence-not-permitted', compose(['bo-doi/don', 'flash']));
  await refuses('office-not-agreed', () => checkComposition({ ...letterTo(['bo-doi/don']), office: 'phong-kin' }, atProvince(), START));
  await refuses('peer-not-shown', () => checkComposition(letterTo(['bo-doi/don']), { ...atProvince(), peers: peersOf([]) }, START));
  await refuses('agreement-missing', () => checkComposition(letterTo(['bo-doi/don']), atProvince(), START - 10 * 24 * 3_600_000));
});

test('it opens at the office that it is for, and the own office of that name has its own letter or none', async () => {
  const { bytes } = await crossed();
  const there = await read(guard, atGuard(), bytes, 'don');
  assert.equal(there.core.subject, 'Phối hợp tuần tra Mường Lèo');
  demandAddressee(there, 'don');
  const own = await read(province, atProvince(), bytes, 'van-phong');
  assert.throws(() => demandAddressee(own, 'van-phong'), Refusal);
  await refuses('not-addressed-here', () => read(province, atProvince(), bytes, 'don'));
  const both = await crossed(['bo-doi/don'], ['don']);
  for (const [at, desk] of [[guard, atGuard()], [province, atProvince()]] as const) demandAddressee(await read(at, desk, both.bytes, 'don'), 'don');
  await refuses('organisation-unknown', () => read(guard, { ...atGuard(), peers: peersOf([]) }, bytes, 'don'));
});

test('the receipt tells the origin office who opened it, by the other organisation\'s own keys', async () => {
  const { bytes } = await crossed();
  const there = await read(guard, atGuard(), bytes, 'don');
  const receipt = async (person: string, change: Partial<ReceiptOrder> = {}, name = 'Giàng A Dơ'): Promise<Uint8Array> => {
    const by = { person, position: 'don-van-thu', name, signer: guard.devices.get('giang-a-do-may')!.signer };
    const receiver = { kind: 'opened' as const, person: by, seal: guard.seals.get('don-van-thu')!.signer, station: 'tram-bo-doi', incarnation: new Uint8Array(16) };
    const [made] = await makeReceipts(nodeCrypto, nodeRandom, atGuard(), receiver, [{ ...orderOf(there, { note: 'Đã nhận' }), ...change }], START);
    return made!;
  };
  const opened = async (made: Uint8Array, peers = guardShown) => {
    const verified = await verifyReceipt({ provider: nodeCrypto, view: province.state, peers }, made);
    return openDetail(nodeCrypto, { view: province.state, peers }, { version: 1, ...verified }, secretsOf(province, 'van-phong'));
  };
  assert.deepEqual([(await opened(await receipt('giang-a-do')))?.name, (await opened(await receipt('giang-a-do')))?.note], ['Giàng A Dơ', 'Đã nhận']);
  assert.equal((await opened(await receipt('giang-a-do', {}, 'Chủ tịch UBND tỉnh')))?.name, 'Giàng A Dơ', 'nobody is called what no directory calls them');
  const forged = await receipt('lo-van-hac');
  await refuses('receipt-forged', () => opened(forged));
  const honest = await receipt('giang-a-do');
  await refuses('receipt-forged', () => opened(honest, peersOf([])));
});

test('who wrote it is told as their own directory names them, whoever bears the same code here', async () => {
  const { core } = await read(guard, atGuard(), (await crossed()).bytes, 'don');
  await guard.add([{ kind: 'person', body: { person: core.author, name: 'Phó tư lệnh của ta' } }]);
  assert.equal(personLabel(atGuard(), core.from, core.author), province.state.person(core.author)!.name);
  assert.equal(personLabel(atProvince(), core.from, core.author), province.state.person(core.author)!.name);
  assert.equal(personLabel({ view: guard.state, peers: peersOf([]) }, core.from, core.author), core.author);
});

test('a name of theirs turns around nothing that tells whose it is', async () => {
  await guard.add([{ kind: 'office', body: { office: 'don', name: 'Văn phòng UBND tỉnh\u202e', symbol: 'DON', station: 'tram-bo-doi' } }]);
  const known = { view: province.state, peers: peersOf([await accepted(guard, province)]) };
  assert.equal(officeLabel(known, officeNamed(province.state, 'bo-doi/don')), 'Văn phòng UBND tỉnh\ufffd (bo-doi/don)');
});

test('the answer goes back over the border to who asked, and names it', async () => {
  const { bytes } = await crossed();
  const there = await read(guard, atGuard(), bytes, 'don');
  const answer = replyTo(there, { documentType: 'Công văn', subject: 'Trả lời', text: 'Đồng ý', attachments: [] });
  const open = await signed(guard, atGuard(), answer, GUARD_BY);
  assert.equal(officeText(guard.state, open.core.to[0]!.office), 'tinh/van-phong');
  const home = await read(province, atProvince(), await sealed(guard, atGuard(), open, 'tram-bo-doi', 'don-van-thu'), 'van-phong');
  assert.deepEqual([home.core.text, home.core.reference], ['Đồng ý', there.head.id]);
});

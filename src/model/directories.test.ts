/** A dispatch over a border, judged on either side by the own directory and what the other shows of its own. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { agreementWith, demandMirrored } from '#model/agreements.ts';
import { demandCrossings, peersOf } from '#model/directories.ts';
import type { DirectoryState } from '#model/directory.ts';
import { checkDispatch } from '#model/dispatch-checks.ts';
import { checkHeader } from '#model/envelope-head.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { Precedence } from '#wire/names.ts';
import { receipt as receiptCodec, type ReceiptStatement, receiptStatement } from '#wire/receipt.ts';
import type { TwinSigner } from '#wire/sign.ts';
import { type CrossingOrder, makeCrossing, signedBy } from '../../test/fixtures/crossing.ts';
import { accepted, agree, foundTwo, GUARD_CODE, PROVINCE_CODE, START } from '../../test/fixtures/two-organisations.ts';

let province: PracticeOrganisation;
let guard: PracticeOrganisation;
/** What each has seen of the other. */
let ofProvince: DirectoryState;
let ofGuard: DirectoryState;

before(async () => {
  ({ province, guard } = await foundTwo(true));
  await agree({ province, guard });
  [ofProvince, ofGuard] = [await accepted(province, guard), await accepted(guard, province)];
});

async function refuses(code: RefusalCode, work: () => unknown, reason?: string): Promise<void> {
  await assert.rejects(async () => work(), (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    if (reason !== undefined) assert.equal(error.detail['reason'], reason, error.message);
    return true;
  });
}

const vanPhong = (): Omit<CrossingOrder, 'to'> => ({
  from: province, office: 'van-phong', station: 'tram-tinh', seal: 'van-phong-van-thu', author: ['nguyen-thi-anh', 'van-phong-soan'],
  signatory: ['luong-van-them', 'van-phong-ky'], now: START,
});
const don = () => ({ office: { organisation: guard.founded.organisation, office: 'don' } });
const atGuard = () => ({ peers: peersOf([ofProvince]) });
const atProvince = () => ({ peers: peersOf([ofGuard]) });

test('a dispatch over and a reply back: every check holds on the other side, and none without the agreement', async () => {
  const over = await makeCrossing({ ...vanPhong(), to: [don()] });
  const checked = await checkDispatch(nodeCrypto, guard.state, over.envelope, over.letter, atGuard());
  assert.equal(checked.core.subject, 'Phối hợp tuần tra');
  assert.deepEqual(checked.checks.filter(({ who }) => who !== undefined).map(({ who }) => who), [
    'tram-tinh', 'nguyen-thi-anh', 'luong-van-them', 'luong-van-them', 'van-phong',
  ]);
  demandCrossings(guard.state, atGuard().peers, over.header, START);
  demandCrossings(province.state, atProvince().peers, over.header, START);
  await refuses('organisation-unknown', () => checkDispatch(nodeCrypto, guard.state, over.envelope, over.letter));
  const back = await makeCrossing({
    from: guard, office: 'don', station: 'tram-bo-doi', seal: 'don-van-thu', author: ['sung-a-po', 'don-soan'], signatory: ['vang-seo-lu', 'don-truong'],
    to: [{ office: over.header.from }], now: START, change: { reference: over.id },
  });
  await checkDispatch(nodeCrypto, province.state, back.envelope, back.letter, atProvince());
});

test('an office that is not agreed neither writes nor is written to, whichever side it is of', async () => {
  const { organisation } = guard.founded;
  const crossing = (own: string, other: string, precedence: Precedence = 'routine') => () => demandCrossings(province.state, atProvince().peers, {
    from: { organisation: province.founded.organisation, office: own }, suite: 1,
    to: [{ office: { organisation, office: other }, role: 'action', precedence }],
  }, START);
  crossing('van-phong', 'don', 'immediate')();
  await refuses('office-not-agreed', crossing('phong-kin', 'don'));
  await refuses('office-not-agreed', crossing('van-phong', 'kho'));
  await refuses('precedence-not-permitted', crossing('van-phong', 'don', 'flash'));
  const hidden = await makeCrossing({
    from: province, office: 'phong-kin', station: 'tram-tinh', seal: 'phong-kin-truong', author: ['ha-thi-mo', 'phong-kin-truong'],
    signatory: ['ha-thi-mo', 'phong-kin-truong'], to: [don()], now: START,
  });
  await refuses('header-forged', () => checkDispatch(nodeCrypto, guard.state, hidden.envelope, hidden.letter, atGuard()));
});

test('an organisation speaks for its own names only: another\'s keys, names or log are not taken', async () => {
  // The guard's keys under the province's office.
  const forged = await makeCrossing({ ...vanPhong(), to: [don()] });
  const stolen = await makeCrossing({
    from: guard, office: 'don', station: 'tram-bo-doi', seal: 'don-van-thu', author: ['sung-a-po', 'don-soan'], signatory: ['vang-seo-lu', 'don-truong'],
    to: [don()], now: START, change: { from: forged.header.from, organisation: province.founded.organisation },
  });
  await refuses('station-unknown', () => checkDispatch(nodeCrypto, guard.state, stolen.envelope, stolen.letter, atGuard()));
  // Signed by province people, but said to be of the guard's own office of that name.
  const claimed = await makeCrossing({ ...vanPhong(), to: [don()], change: { organisation: guard.founded.organisation } });
  await refuses('core-forged', () => checkDispatch(nodeCrypto, guard.state, claimed.envelope, claimed.letter, atGuard()));
  // Between two other organisations, none of our business.
  const theirs = await makeCrossing({ ...vanPhong(), to: [{ office: { organisation: province.founded.organisation, office: 'huyen' } }] });
  await refuses('organisation-unknown', () => checkHeader(nodeCrypto, guard.state, theirs.header, atGuard().peers));
  // Another log was shown to the author than to us.
  const forked = await makeCrossing({ ...vanPhong(), to: [don()], change: { directory: { size: province.state.point.size, root: nodeRandom.bytes(32) } } });
  await refuses('directory-inconsistent', () => checkDispatch(nodeCrypto, guard.state, forked.envelope, forked.letter, atGuard()));
});

test('two offices of one name in two organisations are two', async () => {
  const to = [don(), { office: { organisation: province.founded.organisation, office: 'don' } }];
  const both = await makeCrossing({ ...vanPhong(), to });
  checkHeader(nodeCrypto, province.state, both.header, atProvince().peers);
  const twice = await makeCrossing({ ...vanPhong(), to: [don(), don()] });
  await refuses('header-forged', () => checkHeader(nodeCrypto, province.state, twice.header, atProvince().peers));
  await refuses('organisation-unknown', () => checkHeader(nodeCrypto, province.state, both.header));
});

test('receipts home: custody by own relays and by their exchange station, arrival and opening by theirs only', async () => {
  const { id } = await makeCrossing({ ...vanPhong(), to: [don()] });
  const statement: ReceiptStatement = {
    version: 1, kind: 'arrived', dispatch: id, sealing: 0, ...don(), station: 'tram-bo-doi', time: START, incarnation: new Uint8Array(16),
  };
  const said = async (signer: TwinSigner, change: Partial<ReceiptStatement> = {}) => {
    const whole = { ...statement, ...change };
    return receiptCodec.encode(await signedBy(signer, whole.kind, receiptStatement.encode(whole)));
  };
  const judging = { provider: nodeCrypto, view: province.state, ...atProvince() };
  const [theirs, ours] = [guard.stations.get('tram-bo-doi')!.signer, province.stations.get('tram-tinh')!.signer];
  assert.equal((await verifyReceipt(judging, await said(theirs))).evidence.who, 'tram-bo-doi');
  await verifyReceipt(judging, await said(guard.seals.get('don-van-thu')!.signer, { kind: 'opened' }));
  await verifyReceipt(judging, await said(theirs, { kind: 'custody' }));
  await verifyReceipt(judging, await said(ours, { kind: 'custody', station: 'tram-tinh' }));
  await refuses('receipt-forged', async () => verifyReceipt(judging, await said(ours, { station: 'tram-tinh' })));
  await refuses('receipt-forged', async () => verifyReceipt(judging, await said(province.seals.get('van-phong-van-thu')!.signer, { kind: 'opened' })));
  await refuses('receipt-forged', async () => verifyReceipt(judging, await said(theirs, { office: { ...don().office, office: 'kho' } })), 'office-unknown');
  await refuses('receipt-forged', async () => verifyReceipt({ provider: nodeCrypto, view: province.state }, await said(theirs)), 'organisation');
  const stranger = { organisation: nodeRandom.bytes(16), office: 'don' };
  await refuses('receipt-forged', async () => verifyReceipt(judging, await said(theirs, { office: stranger })), 'organisation');
});

test('an agreement ended by either side: nothing more crosses, what crossed is still checked', async () => {
  const over = await makeCrossing({ ...vanPhong(), to: [don()] });
  const two = await foundTwo(true);
  await agree(two);
  const seen = await accepted(two.guard, two.province);
  demandMirrored(two.province.state, seen, START);
  await refuses('agreement-missing', () => demandMirrored(two.province.state, seen, START - 2 * DAY_MS), 'ours');
  two.guard.now = START;
  await two.guard.add([{ kind: 'end', body: { what: 'agreement', code: PROVINCE_CODE, reason: 'left' } }]);
  const later = await accepted(two.guard, two.province);
  await refuses('agreement-missing', () => demandMirrored(two.province.state, later, START), 'theirs');
  assert.notEqual(agreementWith(later, two.province.founded.organisation, START - 1), null, 'before the end it counted');
  two.province.now = START;
  await two.province.add([{ kind: 'end', body: { what: 'agreement', code: GUARD_CODE, reason: 'left' } }]);
  await refuses('agreement-missing', () => demandMirrored(two.province.state, later, START), 'ours');
  guard.now = START;
  await guard.add([{ kind: 'end', body: { what: 'agreement', code: PROVINCE_CODE, reason: 'left' } }]);
  await refuses('agreement-missing', () => demandCrossings(guard.state, atGuard().peers, over.header, START + 1));
  await checkDispatch(nodeCrypto, guard.state, over.envelope, over.letter, atGuard());
});

test('terms that differ are no agreement', async () => {
  const two = await foundTwo(true);
  await agree(two);
  const { endedAt: _, endedBy: _1, endReason: _2, address, until, suite, terms: _3, ...record } = two.guard.state.agreement(PROVINCE_CODE)!;
  const body = { ...record, offices: [...record.offices], address: address ?? undefined, until: until ?? undefined, suite: suite ?? undefined };
  await two.guard.add([{ kind: 'agreement', body: { ...body, terms: new Uint8Array(32) } }]);
  const seen = await accepted(two.guard, two.province);
  await refuses('agreement-missing', () => demandMirrored(two.province.state, seen, START), 'terms-differ');
});

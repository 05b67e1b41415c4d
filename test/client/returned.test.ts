/** A draft given back with a reason: by whom, when not, and that nobody puts a reason into another's mouth. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { approveDraft, coreOf, type HeldDraft, readDraft, readDrafts, saveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { returnDraft, returnOf } from '#client/dispatch/returning.ts';
import { compositionOf, rewriteDraft, successorOf } from '#client/dispatch/rewriting.ts';
import { Session } from '#client/session.ts';
import { signer } from '#client/signers.ts';
import { fromHex } from '#core/bytes.ts';
import type { Refusal, RefusalCode } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { returnStatement, type ReturnStatement } from '#wire/core.ts';
import { LIMITS } from '#wire/limits.ts';
import { signOne } from '#wire/sign.ts';
import { waitingDrafts } from '../../src/web/desk/waiting.ts';
import { practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

const REASON = 'Ghi rõ ai báo cáo.\nTrước mấy giờ?';

let practice: PracticeOrganisation;
let [anh, khue, binh]: Session[] = [];
const clock = stillClock();

before(async () => {
  practice = await practiceOffices();
  // The drafter may approve what others write, and so give it back.
  await practice.addPosition('pho-phong', 'van-phong', ['approve']);
  await practice.hold('anh', 'pho-phong');
  await practice.addPerson('binh', 'Lê Văn Bình');
  await practice.hold('binh', 'chanh-van-phong');
  const stations = new PracticeStations(practice, clock);
  const session = async (person: string, position: string) => {
    const ring = await ringOf(practice, person, [position]);
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: stations.at('tram-tinh'), ring, authority: practice.authority });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien');
  khue = await session('khue', 'chanh-van-phong');
  binh = await session('binh', 'chanh-van-phong');
});

const written = async (): Promise<string> => (await writeDraft(anh!, {
  office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'immediate' }],
  documentType: 'Công điện', subject: 'Ứng phó mưa lũ', text: '', classification: 'confidential', exercise: true, attachments: [],
})).id;

test('its author reads by whom and why, and nobody goes on with it', async () => {
  const id = await written();
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  clock.at += 1_000;
  assert.equal((await returnDraft(khue!, id, REASON)).step, 'returned');
  const [listed] = (await readDrafts(anh!, 'van-phong')).filter(({ record }) => record.draft === id);
  const said = returnOf(listed!.open!);
  assert.deepEqual([said?.person, said?.position, said?.reason, said?.time], ['khue', 'chanh-van-phong', REASON, clock.at]);
  await assert.rejects(returnDraft(khue!, id, 'lần nữa'), { code: 'step-done' });
  for (const step of [approveDraft, signDraft]) await assert.rejects(step(khue!, id), { code: 'step-out-of-order' });
  await assert.rejects(sendDraft(khue!, id), { code: 'step-out-of-order' });
});

test('what was written in its place is found from it, over several changes, and it waits no more beside that', async () => {
  const first = await written();
  await returnDraft(khue!, first, REASON);
  const composition = compositionOf(anh!, (await readDraft(anh!, first)).open.core);
  const second = await rewriteDraft(anh!, first, composition);
  const third = await rewriteDraft(anh!, second.id, composition);
  await approveDraft(khue!, third.id);
  const listed = await readDrafts(khue!, 'van-phong');
  assert.equal(successorOf(listed, third.id), null);
  for (const old of [first, second.id]) assert.equal(successorOf(listed.filter(({ record }) => record.draft === third.id), old), third.id);
  const worker = { view: khue!.view, person: 'khue', office: 'van-phong', now: clock.at };
  // This station forgot that the old ones were discarded.
  const waiting = waitingDrafts(listed, worker).map(({ draft }) => draft.record.draft);
  assert.deepEqual([first, second.id, third.id].map((id) => waiting.includes(id)), [false, false, true]);
});

test('what is given back is what was read, and nothing else under its id', async () => {
  const [id, other] = [await written(), await written()];
  const read = coreOf(khue!, await readDraft(khue!, id));
  await assert.rejects(returnDraft(khue!, id, REASON, coreOf(khue!, await readDraft(khue!, other))), { code: 'draft-changed' });
  assert.equal((await readDraft(khue!, id)).open.draft.returned, undefined);
  assert.equal((await returnDraft(khue!, id, REASON, read)).step, 'returned');
});

test('not by its author, without a reason, or with more than a kilobyte of it', async () => {
  const id = await written();
  await assert.rejects(returnDraft(anh!, id, REASON), { code: 'same-person-twice' });
  for (const [reason, code] of [[' ', 'name-empty'], ['ắ'.repeat(LIMITS.returnReasonBytes), 'text-too-long'], ['a\u0000', 'text-malformed'], ['Lò'.normalize('NFD'), 'name-not-nfc']] as const) {
    await assert.rejects(returnDraft(khue!, id, reason), { code });
  }
});

test('what somebody else seals as its return is not believed', async () => {
  const [id, other] = [await written(), await written()];
  const sealedWith = async (said: Partial<ReturnStatement>, by: Session, code: RefusalCode): Promise<void> => {
    const held: HeldDraft = { ...(await readDraft(anh!, id)) };
    const statement = returnStatement.encode({
      version: 1, core: fromHex(coreOf(anh!, held))!, organisation: held.open.core.organisation, person: 'khue', position: 'chanh-van-phong', time: clock.at,
      directory: { size: khue!.view.point.size, root: khue!.view.point.root }, reason: REASON, ...said,
    });
    const signature = await signOne(nodeCrypto, await signer(by.crypto, by.ring, by.view, { kind: 'device' }), 'return', statement, nodeRandom);
    const { version } = await saveDraft(anh!, { ...held, open: { ...held.open, draft: { ...held.open.draft, returned: { statement, signature } } } });
    await assert.rejects(readDraft(anh!, id), { code });
    await saveDraft(anh!, { ...held, version });
  };
  await sealedWith({}, anh!, 'signature-wrong');
  await sealedWith({ person: 'anh', position: 'chuyen-vien' }, anh!, 'not-entitled');
  await sealedWith({ person: 'anh', position: 'pho-phong' }, anh!, 'same-person-twice');
  await sealedWith({ core: fromHex(coreOf(anh!, await readDraft(anh!, other)))! }, khue!, 'signature-wrong');
  await sealedWith({ organisation: new Uint8Array(16) }, khue!, 'signature-wrong');
});

test('what a key signed that others have since is read where the station had it before; it goes no further, and is changed', async () => {
  const [returned, approved] = [await written(), await written()];
  await returnDraft(khue!, returned, REASON);
  await approveDraft(khue!, approved);
  clock.at += 60_000;
  const late = await written();
  practice.now = clock.at;
  await returnDraft(khue!, late, REASON);
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'stolen' } }]);
  await Promise.all([anh!.refresh(), binh!.refresh()]);
  assert.equal(returnOf((await readDraft(anh!, returned)).open)!.reason, REASON);
  const held = await readDraft(anh!, approved);
  await assert.rejects(approveDraft(anh!, approved), (error: Refusal) => {
    assert.deepEqual([error.code, error.detail['who']], ['draft-exposed', practice.state.person('khue')!.name]);
    return true;
  });
  await assert.rejects(readDraft(anh!, late), { code: 'not-entitled' }, 'nobody had it before');
  assert.deepEqual(held.exposed, [practice.state.person('khue')!.name]);
  await returnDraft(binh!, approved, REASON);
  const back = await readDraft(anh!, approved);
  assert.deepEqual([returnOf(back.open)?.person, back.open.draft.endorsements.length, back.exposed], ['binh', 1, []], 'given back it is read still, without the step that counts no more');
  const { id } = await rewriteDraft(anh!, approved, compositionOf(anh!, held.open.core));
  assert.equal((await readDraft(anh!, id)).open.draft.endorsements.length, 1);
});

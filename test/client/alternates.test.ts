/** An office that is shut: its alternate is addressed besides, everybody is told in whose stead, and a struck one is not used. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { addressedTo, type Recipient } from '#client/dispatch/addressees.ts';
import { checkComposition, type Composition } from '#client/dispatch/compose.ts';
import { authorDraft, type OpenDraft } from '#client/dispatch/draft.ts';
import { sealDispatch, stanzaTargets } from '#client/dispatch/sealing.ts';
import { base64url } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { checkAgreement } from '#model/dispatch-checks.ts';
import { alternateOf, demandStandIns, withoutStandIn } from '#model/stand-ins.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { header as headerCodec, submission } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import { openStation } from '../fixtures/dispatch-station.ts';
import { setClock } from '../fixtures/organisation.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const OFFICES = ['vp', 'don', 'qs', 'xa', 'la'];
let practice: PracticeOrganisation;

before(async () => {
  practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, station: 'trung-tam', cheap: true });
  for (const office of OFFICES) {
    await practice.addOffice(office, 'trung-tam', office);
    await practice.addOfficeKey(office, 'storage');
    await practice.addOfficeKey(office, 'transport');
  }
  await practice.addPerson('anh', 'Nguyễn Thị Ánh');
  await practice.addPosition('vp-anh', 'vp');
  await practice.hold('anh', 'vp-anh');
  await practice.add([{ kind: 'list', body: { list: 'tat-ca', name: 'Tất cả', offices: ['vp', 'don', 'qs', 'xa'] } }]);
});

/** What registrars say last counts. */
async function shut(pairs: Readonly<Record<string, string | undefined>>): Promise<void> {
  const state = Object.fromEntries(OFFICES.map((office) => [office, pairs[office]]));
  await practice.add(Object.entries(state).map(([office, alternate]) => ({ kind: 'office', body: { office, name: office, symbol: 'UBND-VP', station: 'trung-tam', alternate } })));
}

const known = () => ({ view: practice.state, crypto: nodeCrypto });
const to = (office: string, more: Partial<Recipient> & { except?: string[] } = {}): Recipient =>
  ({ role: more.role ?? 'action', precedence: more.precedence ?? 'routine', to: { office, ...(more.except && { except: more.except }) } });
const list = (...except: string[]): Recipient => ({ to: { list: 'tat-ca', except }, role: 'info', precedence: 'priority' });

/** `don`, and `vp<don` for one that receives in its stead alone, `vp<don*` for one that is addressed in any case. */
function written(...recipients: Recipient[]): string[] {
  const { to: all, standIns = [] } = addressedTo(recipients, known(), { organisation: practice.state.organisation.id, office: 'vp' });
  return all.map(({ office: { office } }, place) => {
    const its = standIns.filter(({ at }) => at === place);
    return `${office}${its.map(({ of, isNamed }) => `<${all[of]!.office.office}${isNamed ? '*' : ''}`).join('')}`;
  });
}
const refuses = (code: RefusalCode, act: () => unknown) => assert.throws(act, (error) => error instanceof Refusal && error.code === code, code);

test('nobody is added where nobody is shut', async () => {
  await shut({});
  assert.deepEqual(written(to('don'), to('qs')), ['don', 'qs']);
});

test('the alternate is addressed besides, as urgent and in the same role, once for all whose stead it is', async () => {
  await shut({ don: 'xa', qs: 'xa' });
  assert.deepEqual(written(to('don'), to('qs', { precedence: 'flash', role: 'info' })), ['don', 'xa<don<qs', 'qs']);
  const { to: all } = addressedTo([to('don', { role: 'info' }), to('qs', { precedence: 'flash' })], known(), { organisation: practice.state.organisation.id, office: 'vp' });
  assert.deepEqual(all.map(({ office, role, precedence }) => [office.office, role, precedence]), [['don', 'info', 'routine'], ['xa', 'action', 'flash'], ['qs', 'action', 'flash']]);
});

test('one that is addressed in any case is told so, whichever was named first', async () => {
  await shut({ don: 'xa' });
  assert.deepEqual(written(to('don'), to('xa')), ['don', 'xa<don*']);
  assert.deepEqual(written(to('xa'), to('don')), ['xa<don*', 'don']);
  assert.deepEqual(written(list()), ['don', 'xa<don*', 'qs']);
});

test('an alternate that is shut too has its own; a circle ends, and the sender stands in for nobody', async () => {
  await shut({ don: 'qs', qs: 'xa', xa: 'la' });
  assert.deepEqual(written(to('don')), ['don', 'qs<don', 'xa<qs', 'la<xa']);
  await shut({ don: 'qs', qs: 'don' });
  assert.deepEqual(written(to('don')), ['don', 'qs<don']);
  assert.deepEqual(written(to('don'), to('qs')), ['don<qs*', 'qs<don*']);
  await shut({ don: 'vp', vp: 'qs' });
  assert.deepEqual(written(to('don')), ['don']);
});

test('who is exempted comes in by no door, and an exemption that means nobody is a slip of the pen', async () => {
  await shut({ don: 'xa' });
  assert.deepEqual(written(list('xa')), ['don', 'qs']);
  assert.deepEqual(written(to('don', { except: ['xa'] })), ['don']);
  assert.deepEqual(written(list('don')), ['qs', 'xa']);
  assert.deepEqual(written(list('xa'), to('xa')), ['don', 'qs', 'xa']);
  refuses('exempt-not-listed', () => written(to('don', { except: ['qs'] })));
  refuses('exempt-not-listed', () => written(list('la')));
});

const composed = (...recipients: Recipient[]) => checkComposition({
  office: 'vp', recipients, documentType: 'Công điện', subject: 'Công điện số 12', text: '', classification: 'none', exercise: true, attachments: [],
} satisfies Composition, known(), NOW);

async function authored(...recipients: Recipient[]): Promise<OpenDraft> {
  const author = { person: 'anh', position: 'vp-anh', signer: practice.devices.get('anh-may')!.signer };
  return authorDraft({ crypto: nodeCrypto, random: nodeRandom, view: practice.state }, composed(...recipients), [], author, NOW);
}

async function sealed(open: OpenDraft) {
  const statement = nodeRandom.bytes(64);
  const seal = { statement, signature: await signOne(nodeCrypto, practice.seals.get('vp-anh')!.signer, 'office-seal', statement, nodeRandom) };
  return sealDispatch(nodeCrypto, nodeRandom, open, seal, 'trung-tam', stanzaTargets({ view: practice.state }, open.core, NOW));
}

test('an alternate that cannot be sealed to is said, and may be exempted', async () => {
  await practice.addOffice('moi', 'trung-tam', 'Mới');
  await shut({ don: 'moi' });
  refuses('recipient-key-missing', () => composed(to('don')));
  assert.equal(composed(to('don', { except: ['moi'] })).standIns, undefined);
});

test('header and core say the same, and one that says something else is refused', async () => {
  await shut({ don: 'xa' });
  const open = await authored(to('don'));
  const header = headerCodec.decode(submission.decode((await sealed(open)).submission).header);
  assert.deepEqual(header.standIns, [{ of: 0, at: 1, isNamed: false }]);
  checkAgreement(header, open.core);
  for (const standIns of [undefined, [{ of: 0, at: 1, isNamed: true }], [{ of: 1, at: 0, isNamed: false }]]) {
    assert.throws(() => checkAgreement({ ...header, standIns }, open.core), (error) => error instanceof Refusal && error.code === 'header-differs' && error.detail['field'] === 'standIns');
  }
});

test('the origin station takes over what the directory says now, and nothing that counts on one who was struck or has ended', async () => {
  await shut({ don: 'xa' });
  const [open, other] = [await authored(to('don')), await authored(to('don'))];
  const station = await openStation(practice, 'trung-tam', setClock(NOW), { hops: () => ({}) });
  const accept = async (draft: OpenDraft) => {
    const { number } = await station.dispatch.numbers.batch({ person: 'anh' }, 'vp', '2026', 1);
    return station.dispatch.acceptance.accept({ person: 'anh' }, { draft: null, office: 'vp', number, submission: base64url((await sealed(draft)).submission) });
  };
  const { dispatch } = await accept(open);
  const line = async (office: string) => (await station.dispatch.register.page({ person: 'anh' }, office, 'in', {})).lines.find((one) => one.dispatch === dispatch);
  await practice.addPosition('xa-anh', 'xa');
  await practice.addPosition('don-anh', 'don');
  for (const position of ['xa-anh', 'don-anh']) await practice.hold('anh', position);
  assert.deepEqual((await line('xa'))?.inSteadOf, ['don']);
  assert.equal((await line('don'))?.inSteadOf, undefined);
  for (const alternate of [undefined, 'qs']) {
    await shut({ don: alternate });
    await assert.rejects(accept(other), (error) => error instanceof Refusal && error.code === 'alternate-ended' && error.detail['alternate'] === 'xa');
    refuses('alternate-ended', () => demandStandIns(known(), other.core));
  }
  await shut({ don: 'la' });
  assert.deepEqual(withoutStandIn(known(), other.core).map(({ office, alternate }) => [office.office, alternate.office]), [['don', 'la']]);
  await practice.add([{ kind: 'end', body: { what: 'office', code: 'la', reason: 'superseded' } }]);
  assert.equal(alternateOf(known(), { organisation: practice.state.organisation.id, office: 'don' }), null);
  assert.deepEqual(written(to('don')), ['don']);
  await station.store.close();
});

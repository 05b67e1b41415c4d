/** A list is expanded on the author's device, less who is exempted; each link carries the stanza of the office behind it alone. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { checkComposition, type Composition } from '#client/dispatch/compose.ts';
import { sealDispatch, stanzaTargets } from '#client/dispatch/sealing.ts';
import { authorDraft } from '#client/dispatch/draft.ts';
import { base64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { envelope, stanza } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import { offerOf, openStation } from '../fixtures/dispatch-station.ts';
import { setClock } from '../fixtures/organisation.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const COUNT = 75;
const communes = Array.from({ length: COUNT }, (_, i) => `xa-${i}`);
let practice: PracticeOrganisation;

before(async () => {
  practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, station: 'trung-tam', cheap: true });
  await practice.addOffice('vp', 'trung-tam', 'Văn phòng');
  await practice.addOfficeKey('vp', 'storage');
  await practice.addPerson('anh', 'Nguyễn Thị Ánh');
  await practice.addPosition('vp-anh', 'vp');
  await practice.hold('anh', 'vp-anh');
  for (const [i, office] of communes.entries()) {
    await practice.addStation(`tram-${i}`, `Xã ${i}`);
    await practice.connect(`tram-${i}`, 'trung-tam');
    await practice.addOffice(office, `tram-${i}`, `Xã ${i}`);
    await practice.addOfficeKey(office, 'transport');
  }
  await practice.add([{ kind: 'list', body: { list: 'cac-xa', name: 'Các xã', offices: [...communes, 'vp'] } }]);
});

const composed = (except: string[], more: Partial<Composition> = {}) => checkComposition({
  office: 'vp', recipients: [{ to: { list: 'cac-xa', except }, role: 'action', precedence: 'priority' }],
  documentType: 'Công điện', subject: 'Ứng phó mưa lũ', text: '', classification: 'none', exercise: true, attachments: [], ...more,
}, { view: practice.state, crypto: nodeCrypto }, NOW);

test('everybody on the list but its own sender and who is exempted', () => {
  assert.deepEqual(composed([]).to.map(({ office }) => office.office), communes);
  assert.deepEqual(composed(['xa-0', 'xa-74']).to.map(({ office }) => office.office), communes.slice(1, -1));
  assert.throws(() => composed(['khong-co']), (error) => error instanceof Refusal && error.code === 'exempt-not-listed');
});

test('an exempted office that is named besides gets it, since somebody named it', () => {
  const recipients: Composition['recipients'] = [
    { to: { list: 'cac-xa', except: ['xa-0'] }, role: 'info', precedence: 'routine' }, { to: { office: 'xa-0' }, role: 'action', precedence: 'flash' },
  ];
  const named = composed([], { recipients }).to.find(({ office }) => office.office === 'xa-0');
  assert.deepEqual([named?.role, named?.precedence], ['action', 'flash']);
});

test('75 offices in one send: 75 queues, and no link carries another office\'s stanza', async () => {
  const author = { person: 'anh', position: 'vp-anh', signer: practice.devices.get('anh-may')!.signer };
  const open = await authorDraft({ crypto: nodeCrypto, random: nodeRandom, view: practice.state }, composed([]), [], author, NOW);
  const statement = nodeRandom.bytes(64);
  const seal = { statement, signature: await signOne(nodeCrypto, practice.seals.get('vp-anh')!.signer, 'office-seal', statement, nodeRandom) };
  const sealed = await sealDispatch(nodeCrypto, nodeRandom, open, seal, 'trung-tam', stanzaTargets({ view: practice.state }, open.core, NOW));
  const hops = Object.fromEntries(communes.map((_, i) => [`tram-${i}`, `tram-${i}`]));
  const hub = await openStation(practice, 'trung-tam', setClock(NOW), { hops: () => hops });
  const { number } = await hub.dispatch.numbers.batch({ person: 'anh' }, 'vp', '2026', 1);
  await hub.dispatch.acceptance.accept({ person: 'anh' }, { draft: null, office: 'vp', number, submission: base64url(sealed.submission) });
  const queue = await hub.queue();
  assert.equal(queue.length, COUNT);
  for (const item of queue) {
    const { stanzas } = envelope.decode((await offerOf(hub, item)).head);
    assert.deepEqual(stanzas.map((placed) => stanza.decode(placed.stanza).key.office.office), [item.peer.replace('tram', 'xa')]);
  }
  await hub.store.close();
});

/** A corrected title keeps the office seal, a position that shall not seal any more loses it, and what is said already is said no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { planList, planListEnd, planOffice, planOfficeAlternate, planOfficeEnd, planPositionAs } from './structure-errands.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
const seal = await practice.identity('office-seal', 'Văn thư');
await practice.add([
  { kind: 'office', body: { office: 'vp', name: 'Văn phòng', symbol: 'VP', station: 'tram-tinh' } },
  { kind: 'office', body: { office: 'don', name: 'Đồn Sốp Cộp', symbol: 'ĐSC', station: 'tram-tinh', alternate: 'vp' } },
  { kind: 'list', body: { list: 'hai', name: 'Hai nơi', offices: ['vp', 'don'] } },
  { kind: 'position', body: { position: 'vt', office: 'vp', title: 'Văn thư', rights: ['dispatch', 'receive'], seal: seal.certificates } },
]);
const after = async (plans: ReturnType<typeof planOffice>) => (await foldEntries(nodeCrypto, practice.state, await practice.sign(plans)))!;
const refuses = (code: string, work: () => unknown): void => void assert.throws(work, (error: unknown) => error instanceof Refusal && error.code === code);

test('a corrected title keeps the seal, and nobody need ask for it again', async () => {
  const wish = { position: 'vt', office: 'vp', title: 'Văn thư cơ yếu', rights: ['dispatch', 'receive', 'draft'] as const };
  const view = await after(planPositionAs(practice.state, wish));
  assert.deepEqual([view.position('vt')?.title, view.position('vt')?.seal?.certificates], ['Văn thư cơ yếu', seal.certificates]);
  assert.deepEqual(planPositionAs(view, wish), []);
  const without = await after(planPositionAs(practice.state, { ...wish, rights: ['draft'] }));
  assert.equal(without.position('vt')?.seal, null);
  refuses('office-unknown', () => planPositionAs(practice.state, { ...wish, office: 'khong-co' }));
});

test('a corrected name opens no office that is shut, and an office that ends leaves lists and stands in for nobody', async () => {
  const renamed = await after(planOffice(practice.state, { office: 'don', name: 'Đồn Biên phòng Sốp Cộp', symbol: 'ĐSC', station: 'tram-tinh' }));
  assert.equal(renamed.office('don')?.alternate, 'vp');
  const opened = await after(planOfficeAlternate(practice.state, 'don', null));
  assert.equal(opened.office('don')?.alternate, null);
  const ended = await after([{ kind: 'end', body: { what: 'position', code: 'vt', reason: 'superseded' } }, ...planOfficeEnd(practice.state, 'vp', NOW)]);
  assert.deepEqual([ended.office('vp')?.endReason, ended.list('hai')?.offices, ended.office('don')?.alternate], ['superseded', ['don'], null]);
  refuses('office-unknown', () => planOfficeEnd(ended, 'vp', NOW));
  refuses('station-unknown', () => planOffice(practice.state, { office: 'moi', name: 'Mới', symbol: 'M', station: 'khong-co' }));
});

test('names and symbols that no reader would take are refused before anything is signed', async () => {
  const office = { office: 'moi', name: 'Đồn', symbol: 'ễ'.repeat(40), station: 'tram-tinh' };
  assert.equal((await after(planOffice(practice.state, office))).office('moi')?.symbol, office.symbol);
  refuses('name-too-long', () => planOffice(practice.state, { ...office, symbol: 'ễ'.repeat(41) }));
  refuses('name-too-long', () => planOffice(practice.state, { ...office, name: 'ễ'.repeat(81) }));
  refuses('name-empty', () => planOffice(practice.state, { ...office, name: ' ' }));
  refuses('name-not-nfc', () => planOffice(practice.state, { ...office, name: 'A\u0301nh' }));
  refuses('name-too-long', () => planPositionAs(practice.state, { position: 'vt', office: 'vp', title: 'ễ'.repeat(81), rights: [] }));
  refuses('name-too-long', () => planList(practice.state, { list: 'hai', name: 'ễ'.repeat(81), offices: ['don'] }));
});

test('a list needs offices that there are, and ends once', async () => {
  assert.deepEqual(planList(practice.state, { list: 'hai', name: 'Hai nơi', offices: ['don', 'vp'] }), []);
  refuses('no-recipients', () => planList(practice.state, { list: 'hai', name: 'Hai nơi', offices: [] }));
  refuses('office-unknown', () => planList(practice.state, { list: 'hai', name: 'Hai nơi', offices: ['xa'] }));
  const ended = await after(planListEnd(practice.state, 'hai', NOW));
  refuses('list-unknown', () => planListEnd(ended, 'hai', NOW));
});

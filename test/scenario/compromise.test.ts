/** A compromise by command: declared in the office that it is about, listed, and the folder still proves itself. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

let office: SmallOffice;
before(async () => (office = await smallOffice()));
after(() => closeOffice(office));

it('ends the keys, names what they open, and leaves a folder that audits clean', async () => {
  const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs:immediate', '--subject', 'Công điện số 12']);
  for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
  const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]);
  const kept = await tramJson<{ made: number; rewrapped: number; undone: unknown[] }>(['office', 'keys', ...office.as('minh')]);
  assert.deepEqual([kept.made, kept.rewrapped, kept.undone], [0, 1, []]);
  assert.notEqual((await tram(['compromise', '--office', 'qs', ...office.as('anh')])).code, 0, 'not by another office');
  const declared = await tramJson<{ ended: string[]; affected: { dispatch: string; keys: string[] }[] }>(['compromise', '--office', 'qs', ...office.as('minh')]);
  assert.ok(declared.ended.includes('storage-1') && declared.ended.includes('transport-1'));
  assert.deepEqual(declared.affected.map((one) => [one.dispatch, one.keys]), [[dispatch, ['transport-1', 'storage-1']]]);
  await tramJson(['open', dispatch, ...office.as('minh')]);
  await office.stop();
  const { ok } = await tramJson<{ ok: boolean }>(['audit', '--data', office.data]);
  assert.equal(ok, true);
});

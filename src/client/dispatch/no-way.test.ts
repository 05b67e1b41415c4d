import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeOf } from '#model/life.ts';
import { foundTestOrganisation, HUB, POST, RELAY, START } from '../../../test/fixtures/organisation.ts';
import { seal } from '../../../test/fixtures/submissions.ts';
import { noWaysOf } from './no-way.ts';

test('a link that ended has cut off what is before it, not what is behind it or has arrived', async () => {
  const org = await foundTestOrganisation();
  const { id, header } = seal(org, { to: ['huyen', 'muong-leo'] });
  const [huyen, muongLeo] = header.to.map(({ office }) => office);
  const said = (kind: 'custody' | 'arrived', office: typeof huyen, station: string) => ({ kind, dispatch: id, sealing: 0, office: office!, station, previousHop: HUB, time: START });
  const cutOff = (...receipts: ReturnType<typeof said>[]): string[] =>
    noWaysOf(org.state, lifeOf({ dispatch: id, header, accepted: START, receipts, now: START }).offices).map(({ office, station }) => `${office.office} ${station}`);
  assert.deepEqual(cutOff(), []);
  await org.add([{ kind: 'end', body: { what: 'link', code: POST, other: RELAY, reason: 'left' } }]);
  assert.deepEqual(cutOff(), [`muong-leo ${POST}`], 'it is still at its origin, which reaches the other');
  assert.deepEqual(cutOff(said('custody', muongLeo, RELAY), said('arrived', huyen, RELAY)), [`muong-leo ${POST}`]);
  assert.deepEqual(cutOff(said('arrived', muongLeo, POST)), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundTestOrganisation, HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { cutOffBy } from './cut-off.ts';

test('the end of a link cuts off whoever has no other way to the one that keeps the directory', async () => {
  const org = await foundTestOrganisation();
  assert.deepEqual(cutOffBy(org.state, POST, RELAY), [POST]);
  assert.deepEqual(cutOffBy(org.state, HUB, RELAY), [RELAY, POST].toSorted());
  await org.connect(POST, HUB);
  assert.deepEqual(cutOffBy(org.state, RELAY, POST), []);
});

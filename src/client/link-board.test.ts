/** Where stations stand on the drawing: by how many links away, each on a line of its own, joined or not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { NOW } from '../../test/client/practice-office.ts';
import { linkBoard, type LinkSeen, waitingOn } from './link-board.ts';

const HUB = 'tram-tinh';

async function province(): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000, cheap: true, station: HUB });
  for (const code of ['huyen-mot', 'huyen-hai', 'xa', 'le-loi']) await practice.addStation(code, `Trạm ${code}`);
  await practice.connect('huyen-mot', HUB);
  await practice.connect('huyen-hai', HUB);
  await practice.connect('xa', 'huyen-hai');
  return practice;
}

const seen = (peer: string): LinkSeen => ({ peer, state: 'up', queued: { routine: 2, priority: 0, immediate: 1, flash: 0 }, oldestQueued: null, lastSent: 1, lastReceived: 1, lastMet: null });

test('stations stand by how far they are, no two leaves on one line, unjoined ones at the end', async () => {
  const { state } = await province();
  const { places, hopsMax, rows } = linkBoard(state, HUB, []);
  assert.deepEqual(places.map(({ code, hops, before }) => [code, hops, before]), [
    [HUB, 0, null], ['huyen-hai', 1, HUB], ['huyen-mot', 1, HUB], ['xa', 2, 'huyen-hai'], ['le-loi', 0, null],
  ]);
  assert.equal(hopsMax, 2);
  const leaves = places.filter(({ code }) => code === 'xa' || code === 'huyen-mot' || code === 'le-loi').map(({ row }) => row);
  assert.deepEqual(leaves.toSorted(), [0, 1, 2]);
  assert.equal(rows, 3);
});

test('what the station sees of its own links is on them, and nothing is claimed of links of others', async () => {
  const { state } = await province();
  const { links } = linkBoard(state, HUB, [seen('huyen-hai'), seen('huyen-mot')]);
  assert.deepEqual(links.map(({ from, to, seen: one }) => [from, to, one?.state ?? null]), [[HUB, 'huyen-hai', 'up'], [HUB, 'huyen-mot', 'up'], ['xa', 'huyen-hai', null]]);
  assert.equal(waitingOn(links[0]!.seen!), 3);
});

test('a ring of stations is drawn once, and looked at from any of them', async () => {
  const practice = await province();
  await practice.connect('xa', 'huyen-mot');
  const { places } = linkBoard(practice.state, 'xa', []);
  assert.deepEqual(places.filter(({ hops }) => hops === 2).map(({ code }) => code), [HUB]);
});

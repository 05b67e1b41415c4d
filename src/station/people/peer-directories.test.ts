/** What is remembered of a peer that shows what cannot be taken. Source: docs/protocol/federation.md. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { agree, foundTwo, shown, type TwoOrganisations } from '../../../test/fixtures/two-organisations.ts';
import type { PeerDirectories } from './peer-directories.ts';
import { filled, type Room } from './testing.test.ts';

let two: TwoOrganisations;
before(async () => {
  two = await foundTwo(true);
  await agree(two);
});

const root = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const wrong = (peers: PeerDirectories, number: number, code = 'directory-inconsistent'): Promise<boolean> =>
  peers.refuse(two.guard.founded.organisation, code, { peer: 'bo-doi', size: 20, root: root(number) });
const told = ({ events }: Room): number => events.filter((kind) => kind === 'refused').length;

test('a refused log is told once in the ledger until the log grows, over what was right between and over a restart', async () => {
  const disk = newDisk();
  const { organisation } = two.guard.founded;
  let room = await filled(two.province, 'tram-tinh', disk);
  let peers = room.people.peerDirectories;
  await peers.takeDisclosure(organisation, await shown(two.guard, two.province));
  for (let meeting = 0; meeting < 5; meeting++) {
    assert.equal(await wrong(peers, 1), meeting === 0);
    assert.equal(await wrong(peers, 2), meeting === 0);
    assert.equal(peers.refusal(organisation)?.code, 'directory-inconsistent');
    await peers.confirm(organisation);
    assert.equal(peers.refusal(organisation), null);
  }
  assert.equal(told(room), 2);
  await room.store.close();
  room = await filled(two.province, 'tram-tinh', disk);
  peers = room.people.peerDirectories;
  assert.equal(await wrong(peers, 1), false);
  assert.equal(await wrong(peers, 1, 'cbor-malformed'), true, 'another fault is news');
  const seen = two.guard.entries.length;
  await two.guard.addOfficeKey('don', 'transport', 2);
  await peers.takeDisclosure(organisation, await shown(two.guard, two.province, seen));
  assert.equal(peers.refusal(organisation), null);
  assert.equal(await wrong(peers, 1), true, 'of the log that has grown nothing was told');
  await room.store.close();
});

test('however many logs it invents, a handful is told, and the link says so all the same', async () => {
  const room = await filled(two.province);
  const peers = room.people.peerDirectories;
  for (let number = 0; number < 200; number++) await wrong(peers, number);
  assert.equal(told(room), 16);
  await peers.confirm(two.guard.founded.organisation);
  await wrong(peers, 201);
  assert.equal(peers.refusal(two.guard.founded.organisation)?.code, 'directory-inconsistent');
  assert.equal(told(room), 16);
  await room.store.close();
});

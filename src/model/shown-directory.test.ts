/** What a peer shows, handed on to those who saw another point of its log, or none. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { acceptFromPeer, acceptHandedOn, acceptShown, type AcceptedShown } from '#model/shown-directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { shownDirectory } from '#wire/federation.ts';
import { agreeWithPeer, type PeerOrganisation } from '../../test/fixtures/peer.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
let peer: PeerOrganisation;
/** What the exchange station kept, time after time. */
const kept: AcceptedShown[] = [];

const trusted = () => ({ organisation: peer.organisation.founded.organisation, founding: peer.organisation.founded.founding });
const refuses = (code: string, attempt: Promise<unknown>) => assert.rejects(attempt, (error) => error instanceof Refusal && error.code === code);

before(async () => {
  const first = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, name: 'Tỉnh', station: 'tram-tinh' });
  await first.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  peer = await agreeWithPeer(first, 'van-phong', 'tram-tinh', NOW);
  for (const office of ['kho', 'xuong', 'ben']) {
    const known = kept.at(-1) ?? null;
    kept.push(await acceptFromPeer(nodeCrypto, trusted(), known, await peer.shows(known?.point.size ?? 0)));
    await peer.organisation.addOffice(office, 'tram-bo-doi', office);
  }
});

test('whoever saw nothing, the first, or the one before reaches the newest', async () => {
  const newest = kept[2]!;
  for (const held of [null, kept[0]!.point, kept[1]!.point, newest.point]) {
    const { point } = await acceptShown(nodeCrypto, trusted(), held, newest.bytes);
    assert.deepEqual(point, newest.point);
  }
});

test('an older one is rolled back, one without the steps leads on from nothing', async () => {
  await refuses('directory-rolled-back', acceptShown(nodeCrypto, trusted(), kept[2]!.point, kept[0]!.bytes));
  const { disclosure } = shownDirectory.decode(kept[2]!.bytes);
  await refuses('directory-inconsistent', acceptShown(nodeCrypto, trusted(), kept[0]!.point, shownDirectory.encode({ version: 1, disclosure, steps: [] })));
});

test('a step that was changed, left out or invented leads nowhere', async () => {
  const { disclosure, steps } = shownDirectory.decode(kept[2]!.bytes);
  const flipped = steps.map((step, i) => (i === 0 ? { ...step, root: step.root.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) } : step));
  for (const wrong of [flipped, steps.slice(1), [{ ...steps[0]!, size: steps[0]!.from }], [{ ...steps[0]!, consistency: [] }]]) {
    await refuses('directory-inconsistent', acceptShown(nodeCrypto, trusted(), kept[0]!.point, shownDirectory.encode({ version: 1, disclosure, steps: wrong })));
  }
});

test('a log that forked from what was seen is refused, whoever hands it on', async () => {
  const fork = { size: kept[0]!.point.size, root: nodeRandom.bytes(32) };
  await refuses('directory-inconsistent', acceptShown(nodeCrypto, trusted(), fork, kept[2]!.bytes));
});

test('who hands it on keeps the own steps and adds those that came; of a stranger\'s, only those that prove themselves', async () => {
  const late = await acceptHandedOn(nodeCrypto, trusted(), kept[0]!, kept[1]!.bytes);
  const later = await acceptHandedOn(nodeCrypto, trusted(), late, kept[2]!.bytes);
  assert.deepEqual(shownDirectory.decode(later.bytes).steps, shownDirectory.decode(kept[2]!.bytes).steps);
  const began = await acceptHandedOn(nodeCrypto, trusted(), kept[1]!, kept[2]!.bytes);
  const own = shownDirectory.decode(kept[1]!.bytes).steps;
  assert.deepEqual(shownDirectory.decode(began.bytes).steps.slice(0, own.length), own);
  const { disclosure, steps } = shownDirectory.decode(kept[2]!.bytes);
  const fresh = await acceptHandedOn(nodeCrypto, trusted(), null, kept[2]!.bytes);
  assert.deepEqual(shownDirectory.decode(fresh.bytes).steps, steps.slice(1));
  const junk = shownDirectory.encode({ version: 1, disclosure, steps: [steps[0]!, { ...steps[1]!, consistency: [] }] });
  assert.deepEqual(shownDirectory.decode((await acceptHandedOn(nodeCrypto, trusted(), null, junk)).bytes).steps, []);
});

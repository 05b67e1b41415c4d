/** What a device takes of another organisation's directory from its station, which is believed in nothing. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PeersSync } from '#client/directory/peers-sync.ts';
import { hex } from '#core/bytes.ts';
import { acceptFromPeer, type AcceptedShown } from '#model/shown-directory.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { keyring, type Keyring } from '#wire/keyring.ts';
import { memoryStore } from '../../../test/client/practice-office.ts';
import { agree, foundTwo, GUARD_CODE, shown, START, type TwoOrganisations } from '../../../test/fixtures/two-organisations.ts';

let two: TwoOrganisations;
let contents: Keyring;
let kept: AcceptedShown;
let asked: number;
const cache = memoryStore();
beforeEach(async () => {
  two = await foundTwo(true);
  await agree(two);
  contents = { organisation: two.province.founded.organisation, name: 'Máy', seals: [], officeKeys: [], created: START };
  [cache.bytes, asked] = [null, 0];
  kept = await take(null);
});

const trusted = () => two.province.state.agreement(GUARD_CODE)!;

/** As the station takes it from the peer. */
async function take(before: AcceptedShown | null, from = two): Promise<AcceptedShown> {
  return acceptFromPeer(nodeCrypto, trusted(), before, await shown(from.guard, from.province, before?.point.size ?? 0), { authority: from.guard.authority });
}

function device(): PeersSync {
  const ring = { get contents() { return contents; }, change: async (work: (before: Keyring) => Keyring) => void (contents = keyring.decode(keyring.encode(work(contents)))) };
  const api = {
    call: async () => ({ peers: [{ peer: GUARD_CODE, organisation: hex(trusted().organisation), size: kept.point.size }] }),
    bytes: async () => {
      asked++;
      return kept.bytes;
    },
  };
  return new PeersSync({ crypto: nodeCrypto, ring, api, view: () => two.province.state, cache, authority: two.guard.authority } as unknown as ConstructorParameters<typeof PeersSync>[0]);
}

const seen = (peers: PeersSync) => peers.view(trusted().organisation)?.offices().map(({ office }) => office) ?? null;

test('it is fetched once, pinned in the keyring, kept with the device, and fetched again when it has grown', async () => {
  const peers = device();
  assert.equal(seen(peers), null);
  assert.equal(await peers.sync(), true);
  assert.deepEqual([seen(peers), await peers.sync(), asked], [['don'], false, 1]);
  assert.deepEqual(contents.peers?.map(({ size }) => size), [kept.point.size]);
  const again = device();
  assert.deepEqual([await again.sync(), seen(again), asked], [false, ['don'], 1]);
  for (const office of ['mot', 'hai', 'ba']) {
    await two.guard.addOffice(office, 'tram-bo-doi');
    kept = await take(kept);
  }
  assert.deepEqual([await again.sync(), contents.peers?.[0]?.size], [true, two.guard.entries.length]);
  assert.equal(again.refused.size, 0);
});

test('a smaller log, and another of a greater size, is refused and said; what was held stays, with the cache and without', async () => {
  const first = kept;
  const [{ guard }, state, size] = [two, two.guard.state, two.guard.entries.length];
  await guard.addOffice('mot', 'tram-bo-doi');
  const grown = await take(first);
  // The same keys tell another story from there on.
  [guard.state, guard.entries.length] = [state, size];
  for (const office of ['hai', 'ba']) await guard.addOffice(office, 'tram-bo-doi');
  const forked = await take(first);
  kept = grown;
  await device().sync();
  const known = cache.bytes;
  for (const [offered, code] of [[first, 'directory-rolled-back'], [forked, 'directory-inconsistent']] as const) {
    for (const isCached of [true, false]) {
      [kept, cache.bytes] = [offered, isCached ? known : null];
      const peers = device();
      assert.equal(await peers.sync(), false);
      assert.deepEqual([...peers.refused], [[GUARD_CODE, code]]);
      assert.deepEqual(seen(peers), isCached ? ['don'] : null);
      assert.deepEqual(contents.peers?.[0]?.root, grown.point.root);
    }
  }
});

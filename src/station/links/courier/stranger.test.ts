/** A stick of a station with which a link was added since this one heard last. Source: docs/protocol/bundles.md §Reading. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { LinkTables } from '../tables.ts';
import { VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import { TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';

/** As the directory was before the link between the two. */
function unlinked(view: DirectoryView): DirectoryView {
  return new Proxy(view, { get: (of, name) => (name === 'neighbours' ? () => [] : Reflect.get(of, name) as unknown) });
}

const known = (pair: TestPair): Promise<{ peer: string }[]> => pair.post.store.of<LinkTables>().read((db) => db.selectFrom('link_state').select('peer').execute());
const isUnknown = (error: unknown): boolean => error instanceof Refusal && error.code === 'peer-unknown';

async function stick(): Promise<{ pair: TestPair; id: string; volume: Uint8Array }> {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  pair.behind.set('post', unlinked(pair.view));
  const item = pair.item(pair.hub, 'qua người giao thông', 'flash');
  await pair.queue(pair.hub, 'post', item);
  const { volumes } = await write(pair, pair.hub, { peer: 'post' });
  return { pair, id: hex(item.id), volume: volumes[0]! };
}

test('the directory on it is taken first, and by that the rest', async () => {
  const { pair, id, volume } = await stick();
  const report = await read(pair.post, volume);
  assert.deepEqual([report.isRead, report.taken], [true, 1]);
  assert.deepEqual(pair.post.items.accepted, [id]);
  assert.equal((await read(pair.post, volume)).wasRead, true);
});

test('nothing but the directory is looked at where that knows no link either', async () => {
  const { pair, volume } = await stick();
  const still = unlinked(pair.view);
  pair.behind.delete = () => {
    pair.behind.set('post', still);
    return true;
  };
  await assert.rejects(read(pair.post, volume), isUnknown);
  assert.deepEqual([pair.post.items.accepted, await known(pair)], [[], []]);
});

test('whoever the directory does not know at all brings not even that', async () => {
  const { pair, volume } = await stick();
  pair.behind.set('post', new Proxy(pair.view, { get: (of, name) => (name === 'neighbours' ? () => [] : name === 'station' ? () => null : Reflect.get(of, name) as unknown) }));
  await assert.rejects(read(pair.post, volume), isUnknown);
  assert.equal(pair.behind.has('post'), true);
});

test('who orders a stick for no neighbour is told whether there is such a station, whether it is this one, and whether the link was ended', async () => {
  const pair = await TestPair.make();
  await pair.decide({ kind: 'end', body: { what: 'link', code: 'post', other: 'hub', reason: 'superseded' } });
  const told = (peer: string): unknown => {
    try {
      return pair.hub.links.courier.write({ peer });
    } catch (error) {
      return error instanceof Refusal && [error.code, error.detail['reason']];
    }
  };
  assert.deepEqual([told('hub'), told('pots'), told('post')], [['peer-own', undefined], ['station-unknown', undefined], ['peer-unknown', 'link-ended']]);
});

test('a stick is one of our own by our signature, not by the name on it', async () => {
  const { pair, volume } = await stick();
  const isOwn = (error: unknown): boolean => error instanceof Refusal && error.code === 'bundle-not-for-us' && error.detail['own'] === 'post';
  await assert.rejects(read(pair.hub, volume), isOwn);
  const forged = volume.slice();
  const start = volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES));
  forged[start - 1]! ^= 1;
  await assert.rejects(read(pair.hub, forged), (error: unknown) => error instanceof Refusal && !isOwn(error));
});

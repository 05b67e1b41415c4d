/** A device at a station that was restored from a backup: what it held comes back by its proof, and without one it works on. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DirectoryDeps, DirectorySync } from '#client/directory/directory-sync.ts';
import { Session } from '#client/session.ts';
import { base64url, fromUtf8 } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { nodeHttpTransport } from '#platform/node/http-transport.ts';
import { createStation } from '#station/compose.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { silentLog } from '#station/kernel/log.ts';
import { arrayOf, bytes, structure } from '#wire/codec.ts';
import { newDisk } from '../fixtures/disks.ts';
import { memoryStore, NOW, practiceOffices, ringOf } from './practice-office.ts';

const STATION = 'tram-tinh';
const clock = { ...nodeClock, now: () => NOW };
const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

/** A station as its backup left it, and a device with what it had seen since: an office's new name of 41 days ago. */
async function restored() {
  const practice = await practiceOffices({ farHome: STATION });
  const backup = { from: 0, entries: [...practice.entries], checkpoint: await practice.checkpoint() };
  practice.now = NOW - 41 * DAY_MS;
  await practice.add([{ kind: 'office', body: { office: 'van-phong', name: 'Tên mới', symbol: 'X', station: STATION } }]);
  practice.now = NOW;
  const { signer, log } = practice.stations.get(STATION)!;
  const station = await createStation({
    station: STATION, founding: practice.founded.founding, incarnation: nodeRandom.bytes(16), disk: newDisk(), clock, random: nodeRandom,
    provider: nodeCrypto, signer, logSigner: log.signer, log: silentLog, version: '0.0.0', simulation: { authority: practice.authority },
    network: { dial: () => Promise.reject(new Error('nobody to dial')) },
  });
  await station.people.receive(backup);
  await station.start();
  const server = new HttpServer({ routes: station.routes, authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device, clock, random: nodeRandom, log: silentLog });
  const { port } = await server.listen('127.0.0.1', 0);
  const transport = nodeHttpTransport(`http://127.0.0.1:${port}`);
  closing.push(() => station.stop(), () => server.stop(), () => transport.close());
  const [ring, directoryCache] = [await ringOf(practice, 'anh', ['chuyen-vien']), memoryStore()];
  const session = () => new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport, ring, directoryCache, authority: practice.authority });
  return { practice, station, ring, directoryCache, session };
}

async function sees(practice: PracticeOrganisation, ring: unknown, cache: unknown): Promise<void> {
  const api = {
    call: async (_: string, { query: { from } }: { query: { from: number } }) =>
      ({ size: practice.entries.length, entries: practice.entries.slice(from).map(base64url), checkpoint: fromUtf8(await practice.checkpoint())! }),
  };
  await new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps).sync();
}

test('with the checkpoint that it kept, the station takes what it would not take from anybody now', async () => {
  const { practice, station, ring, directoryCache, session } = await restored();
  await sees(practice, ring, directoryCache);
  const anh = session();
  await anh.begin();
  assert.deepEqual(anh.gaveBack, { entries: 1, refused: null });
  assert.deepEqual(station.people.view().point, practice.state.point);
});

test('kept by an earlier program, without one, it is a proposal: refused, and the device works on by what it holds', async () => {
  const { practice, station, directoryCache, session } = await restored();
  await directoryCache.write(structure('Before', 1 << 24, arrayOf(bytes(1, 65_536), 1_000)).encode(practice.entries));
  const anh = session();
  await anh.begin();
  assert.deepEqual(anh.gaveBack, { entries: 1, refused: 'directory-entry-refused' });
  assert.deepEqual([anh.view.office('van-phong')?.name, anh.api.isLoggedIn], ['Tên mới', true]);
  assert.equal(station.people.view().point.size, practice.entries.length - 1);
});

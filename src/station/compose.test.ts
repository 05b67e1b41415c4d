import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { createStation, type StationDeps } from './compose.ts';
import { newDisk } from '../../test/fixtures/disks.ts';
import { silentLog } from './kernel/log.ts';

const bytes = (length: number) => nodeRandom.bytes(length);
const key = async (algorithm: 'ecdsa-p256' | 'ml-dsa-65' | 'ed25519' | 'ml-dsa-44') =>
  nodeCrypto.signatures.signingKey(algorithm, await nodeCrypto.signatures.generateSecret(algorithm));

async function depsWith(suite: number): Promise<StationDeps> {
  return {
    station: 'hub', founding: bytes(32), incarnation: bytes(16), disk: newDisk(), clock: nodeClock, random: nodeRandom,
    provider: { ...nodeCrypto, suite },
    signer: { p256: await key('ecdsa-p256'), mldsa: await key('ml-dsa-65'), p256Certificate: bytes(32), mldsaCertificate: bytes(32) },
    logSigner: { ed25519: await key('ed25519'), mldsa44: await key('ml-dsa-44') },
    network: { dial: () => Promise.reject(new Refusal('station-unreachable')) },
    log: silentLog, version: '0.0.0',
  };
}

test('a suite that protects nothing is refused outside a simulator', async () => {
  await assert.rejects(createStation(await depsWith(0xff01)), { code: 'suite-refused' });
  await assert.rejects(createStation(await depsWith(0xff00)), { code: 'suite-refused' });
});

test('suite 1 composes, and waits for a directory before it starts', async () => {
  const station = await createStation(await depsWith(1));
  await assert.rejects(station.start(), { code: 'data-folder-empty' });
  await station.store.close();
});

test('a station answers every declared route once, and only those that are declared so without a session', async () => {
  const { routes, store } = await createStation(await depsWith(1));
  const mounted = routes.map(({ method, path, access }) => `${method} ${path} ${access}`);
  const declared = Object.values(ROUTES).map(({ method, path, session }) => `${method} ${path} ${session ? 'session' : 'public'}`);
  assert.deepEqual(mounted.toSorted(), declared.toSorted());
  await store.close();
});

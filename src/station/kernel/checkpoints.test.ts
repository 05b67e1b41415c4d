/** A ledger's checkpoints, and two stations as each other's witnesses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import { decodeNote } from '#wire/note.ts';
import { Checkpoints } from './checkpoints.ts';
import { Ledger } from './ledger.ts';
import { newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import { kernelMigrations } from './migrations/index.ts';
import { openStore } from './store.ts';
import { countingRandom, nodeCrypto, START, stillClock, testKey } from './testing.test.ts';

const { hash, signatures } = nodeCrypto;

async function openStation(name: string, number: number, disk: TestDisk = newDisk()) {
  const store = await openStore(disk, { migrations: kernelMigrations });
  const ledger = new Ledger({
    store,
    clock: stillClock,
    random: countingRandom(),
    hash,
    encodeEvent: ({ index, fields }) => concat(utf8(`${index} `), fields),
    incarnation: () => new Uint8Array(16),
  });
  const keys = {
    log: { ed25519: await testKey('ed25519', number), mlDsa44: await testKey('ml-dsa-44', number) },
    witness: { ed25519: await testKey('ed25519', number + 1), mlDsa44: await testKey('ml-dsa-44', number + 1) },
  };
  const origin = `tram.example/${name}`;
  const deps = { store, ledger, clock: stillClock, hash, signatures, origin, witnessName: `${origin}/w`, keys };
  return { disk, store, ledger, origin, checkpoints: new Checkpoints(deps) };
}

type Station = Awaited<ReturnType<typeof openStation>>;

async function grow({ store, ledger }: Station, count: number, what = 'event'): Promise<void> {
  for (let n = 0; n < count; n++) {
    await store.commit((tx) => ledger.append(tx, { kind: 'note.made', fields: utf8(`${what} ${n}`) }));
  }
}

function proofOf({ store, ledger }: Station, from: number, to: number): Promise<Uint8Array[]> {
  return store.read((db) => ledger.consistency(db, from, to));
}

function refusal(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

test('a checkpoint is signed by both of the log\'s keys and kept', async () => {
  const station = await openStation('a', 1);
  await grow(station, 3);
  const note = decodeNote(await station.checkpoints.checkpoint());
  const checkpoint = decodeCheckpoint(note.text);
  assert.equal(checkpoint.origin, 'tram.example/a');
  assert.deepEqual(
    { size: checkpoint.size, root: checkpoint.root },
    await station.store.read((db) => station.ledger.head(db)),
  );
  const verified = await verifyCheckpointNote(signatures, note, station.checkpoints.logKeys);
  assert.deepEqual(verified?.map(({ timeSeconds }) => timeSeconds), [null, START / 1000]);
  assert.deepEqual(decodeNote((await station.checkpoints.latest())!), note);
});

test('of an earlier size no time is claimed; an empty ledger has a checkpoint too', async () => {
  const station = await openStation('a', 1);
  assert.equal(decodeCheckpoint(decodeNote(await station.checkpoints.checkpoint()).text).size, 0);
  await grow(station, 3);
  const note = decodeNote(await station.checkpoints.checkpoint(2));
  const verified = await verifyCheckpointNote(signatures, note, station.checkpoints.logKeys);
  assert.deepEqual(verified?.map(({ timeSeconds }) => timeSeconds), [null, 0]);
});

test('a neighbour witnesses what continues what it saw, and its cosignatures are kept', async () => {
  const [log, witness] = [await openStation('a', 1), await openStation('b', 11)];
  await grow(log, 3);
  assert.equal(await witness.checkpoints.lastSeen(log.origin), null);
  await witness.checkpoints.cosign(await log.checkpoints.checkpoint(), log.checkpoints.logKeys, []);
  await grow(log, 4);
  const note = await log.checkpoints.checkpoint();
  const lines = await witness.checkpoints.cosign(note, log.checkpoints.logKeys, await proofOf(log, 3, 7));
  assert.equal((await witness.checkpoints.lastSeen(log.origin))?.size, 7);
  assert.equal(await log.checkpoints.addCosignatures(7, lines, witness.checkpoints.witnessKeys), 2);
  const cosigned = decodeNote((await log.checkpoints.latest())!);
  const keys = [...log.checkpoints.logKeys, ...witness.checkpoints.witnessKeys];
  assert.equal((await verifyCheckpointNote(signatures, cosigned, keys))?.length, 4);
});

test('a smaller tree and another history are refused, also after a restart', async () => {
  const [log, witness] = [await openStation('a', 1), await openStation('b', 11)];
  await grow(log, 3);
  const backup = await log.disk.copy();
  const early = await log.checkpoints.checkpoint();
  await grow(log, 2);
  await witness.checkpoints.cosign(await log.checkpoints.checkpoint(), log.checkpoints.logKeys, []);
  const again = await openStation('b', 11, witness.disk);
  await assert.rejects(again.checkpoints.cosign(early, log.checkpoints.logKeys, []), refusal('peer-behind'));

  const restored = await openStation('a', 1, backup);
  await grow(restored, 4, 'another');
  const other = await restored.checkpoints.checkpoint();
  const proof = await proofOf(restored, 5, 7);
  await assert.rejects(again.checkpoints.cosign(other, log.checkpoints.logKeys, proof), refusal('ledger-inconsistent'));
  assert.equal((await again.checkpoints.lastSeen(log.origin))?.size, 5);
});

test('both of the log\'s signatures are needed, and wrong cosignatures are not kept', async () => {
  const [log, witness] = [await openStation('a', 1), await openStation('b', 11)];
  await grow(log, 1);
  const note = await log.checkpoints.checkpoint();
  const text = new TextDecoder().decode(note);
  const onlyFirst = utf8(text.split('\n').toSpliced(5, 1).join('\n'));
  assert.equal(decodeNote(onlyFirst).signatures.length, 1);
  const { logKeys } = log.checkpoints;
  await assert.rejects(witness.checkpoints.cosign(onlyFirst, logKeys, []), refusal('signature-wrong'));
  const lines = await witness.checkpoints.cosign(note, logKeys, []);
  const spoilt = lines.map((line) => ({ ...line, signature: line.signature.with(70, line.signature[70]! ^ 1) }));
  const { witnessKeys } = witness.checkpoints;
  await assert.rejects(log.checkpoints.addCosignatures(1, spoilt, witnessKeys), refusal('signature-wrong'));
  await assert.rejects(log.checkpoints.addCosignatures(2, lines, witnessKeys), refusal('step-out-of-order'));
  assert.equal(await log.checkpoints.addCosignatures(1, lines, []), 0);
  assert.equal(decodeNote((await log.checkpoints.latest())!).signatures.length, 2);
});

/** Passphrases worked on in a worker: as on one's own thread, a refusal as itself, a worker that dies, and none left behind. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import type { MessageEnd } from '../parts/part-messages.ts';
import { passphraseDesk } from './passphrase-desk.ts';
import { servePassphrases } from './passphrase-worker.ts';

const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1, salt: new Uint8Array(16) };
const NAMES = { client: 'anh-may', server: 'tram/v1/00/hub' };
const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const opaque = await loadOpaque();

let [opened, closed] = [0, 0];
let isDead = false;
let die: (() => void) | null = null;
/** Timers that wait. */
const waking = new Set<() => void>();
const ports: MessagePort[] = [];
const clock = { after: (_: number, wake: () => void) => { waking.add(wake); return () => void waking.delete(wake); } };
after(() => ports.forEach((port) => port.close()));

const endOf = (port: MessagePort): MessageEnd => ({ post: (message) => port.postMessage(message), listen: (heard) => void port.on('message', heard) });
const desk = passphraseDesk(() => {
  opened++;
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  if (!isDead) servePassphrases(endOf(port2), Promise.resolve({ ...opaque.client, stretch: nodeCrypto.stretch }));
  return { ...endOf(port1), failed: (listener) => { die = listener; }, close: () => { closed++; port1.close(); } };
}, clock);

test('stretches and logs in as the own thread would', async () => {
  const passphrase = new TextEncoder().encode('sông Mã mùa nước lớn');
  assert.deepEqual(await desk.stretch(passphrase, CHEAP), await nodeCrypto.stretch(passphrase, CHEAP));
  const setup = opaque.server.createSetup();
  const registration = await desk.startRegistration('sông Mã');
  const { record, exportKey } = await desk.finishRegistration('sông Mã', registration.state, opaque.server.register(setup, NAMES.client, registration.request), NAMES);
  const logIn = async (typed: string) => {
    const { state, request } = await desk.startLogIn(typed);
    return desk.finishLogIn(typed, state, opaque.server.startLogIn(setup, NAMES.client, record, request, NAMES).response, NAMES);
  };
  assert.deepEqual((await logIn('sông Mã'))?.exportKey, exportKey);
  assert.equal(await logIn('sông Đà'), null);
});

test('keeps no worker that has nothing to do, and opens another when it is asked again', async () => {
  assert.deepEqual([opened, closed, waking.size], [1, 0, 1]);
  waking.forEach((wake) => wake());
  waking.clear();
  assert.equal(closed, 1);
  await desk.startLogIn('sông Mã');
  assert.equal(opened, 2);
});

test('says a refusal as itself, and that a worker died', async () => {
  const { state } = await desk.startRegistration('sông Mã');
  await assert.rejects(desk.finishRegistration('sông Mã', state, new Uint8Array(5), NAMES), refused('request-malformed'));
  waking.forEach((wake) => wake());
  isDead = true;
  const asked = desk.startLogIn('sông Mã');
  die!();
  await assert.rejects(asked, refused('internal'));
});

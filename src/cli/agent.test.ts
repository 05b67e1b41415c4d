/** An agent holds keys for its own user, for a while, and erases them whatever ends it. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { agentIdleMs, holdKeys, keysOfAgent, lockAgent } from './agent.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tram-agent-'));
after(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

function home(mode = 0o700): string {
  const folder = path.join(root, String(made++));
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
}

/** A clock that is moved by hand, its timers with it; `asleep` moves the wall's alone, as a machine that sleeps does. */
function handClock() {
  let [wall, steady] = [1_000_000, 5_000];
  const timers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => wall, monotonicMs: () => steady, uncertaintyMs: () => 0,
    after(delayMs: number, wake: () => void) {
      const timer = { at: steady + delayMs, wake };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms: number) {
      [wall, steady] = [wall + ms, steady + ms];
      for (const timer of timers) {
        if (timer.at > steady) continue;
        timers.delete(timer);
        timer.wake();
      }
    },
    asleep(ms: number) {
      wall += ms;
    },
  };
}

const newKeys = () => ({ ringKey: new Uint8Array(32).fill(3), anchor: new Uint8Array(32).fill(4) });
const refusedFor = (reason: string) => (error: unknown) => error instanceof Refusal && error.code === 'agent-unavailable' && error.detail['reason'] === reason;

test('it gives the keys to its own user, and erases them when it is locked', async () => {
  const [folder, keys] = [home(), newKeys()];
  const agent = await holdKeys(folder, keys, MINUTE_MS, handClock());
  assert.equal(statSync(path.join(folder, 'agent.sock')).mode & 0o777, 0o600);
  assert.deepEqual(await keysOfAgent(folder), newKeys());
  assert.equal(await lockAgent(folder), true);
  await agent.ended;
  assert.ok([...keys.ringKey, ...keys.anchor].every((byte) => byte === 0));
  assert.ok(!existsSync(path.join(folder, 'agent.sock')));
  assert.deepEqual([await keysOfAgent(folder), await lockAgent(folder)], [null, false]);
});

test('each use begins the idle time anew; at its end it locks by itself', async () => {
  const [folder, keys, clock] = [home(), newKeys(), handClock()];
  const agent = await holdKeys(folder, keys, 10 * MINUTE_MS, clock);
  clock.advance(9 * MINUTE_MS);
  assert.notEqual(await keysOfAgent(folder), null);
  clock.advance(9 * MINUTE_MS);
  assert.equal(await agentIdleMs(folder), MINUTE_MS, 'asking how long is no use');
  clock.advance(MINUTE_MS);
  await agent.ended;
  assert.ok(keys.ringKey.every((byte) => byte === 0));
});

test('time in which the machine slept counts', async () => {
  const [folder, keys, clock] = [home(), newKeys(), handClock()];
  const agent = await holdKeys(folder, keys, 10 * MINUTE_MS, clock);
  clock.asleep(8 * 60 * MINUTE_MS);
  assert.equal(await keysOfAgent(folder), null);
  await agent.ended;
  assert.ok(keys.anchor.every((byte) => byte === 0));
});

test('it never crosses users: a folder open to others, a socket of another, one that others may open', async () => {
  await assert.rejects(holdKeys(home(0o770), newKeys(), MINUTE_MS, handClock()), refusedFor('open-to-others'));
  const folder = home();
  const agent = await holdKeys(folder, newKeys(), MINUTE_MS, handClock());
  assert.equal(await keysOfAgent(folder, () => 12_345), null, 'whose owner is not this user');
  chmodSync(path.join(folder, 'agent.sock'), 0o666);
  assert.equal(await keysOfAgent(folder), null);
  chmodSync(path.join(folder, 'agent.sock'), 0o600);
  chmodSync(folder, 0o777);
  assert.equal(await keysOfAgent(folder), null, 'in a folder where another could have put it');
  chmodSync(folder, 0o700);
  agent.lock();
  await agent.ended;
});

test('one agent a device; what a killed one left is put aside; a path that is no socket is left alone', async () => {
  const folder = home();
  const agent = await holdKeys(folder, newKeys(), MINUTE_MS, handClock());
  await assert.rejects(holdKeys(folder, newKeys(), MINUTE_MS, handClock()), refusedFor('held-already'));
  agent.lock();
  await agent.ended;
  const long = path.join(home(), 'd'.repeat(90));
  mkdirSync(long, { mode: 0o700 });
  await assert.rejects(holdKeys(long, newKeys(), MINUTE_MS, handClock()), refusedFor('path-too-long'));
  const file = home();
  writeFileSync(path.join(file, 'agent.sock'), 'của ai đó');
  await assert.rejects(holdKeys(file, newKeys(), MINUTE_MS, handClock()), refusedFor('socket'));
});

test('what is no question ends the talk, and what is no answer is none', async () => {
  const folder = home();
  const agent = await holdKeys(folder, newKeys(), MINUTE_MS, handClock());
  for (const asked of ['{"ask":"everything"}\n', 'x\n', 'y'.repeat(400)]) {
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const one = connect(path.join(folder, 'agent.sock'), () => one.write(asked));
      one.on('data', (piece) => (text += piece.toString())).on('error', () => undefined).on('close', () => resolve(text));
    });
    assert.equal(said, '');
  }
  assert.notEqual(await keysOfAgent(folder), null, 'and it still holds');
  agent.lock();
  await agent.ended;
  const posing = createServer((one) => one.resume().end('{"ringKey":"AA","anchor":"AA","idleMs":1}\n'));
  const before = process.umask(0o077);
  await new Promise<void>((resolve) => posing.listen(path.join(folder, 'agent.sock'), resolve));
  process.umask(before);
  assert.equal(await keysOfAgent(folder), null);
  await new Promise((resolve) => posing.close(resolve));
});

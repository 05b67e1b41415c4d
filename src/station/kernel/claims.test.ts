import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Claimant, Claims, type Release } from './claims.ts';

const claimant = (by: string, claims: Partial<Claimant> = {}): Claimant => ({ by, awaited: () => {}, signal: new AbortController().signal, ...claims });

it('a neighbour that waits under many numbers has the turns of one', async () => {
  const claims = new Claims();
  const had: string[] = [];
  const held: Release[] = [claims.claimNow('D')!];
  const ask = (by: string): void => void claims.claim('D', claimant(by)).then((release) => [had.push(by), held.push(release)]);
  for (const by of ['x', 'x', 'x', 'hub', 'x', 'xã']) ask(by);
  for (let turn = 0; turn < 6; turn++) {
    held.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(had, ['x', 'hub', 'xã', 'x', 'x', 'x']);
  held.shift()!();
  assert.ok(claims.claimNow('D'));
});

it('whoever has gone waits no more, and whoever holds what others wait for is told', async () => {
  const claims = new Claims();
  const told: string[] = [];
  const release = claims.claimNow('D', () => told.push('first'))!;
  const gone = new AbortController();
  const left = claims.claim('D', claimant('x', { signal: gone.signal }));
  const second = claims.claim('D', claimant('hub', { awaited: () => told.push('second') }));
  const third = claims.claim('D', claimant('xã'));
  assert.deepEqual(told, ['first', 'first', 'first']);
  gone.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  await assert.rejects(claims.claim('D', claimant('x', { signal: gone.signal })), /gone/);
  release();
  release();
  const next = await second;
  assert.equal(told.at(-1), 'second');
  assert.equal(claims.claimNow('D'), null);
  next();
  (await third)();
  assert.ok(claims.claimNow('D'));
});

it('what is passing has the next turn, behind whatever it waits, and whoever holds the name is told that it waits', async () => {
  const claims = new Claims();
  const told: boolean[] = [];
  const had: string[] = [];
  const held: Release[] = [claims.claimNow('D', (isPassing) => told.push(isPassing))!];
  const ask = (by: string, isPassing: boolean): void => void claims.claim('D', claimant(by, { isPassing, awaited: (also) => told.push(also) })).then((release) => [had.push(by), held.push(release)]);
  ask('x', false);
  ask('hub', false);
  ask('hub', true);
  ask('xã', true);
  for (let turn = 0; turn < 4; turn++) {
    held.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(had, ['hub', 'xã', 'x', 'hub']);
  assert.deepEqual(told, [false, false, true, true, true, false, false]);
});

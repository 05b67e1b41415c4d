/** The checker must see what it is there to see: planted losses, doubles and repeated numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '#client/session.ts';
import { type Fact, Facts } from '#app/audit/facts.ts';
import { checkLedgers, checkRegisters } from './checker.ts';
import { type Errand, newErrand } from './traffic.ts';

const line = (dispatch: string, number: number) => ({ dispatch, number: { series: '2026', number } });
const desk = (lines: readonly unknown[]) => ({ api: { call: async () => ({ lines, next: null }) } }) as unknown as Session;
const errand = (dispatch: string, number: number, incoming: number): Errand => ({ ...newErrand(`Điện ${dispatch}`, 0), dispatch, number, incoming });
const errands = [errand('a', 1, 7), errand('b', 2, 8)];
const whole = { out: [line('a', 1), line('b', 2)], into: [line('a', 7), line('b', 8)] };

const found = async ({ out, into }: { out: readonly unknown[]; into: readonly unknown[] }): Promise<number[]> => {
  const { lost, doubled, other } = await checkRegisters(desk(out), desk(into), errands);
  return [lost.length, doubled.length, other.length];
};

test('nothing where nothing is wrong', async () => assert.deepEqual(await found(whole), [0, 0, 0]));

test('one that was accepted and never came', async () => assert.deepEqual(await found({ ...whole, into: [line('a', 7)] }), [1, 0, 1]));

test('one that the origin forgot', async () => assert.deepEqual(await found({ ...whole, out: [line('b', 2)] }), [1, 0, 1]));

test('one that came twice, and one that nobody sent', async () => {
  assert.deepEqual(await found({ ...whole, into: [...whole.into, line('b', 9)] }), [0, 1, 0]);
  assert.deepEqual(await found({ ...whole, into: [...whole.into, line('c', 9)] }), [0, 1, 0]);
});

test('a number that changed, or was given twice', async () => {
  assert.deepEqual(await found({ ...whole, out: [line('a', 1), line('b', 3)] }), [0, 0, 1]);
  assert.deepEqual(await found({ ...whole, into: [line('a', 8), line('b', 8)] }), [0, 0, 2]);
});

function ledger(...said: readonly (readonly [kind: string, subject: string, fields: Partial<Fact['fields']>])[]): Facts {
  const facts = new Facts();
  for (const [index, [kind, subject, fields]] of said.entries()) facts.add({ index, time: 0, uncertaintyMs: 0, incarnation: '', kind, subject, fields: fields as Fact['fields'] });
  return facts;
}

test('ledgers of which one says of the other what that does not know', () => {
  const hub = ledger(['sent', 'a', { channel: 1 }], ['custody-received', 'a', { channel: 1 }], ['receipt', 'a', { receipt: 'arrived' }]);
  const post = ledger(['custody-taken', 'a', { channel: 1 }], ['arrived', 'a', {}]);
  assert.deepEqual([...checkLedgers('hub', hub, post), ...checkLedgers('post', post, hub)], []);
  assert.match(checkLedgers('hub', hub, ledger(['arrived', 'a', {}])).join(), /^hub has custody of number 1, a\/0, of which/);
  assert.match(checkLedgers('hub', hub, ledger(['custody-taken', 'a', { channel: 2 }], ['arrived', 'a', {}])).join(), /^hub has custody of number 1/);
  assert.match(checkLedgers('hub', hub, ledger(['custody-taken', 'a', { channel: 1 }], ['expired', 'a', {}])).join(), /^hub was told arrived of a/);
  assert.match(checkLedgers('post', post, ledger()).join(), /^post took number 1, a\/0, which/);
});

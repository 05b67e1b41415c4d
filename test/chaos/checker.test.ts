/** The checker must see what it is there to see: planted losses, doubles and repeated numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '#client/session.ts';
import { checkRegisters } from './checker.ts';
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

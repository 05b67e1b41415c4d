import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { BodyBudget } from './body-budget.ts';

const LIMITS = { freeBytes: 10, callerBytes: 100, allBytes: 150 };
const isFull = (error: unknown): boolean => error instanceof Refusal && error.code === 'bodies-full';

test('one caller has its share, all together have theirs, and what is given back may be had again', () => {
  const budget = new BodyBudget(LIMITS);
  const [one, again, other, third] = [budget.open('anh'), budget.open('anh'), budget.open('khuê'), budget.open('minh')];
  one.take(60);
  one.take(20);
  assert.throws(() => again.take(41), isFull);
  again.take(40);
  other.take(60);
  assert.throws(() => third.take(11), isFull);
  one.giveBack();
  one.giveBack();
  third.take(80);
  other.giveBack();
  again.giveBack();
  third.giveBack();
  const whole = budget.open('anh');
  whole.take(110);
  assert.throws(() => whole.take(1), isFull);
});

test('a small body is taken whatever others have sent', () => {
  const budget = new BodyBudget(LIMITS);
  for (const caller of ['anh', 'khuê']) budget.open(caller).take(85);
  const small = budget.open('minh');
  small.take(4);
  small.take(6);
  assert.throws(() => small.take(1), isFull);
});

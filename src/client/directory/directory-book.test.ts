/** The directory as it is read: found without diacritics, in the order of given names, ended ones only when asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW, practiceOffices } from '../../../test/client/practice-office.ts';
import { directoryBook, found } from './directory-book.ts';
import { waysOf, waysTo } from './entitlements.ts';

const ALL = { query: '', withEnded: false };

test('people stand by their given names, and are found by the beginnings of folded words', async () => {
  const { state } = await practiceOffices();
  const { people, offices } = directoryBook(state, NOW);
  assert.deepEqual(found(people, ALL).map(({ person }) => person.person), ['anh', 'khue', 'lan']);
  assert.deepEqual(found(people, { ...ALL, query: 'DANG ng' }).map(({ person }) => person.person), ['khue']);
  assert.deepEqual(found(people, { ...ALL, query: 'ang' }).map(({ person }) => person.person), []);
  assert.deepEqual(found(offices, { ...ALL, query: 'mường leo' }).map(({ office }) => office.office), ['muong-leo']);
  // An office is found by who sits in it.
  assert.deepEqual(found(offices, { ...ALL, query: 'thi anh' }).map(({ office }) => office.office), ['van-phong']);
});

test('whoever left is found only when that is asked for, and holds nothing', async () => {
  const practice = await practiceOffices();
  await practice.add([{ kind: 'end', body: { what: 'person', code: 'anh', reason: 'left' } }]);
  const later = NOW + 1;
  const { people, offices } = directoryBook(practice.state, later);
  assert.deepEqual(found(people, ALL).map(({ person }) => person.person), ['khue', 'lan']);
  const [gone] = found(people, { query: 'nguyen thi', withEnded: true });
  assert.deepEqual([gone?.hasEnded, gone?.ways], [true, []]);
  const seats = offices.find(({ office }) => office.office === 'van-phong')!.seats;
  assert.deepEqual(seats.map(({ position, ways }) => [position.position, ways.map(({ person }) => person)]), [['chuyen-vien', []], ['chanh-van-phong', ['khue']]]);
});

test('what a person may and who may do it are one answer', async () => {
  const { state } = await practiceOffices();
  const [way] = waysOf(state, 'khue', NOW);
  assert.deepEqual(waysTo(state, 'sign', 'van-phong', NOW), [way]);
  assert.deepEqual(waysTo(state, 'sign', 'muong-leo', NOW), []);
});

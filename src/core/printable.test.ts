import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableText } from './printable.ts';

test('a line moves no cursor and turns nothing around', () => {
  assert.equal(printable('a\u001b[2J\u202eb\tc'), 'a\ufffd[2J\ufffdb  c');
  for (const one of ['\u061c', '\u200e', '\u200f', '\u202a', '\u202d', '\u2066', '\u2069', '\u2028', '\u2029', '\n', '\u0085']) assert.equal(printable(`12${one}34`), '12\ufffd34', JSON.stringify(one));
  const honest = 'Công điện số 12 – mưa lũ ở Mường Lèo (hỏa tốc) 👍🏽';
  assert.equal(printable(honest), honest);
});

test('a text keeps its lines and tabs', () => {
  assert.equal(printableText('một\r\nhai\tba\n\u202ebốn\rnăm'), 'một\nhai\tba\n\ufffdbốn\ufffdnăm');
});

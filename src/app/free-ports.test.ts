/** Ports that are found free are different ones, of this process's own as long as it has some. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePorts } from './free-ports.ts';

test('as many as are asked for, each once, and more than are its own', async () => {
  const few = await freePorts(8);
  assert.equal(new Set(few).size, 8);
  assert.ok(Math.max(...few) - Math.min(...few) < 50);
  const one = new Set((await Promise.all(Array.from({ length: 30 }, () => freePorts(1)))).flat());
  assert.equal(one.size, 30, 'who asks twice before listening is given two');
  const many = await freePorts(120);
  assert.equal(new Set(many).size, 120);
  assert.ok(many.every((port) => port >= 20_000 && port < 32_000), 'below what systems lend to outgoing connections');
});

test('in a range of which nothing is left they come from elsewhere', async () => {
  const ports = await freePorts(3, [20_000, 20_002]);
  assert.equal(new Set(ports).size, 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { behind, distances, nextHop, nextHops } from '#model/routes.ts';

function graph(pairs: readonly (readonly [string, string])[]) {
  const around = (station: string) => pairs.flatMap(([a, b]) => (a === station ? [b] : b === station ? [a] : []));
  return { neighbours: (station: string) => [...new Set(around(station))].toSorted() };
}

const province = graph([['hub', 'relay'], ['relay', 'post'], ['hub', 'ward'], ['ward', 'post'], ['post', 'far']]);

test('the shortest path, and the smaller code where two are as short', () => {
  assert.equal(nextHop(province, 'hub', 'post'), 'relay');
  assert.equal(nextHop(province, 'hub', 'far'), 'relay');
  assert.equal(nextHop(province, 'hub', 'ward'), 'ward');
  assert.equal(nextHop(province, 'hub', 'nowhere'), null);
  assert.equal(nextHop(province, 'hub', 'hub'), null);
});

test('the operator overrides, but only towards a neighbour', () => {
  assert.equal(nextHop(province, 'hub', 'far', { far: 'ward' }), 'ward');
  assert.equal(nextHop(province, 'hub', 'far', { far: 'post' }), 'relay');
});

test('behind a neighbour stands whoever is reached through it', () => {
  assert.deepEqual([...behind(province, 'hub', 'relay')].toSorted(), ['far', 'post', 'relay']);
  assert.deepEqual([...behind(province, 'hub', 'relay', { far: 'ward' })].toSorted(), ['post', 'relay']);
});

test('how far the others are', () => {
  assert.deepEqual(Object.fromEntries(distances(province, 'hub')), { hub: 0, relay: 1, ward: 1, post: 2, far: 3 });
});

test('whoever is connected is reached, each through exactly one neighbour', () => {
  const code = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  fc.assert(fc.property(fc.array(fc.tuple(code, code), { maxLength: 12 }), (pairs) => {
    const view = graph(pairs.filter(([one, other]) => one !== other));
    const reached = new Set<string>();
    let ring = [...view.neighbours('a')];
    while (ring.length > 0) {
      ring = ring.filter((one) => one !== 'a' && !reached.has(one));
      for (const one of ring) reached.add(one);
      ring = ring.flatMap((one) => view.neighbours(one));
    }
    const hops = nextHops(view, 'a');
    assert.deepEqual(new Set(hops.keys()), reached);
    for (const hop of hops.values()) assert.ok(view.neighbours('a').includes(hop));
  }), { numRuns: 200 });
});

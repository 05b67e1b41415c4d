import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { named, nameOf, officeName, shownName } from '#model/foreign-names.ts';

const id = (byte: number) => new Uint8Array(16).fill(byte);
const own = { organisation: { id: id(1) } };

test('an own name is its code, a foreign one carries its organisation, and both lead back', () => {
  assert.equal(nameOf(own, id(1), 'van-phong'), 'van-phong');
  assert.equal(officeName(own, { organisation: id(0xab), office: 'don' }), `${'ab'.repeat(16)}/don`);
  fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.stringMatching(/^[a-z0-9]+(-[a-z0-9]+)*$/), (organisation, office) => {
    assert.deepEqual(named(own, officeName(own, { organisation, office })), { organisation, office });
  }));
});

test('one code in two organisations is two names', () => {
  assert.notEqual(nameOf(own, id(1), 'don'), nameOf(own, id(2), 'don'));
  assert.notEqual(nameOf(own, id(3), 'don'), nameOf(own, id(2), 'don'));
});

test('what stands in no table is no name', () => {
  for (const wrong of ['/don', 'xx/don', `${'ab'.repeat(15)}/don`]) assert.throws(() => named(own, wrong));
});

test('people are shown what they call the other', () => {
  const view = { ...own, agreements: () => [{ organisation: id(2), peer: 'bo-doi' }] } as unknown as Parameters<typeof shownName>[0];
  assert.equal(shownName(view, nameOf(own, id(2), 'don')), 'bo-doi/don');
  assert.equal(shownName(view, 'van-phong'), 'van-phong');
  assert.equal(shownName(view, nameOf(own, id(3), 'don')), `${'03'.repeat(16)}/don`);
});

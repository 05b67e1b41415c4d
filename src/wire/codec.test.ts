import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromHex, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import {
  arrayOf, bool, bytes, choice, instant, optional, pattern, struct, text, tuple, uint, variant, type Infer,
} from '#wire/codec.ts';

const colour = choice({ red: 1, green: 2 });
const inner = tuple({ name: text(1, 20), colour });
const sample = struct('Sample', 4_096, {
  version: [1, uint(1, 1)],
  when: [2, instant],
  code: [3, optional(pattern(/^[a-z]+$/, 8))],
  flag: [4, bool],
  data: [5, bytes(0, 64)],
  items: [7, arrayOf(inner, 4)],
});
type Sample = Infer<typeof sample>;

const samples: fc.Arbitrary<Sample> = fc.record({
  version: fc.constant(1),
  when: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  flag: fc.boolean(),
  data: fc.uint8Array({ maxLength: 64 }),
  items: fc.array(
    fc.record({
      name: fc.constantFrom('Đặng Ngọc Khuê', 'x', 'Ánh'),
      colour: fc.constantFrom('red' as const, 'green' as const),
    }, { noNullPrototype: true }),
    { maxLength: 4 },
  ),
}, { noNullPrototype: true });

const plain: Sample = { version: 1, when: 5, flag: true, data: Uint8Array.of(9), items: [] };

function refused(encoded: string, reason: RegExp): void {
  assert.throws(() => sample.decode(fromHex(encoded)!), (error) => {
    assert.ok(error instanceof DecodeError);
    assert.match(error.message, reason);
    return true;
  });
}

describe('a structure', () => {
  it('decodes what it encodes and encodes what it decodes', () => {
    fc.assert(fc.property(samples, (value) => {
      const encoded = sample.encode(value);
      assert.deepEqual(sample.decode(encoded), value);
      assert.deepEqual(sample.encode(sample.decode(encoded)), encoded);
    }));
  });

  it('accepts only what it would encode itself, whatever the bytes', () => {
    const valid = sample.encode({ ...plain, code: 'abc', items: [{ name: 'Ánh', colour: 'red' }] });
    fc.assert(fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(3), (at, byte, cut) => {
      const changed = valid.slice(0, valid.length - cut);
      if (at < changed.length) changed[at] = byte;
      try {
        assert.deepEqual(sample.encode(sample.decode(changed)), changed);
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    }), { numRuns: 2_000 });
  });

  it('has the bytes of the specification', () => {
    assert.equal(hex(sample.encode(plain)), 'a50101020504f50541090780');
  });

  it('refuses every departure from the one form', () => {
    refused('a50101020504f5054109078000', /bytes follow the end/);
    refused('a5010102050 4f50541090780'.replace(' ', '').slice(0, -2), /ends too early/);
    refused('a5180101020504f50541090780', /shortest form/);
    refused('a40101020504f5054109', /field is missing/);
    refused('a60101020504f505410907800801', /unknown|length 6|not between/);
    refused('a50201010504f50541090780', /missing/);
    refused('bf0101020504f50541090780ff', /indefinite/);
    refused('a50101020504f605410907 80'.replace(' ', ''), /true or false/);
    refused('a501020205 04f50541090780'.replace(' ', ''), /not between 1 and 1/);
    refused('a5010102 1bffffffffffffffff04f50541090780'.replace(' ', ''), /too large/);
  });

  it('refuses text that is not NFC or not UTF-8', () => {
    const name = struct('Name', 64, { name: [1, text(1, 20)] });
    const decomposed = utf8('A\u0301nh');
    const bad = Uint8Array.of(0xa1, 0x01, 0x60 | decomposed.length, ...decomposed);
    assert.throws(() => name.decode(bad), /NFC/);
    assert.throws(() => name.decode(Uint8Array.of(0xa1, 0x01, 0x62, 0xc3, 0x28)), /UTF-8/);
    assert.throws(() => name.encode({ name: 'A\u0301nh' }), /NFC/);
  });

  it('is bounded before it is parsed', () => {
    assert.throws(() => sample.decode(new Uint8Array(5_000)), /longer than 4096 bytes/);
    assert.throws(() => sample.encode({ ...plain, data: new Uint8Array(65) }), /length 0 to 64/);
    const name = struct('Name', 64, { name: [1, text(1, 20)] });
    const longest = 'ễ'.repeat(6); // three bytes each
    assert.equal(name.decode(name.encode({ name: longest })).name, longest);
    assert.throws(() => name.encode({ name: `${longest}ễ` }), /1 to 20 bytes, not 21/);
    assert.throws(() => name.encode({ name: '' }), /1 to 20 bytes, not 0/);
  });
});

describe('a variant', () => {
  const shape = variant('Shape', 64, {
    dot: [1, struct('Dot', 8, {})],
    line: [2, struct('Line', 16, { length: [1, uint(9)] })],
  });

  it('is typed by kind and closed', () => {
    assert.deepEqual(shape.decode(shape.encode({ kind: 'line', length: 3 })), { kind: 'line', length: 3 });
    assert.deepEqual(shape.decode(shape.encode({ kind: 'dot' })), { kind: 'dot' });
    assert.throws(() => shape.decode(Uint8Array.of(0x82, 0x03, 0xa0)), /unknown kind/);
  });
});

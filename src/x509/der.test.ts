import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import * as der from './der.ts';
import { decodeDer, type DerReader } from './der-reader.ts';

function bytes(text: string): Uint8Array {
  const found = fromHex(text.replaceAll(' ', ''));
  assert.ok(found !== null);
  return found;
}

function read<T>(text: string, how: (reader: DerReader) => T): T {
  return decodeDer(bytes(text), 'it', 1024, how);
}

function refused(text: string, how: (reader: DerReader) => unknown, reason: RegExp): void {
  assert.throws(() => read(text, how), (error) => {
    assert.ok(error instanceof DecodeError);
    assert.match(error.reason, reason);
    return true;
  });
}

/** Reads the one element in a SEQUENCE. */
function inSequence(reader: DerReader, tag: number): Uint8Array {
  return reader.within(der.TAG.sequence, 'it', (inner) => inner.read(tag, 'it'));
}

test('writes what X.690 shows', () => {
  assert.equal(hex(der.boolean(true)), '0101ff');
  assert.equal(hex(der.smallInteger(0)), '020100');
  assert.equal(hex(der.smallInteger(127)), '02017f');
  assert.equal(hex(der.smallInteger(128)), '02020080');
  assert.equal(hex(der.smallInteger(2 ** 31 - 1)), '02047fffffff');
  assert.equal(hex(der.unsignedInteger(bytes('00 00 80'))), '02020080');
  assert.equal(hex(der.oid('2.999.3')), '0603883703');
  assert.equal(hex(der.oid('1.2.840.113549')), '06062a864886f70d');
  assert.equal(hex(der.namedBits([0, 1])), '030206c0');
  assert.equal(hex(der.namedBits([5, 6])), '03020106');
  assert.equal(hex(der.nullValue()), '0500');
  assert.equal(hex(der.octetString(new Uint8Array(128)).subarray(0, 3)), '048180');
  assert.equal(hex(der.octetString(new Uint8Array(256)).subarray(0, 4)), '04820100');
  assert.equal(hex(der.explicit(3, der.nullValue())), 'a3020500');
});

test('orders the members of a SET OF', () => {
  const set = der.setOf(der.smallInteger(300), der.smallInteger(2), der.smallInteger(1));
  assert.equal(hex(set), '310a0201010201020202012c');
});

test('refuses lengths that are indefinite, not minimal or too long', () => {
  const octets = (reader: DerReader): unknown => reader.read(der.TAG.octetString, 'it');
  refused('04 80 00 00', octets, /indefinite/);
  refused('04 81 01 00', octets, /not minimal/);
  refused('04 82 00 80', octets, /not minimal/);
  refused('04 02 00', octets, /cut short/);
  refused('04 84 ff ff ff ff 00', octets, /cut short/);
  refused('04 85 00 00 00 00 01 00', octets, /cut short/);
  refused('04 ff 00', octets, /cut short/);
  refused('04', octets, /cut short/);
  refused('', octets, /missing/);
});

test('refuses trailing bytes, at the end and inside', () => {
  refused('05 00 00', (reader) => reader.read(der.TAG.nullValue, 'it'), /trailing/);
  refused('30 04 05 00 05 00', (reader) => inSequence(reader, der.TAG.nullValue), /trailing/);
});

test('an inner element cannot reach beyond its outer one', () => {
  refused('30 03 04 02 00 00', (reader) => inSequence(reader, der.TAG.octetString), /cut short/);
});

test('refuses what is not canonical', () => {
  refused('01 01 01', (reader) => reader.boolean('it'), /canonical/);
  refused('01 00', (reader) => reader.boolean('it'), /canonical/);
  refused('02 02 00 01', (reader) => reader.smallInteger('it'), /minimal/);
  refused('02 01 ff', (reader) => reader.smallInteger('it'), /negative/);
  refused('02 00', (reader) => reader.smallInteger('it'), /empty/);
  refused('02 05 00 80 00 00 00', (reader) => reader.smallInteger('it'), /too large/);
  refused('02 01 00', (reader) => reader.positiveInteger('it', 20), /zero/);
  refused('03 02 01 80', (reader) => reader.bitString('it'), /unused/);
  refused('03 00', (reader) => reader.bitString('it'), /unused/);
  refused('03 02 06 80', (reader) => reader.namedBits('it'), /canonical/);
  refused('03 02 07 c0', (reader) => reader.namedBits('it'), /canonical/);
  refused('03 01 00', (reader) => reader.namedBits('it'), /canonical/);
  refused('03 03 07 80 00', (reader) => reader.namedBits('it'), /canonical/);
  refused('06 02 2a 80', (reader) => reader.oid('it'), /OBJECT/);
  refused('06 03 2a 80 01', (reader) => reader.oid('it'), /OBJECT/);
  refused('06 00', (reader) => reader.oid('it'), /OBJECT/);
  refused('06 09 ff ff ff ff ff ff ff ff 7f', (reader) => reader.oid('it'), /OBJECT/);
  refused('0c 02 c3 28', (reader) => reader.text(der.TAG.utf8String, 'it'), /UTF-8/);
});

test('refuses input that is too long, nested too deeply or of too many members', () => {
  assert.throws(() => decodeDer(new Uint8Array(11), 'it', 10, () => null), DecodeError);
  let deep = der.nullValue();
  for (let depth = 0; depth < 20; depth++) deep = der.sequence(deep);
  const descend = (reader: DerReader): unknown =>
    reader.nextIs(der.TAG.sequence)
      ? reader.within(der.TAG.sequence, 'it', descend)
      : reader.read(der.TAG.nullValue, 'it');
  refused(hex(deep), descend, /deeply/);
  const list = (min: number, max: number) => (reader: DerReader) =>
    reader.each(der.TAG.sequence, 'it', { min, max }, (inner) => inner.smallInteger('it'));
  refused('30 06 02 01 01 02 01 02', list(0, 1), /too many/);
  refused('30 00', list(1, 2), /too few/);
  assert.deepEqual(read('30 06 02 01 01 02 01 02', list(0, 2)), [1, 2]);
});

test('errors name the field and the place', () => {
  assert.throws(
    () =>
      read('30 06 02 01 01 01 01 05', (reader) =>
        reader.within(der.TAG.sequence, 'outer', (inner) => {
          inner.smallInteger('first');
          return inner.boolean('second');
        })),
    { name: 'DecodeError', field: 'second', offset: 5 },
  );
});

test('reads back every integer, name of an object and byte string', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31 - 1),
      fc.array(fc.nat(Number.MAX_SAFE_INTEGER), { maxLength: 2 }),
      fc.uint8Array({ maxLength: 400 }),
      (number, arcs, octets) => {
        const dotted = ['1.3', ...arcs].join('.');
        const whole = concat(der.smallInteger(number), der.oid(dotted), der.bitString(octets));
        decodeDer(whole, 'it', 1024, (reader) => {
          assert.equal(reader.smallInteger('number'), number);
          assert.equal(reader.oid('arcs'), dotted);
          assert.deepEqual(reader.bitString('octets'), octets);
        });
      },
    ),
  );
});

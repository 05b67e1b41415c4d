import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { element, oid, sequence, setOf, TAG, utf8String } from './der.ts';
import { decodeDer } from './der-reader.ts';
import { type DistinguishedName, encodeName, readName } from './names.ts';
import { OID } from './oids.ts';

const SIXTY_LETTERS = 'Nguyễn Đặng Hoàng Phượng Thuỳ Dương Khuê Ánh Ngọc Minh Quyên';

function parse(encoded: Uint8Array): DistinguishedName {
  return decodeDer(encoded, 'name', 4096, (reader) => readName(reader, 'name'));
}

test('the sample has 60 letters', () => {
  assert.equal([...SIXTY_LETTERS].length, 60);
});

test('Vietnamese names come back as they were, in their order', () => {
  for (const person of ['Nguyễn Thị Ánh', 'Đặng Ngọc Khuê', SIXTY_LETTERS]) {
    const name: DistinguishedName = [
      { type: 'C', value: 'VN' },
      { type: 'O', value: 'Uỷ ban nhân dân tỉnh Sơn La' },
      { type: 'OU', value: 'Văn phòng' },
      { type: 'OU', value: 'Phòng Cơ yếu' },
      { type: 'title', value: 'Trưởng phòng' },
      { type: 'serialNumber', value: 'SL-0042' },
      { type: 'CN', value: person },
    ];
    assert.deepEqual(parse(encodeName(name)), name);
  }
});

test('C is a PrintableString and CN a UTF8String', () => {
  const name: DistinguishedName = [
    { type: 'C', value: 'VN' },
    { type: 'CN', value: 'Đ' },
  ];
  const country = '310b300906035504061302564e';
  const commonName = '310b300906035504030c02c490';
  assert.equal(hex(encodeName(name)), `301a${country}${commonName}`);
});

test('refuses values by code and attribute', () => {
  const cases = [
    [{ type: 'CN', value: 'Ánh'.normalize('NFD') }, 'name-not-nfc'],
    [{ type: 'CN', value: 'ễ'.repeat(65) }, 'name-too-long'],
    [{ type: 'O', value: 'x'.repeat(65) }, 'name-too-long'],
    [{ type: 'CN', value: ' ' }, 'name-empty'],
    [{ type: 'CN', value: 'Ánh\u0000Khuê' }, 'text-malformed'],
    [{ type: 'CN', value: '\ud800' }, 'text-malformed'],
    [{ type: 'CN', value: 'Ánh ' }, 'text-malformed'],
    [{ type: 'CN', value: 'Thị  Ánh' }, 'text-malformed'],
    [{ type: 'CN', value: 'Thị\u200bÁnh' }, 'text-malformed'],
    [{ type: 'CN', value: 'Thị\u202eÁnh' }, 'text-malformed'],
    [{ type: 'C', value: 'Vn' }, 'text-malformed'],
    [{ type: 'serialNumber', value: 'số 4' }, 'text-malformed'],
  ] as const;
  for (const [attribute, code] of cases) {
    assert.throws(() => encodeName([attribute]), { name: 'Refusal', code });
  }
  assert.throws(() => encodeName([]), { code: 'name-empty' });
  const many = Array.from({ length: 17 }, () => ({ type: 'OU', value: 'Phòng' }) as const);
  assert.throws(() => encodeName(many), { code: 'name-too-long' });
});

test('64 letters of two code units each are not too long', () => {
  const name: DistinguishedName = [{ type: 'CN', value: '𡨸'.repeat(64) }];
  assert.deepEqual(parse(encodeName(name)), name);
});

test('reads nothing that it would not have written', () => {
  const commonName = (value: Uint8Array): Uint8Array =>
    sequence(setOf(sequence(oid(OID.commonName), value)));
  const strange = [
    commonName(utf8String('Ánh'.normalize('NFD'))),
    commonName(element(TAG.printableString, utf8('Anh'))),
    commonName(utf8String('ễ'.repeat(65))),
    sequence(setOf(sequence(oid('2.5.4.4'), utf8String('Nguyễn')))),
    sequence(),
    sequence(setOf()),
  ];
  for (const encoded of strange) assert.throws(() => parse(encoded), DecodeError);
});

test('every NFC text of 1 to 64 code points comes back', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .map((value) => value.replaceAll(/[\p{C}\p{Z}]/gu, 'ế').normalize('NFC'))
    .filter((value) => [...value].length <= 64);
  fc.assert(
    fc.property(text, (value) => {
      const name: DistinguishedName = [{ type: 'CN', value }];
      assert.deepEqual(parse(encodeName(name)), name);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import {
  type AlternativeName,
  encodeAlternativeNames,
  parseIpAddress,
  readAlternativeNames,
} from './alternative-names.ts';
import { contextTag, element, sequence } from './der.ts';
import { decodeDer } from './der-reader.ts';

function parse(encoded: Uint8Array): AlternativeName[] {
  return decodeDer(encoded, 'names', 8192, readAlternativeNames);
}

test('host names, addresses and tram: URIs come back', () => {
  const names: AlternativeName[] = [
    { kind: 'dns', name: 'localhost' },
    { kind: 'dns', name: 'muong-leo.tram.example' },
    { kind: 'ip', address: Uint8Array.of(127, 0, 0, 1) },
    { kind: 'ip', address: new Uint8Array(16) },
    { kind: 'uri', uri: 'tram:son-la/muong-leo' },
  ];
  assert.deepEqual(parse(encodeAlternativeNames(names)), names);
});

test('nothing else is written', () => {
  const hosts = ['', 'Sơn La', '*.tram.example', 'A.example', '-a', 'a-', 'a..b', 'a.'];
  const strange: AlternativeName[] = [
    ...hosts.map((name) => ({ kind: 'dns' as const, name })),
    { kind: 'dns', name: 'a'.repeat(64) },
    { kind: 'dns', name: Array(64).fill('abc').join('.') },
    { kind: 'ip', address: new Uint8Array(5) },
    { kind: 'uri', uri: 'https://tram.example' },
    { kind: 'uri', uri: 'tram:' },
    { kind: 'uri', uri: 'tram:Sơn-La' },
    { kind: 'uri', uri: `tram:${'a'.repeat(251)}` },
  ];
  for (const name of strange) {
    assert.throws(() => encodeAlternativeNames([name]), { code: 'text-malformed' });
  }
  assert.throws(() => encodeAlternativeNames([]), { code: 'text-malformed' });
});

test('nothing else is read', () => {
  const mail = sequence(element(contextTag(1), utf8('anh@tram.example')));
  const wildcard = sequence(element(contextTag(2), utf8('*.tram.example')));
  const narrow = sequence(element(contextTag(7), new Uint8Array(8)));
  for (const encoded of [mail, wildcard, narrow, sequence()]) {
    assert.throws(() => parse(encoded), DecodeError);
  }
});

test('addresses as people write them', () => {
  const cases = {
    '127.0.0.1': '7f000001',
    '::': '00'.repeat(16),
    '::1': `${'00'.repeat(15)}01`,
    '2001:db8::8:800:200c:417a': '20010db80000000000080800200c417a',
    '1:2:3:4:5:6:7:8': '00010002000300040005000600070008',
    'fe80::': `fe80${'00'.repeat(14)}`,
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(hex(parseIpAddress(text) ?? new Uint8Array()), expected);
  }
  const wrong = ['', '1.2.3', '1.2.3.256', '01.2.3.4', '1:2:3:4:5:6:7', '1::2::3', ':1', 'g::'];
  for (const text of [...wrong, '1:2:3:4:5:6:7:8::', '12345::', '1.2.3.4.5', '1:']) {
    assert.equal(parseIpAddress(text), null, text);
  }
});

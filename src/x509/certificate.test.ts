import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { decodeSignature, encodeSignature } from './algorithms.ts';
import type { AlternativeName } from './alternative-names.ts';
import { parseCertificate } from './certificate.ts';
import * as der from './der.ts';
import { decodeDer } from './der-reader.ts';
import { issueTwin } from './issue.ts';
import type { AttributeType, DistinguishedName, NameAttribute } from './names.ts';
import { OID } from './oids.ts';
import { createPracticeAuthority, practiceName } from './practice.ts';
import { TWIN_PROFILES, type TwinProfile } from './profiles.ts';
import { both, HALVES } from './twin.ts';

const house = await createPracticeAuthority(nodeCrypto, nodeRandom);
const anh = await house.issueEnd('person', practiceName('Nguyễn Thị Ánh'));

const attribute = fc.record<NameAttribute>({
  type: fc.constantFrom<AttributeType>('O', 'OU', 'CN', 'title'),
  value: fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .map((value) => `Đ${value.replaceAll(/[\p{C}\p{Z}]/gu, 'ế')}`.normalize('NFC'))
    .filter((value) => [...value].length <= 64),
});
const subjects: fc.Arbitrary<DistinguishedName> = fc.array(attribute, {
  minLength: 1,
  maxLength: 8,
});
const instants = fc
  .integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 })
  .map((seconds) => seconds * 1000);
const alternativeNames: fc.Arbitrary<AlternativeName[]> = fc.array(
  fc.oneof(
    fc.domain().map((name): AlternativeName => ({ kind: 'dns', name: name.toLowerCase() })),
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((address): AlternativeName => ({
      kind: 'ip',
      address,
    })),
    fc.stringMatching(/^[a-z/]{1,60}$/).map((rest): AlternativeName => ({
      kind: 'uri',
      uri: `tram:${rest}`,
    })),
  ),
  { maxLength: 5 },
);

test('what is issued is read back: subject, validity, keys, profile, addresses', async () => {
  const ends = fc.constantFrom<TwinProfile>('registrar', 'person', 'office-seal', 'station');
  const order = fc.tuple(ends, subjects, instants, instants, alternativeNames);
  await fc.assert(
    fc.asyncProperty(order, async ([profile, subject, one, another, addresses]) => {
      const validity = { notBefore: Math.min(one, another), notAfter: Math.max(one, another) };
      const names = profile === 'station' ? addresses : [];
      const subjectPublicKeys = both((half) => anh.keys[half].publicKey);
      const twin = await issueTwin({
        ...both((half) => {
          return { issuerKey: house.issuer.keys[half], issuerCert: house.issuer.twin[half] };
        }),
        subject,
        subjectPublicKeys,
        profile,
        validity,
        alternativeNames: names,
        random: nodeRandom,
        hash: nodeCrypto.hash,
      });
      for (const half of HALVES) {
        const issuer = parseCertificate(house.issuer.twin[half]);
        const read = parseCertificate(twin[half]);
        assert.deepEqual(read.subject, structuredClone(subject));
        assert.deepEqual(read.issuer, issuer.subject);
        assert.deepEqual(read.validity, validity);
        assert.deepEqual(read.publicKey.raw, subjectPublicKeys[half]);
        assert.equal(read.serial.length, 16);
        assert.deepEqual(read.extensions, {
          authority: false,
          pathLength: null,
          keyUsage: TWIN_PROFILES[profile].keyUsage,
          extendedKeyUsage: [],
          alternativeNames: names,
          subjectKeyIdentifier: nodeCrypto.hash.sha256(subjectPublicKeys[half]).slice(0, 20),
          authorityKeyIdentifier: issuer.extensions.subjectKeyIdentifier,
          relatedCertificate: half === 'mldsa' ? nodeCrypto.hash.sha256(twin.p256) : null,
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('root and issuer say what they may do', () => {
  const root = parseCertificate(house.root.twin.mldsa).extensions;
  const issuer = parseCertificate(house.issuer.twin.mldsa).extensions;
  assert.deepEqual([root.authority, root.pathLength, root.authorityKeyIdentifier], [true, 1, null]);
  assert.deepEqual([issuer.authority, issuer.pathLength], [true, 0]);
  assert.deepEqual(issuer.keyUsage, ['keyCertSign', 'cRLSign']);
  // RFC 9763 keeps the extension to ends.
  assert.equal(issuer.relatedCertificate, null);
});

test('the serial stays positive and 16 octets long whatever the random source says', async () => {
  for (const [octet, first] of [[0x00, '40'], [0xff, '7f'], [0x80, '40']] as const) {
    const random = { bytes: (length: number) => new Uint8Array(length).fill(octet) };
    const { root } = await createPracticeAuthority(nodeCrypto, random);
    const { serial } = parseCertificate(root.twin.p256);
    assert.equal(serial.length, 16);
    assert.equal(hex(serial.subarray(0, 1)), first);
  }
});

test('ECDSA signatures go from r‖s to DER and back, short and long scalars alike', () => {
  const scalar = fc
    .tuple(fc.nat(31), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([zeros, bytes]) => bytes.fill(0, 0, zeros))
    .filter((bytes) => bytes.some((octet) => octet !== 0));
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      const raw = concat(r, s);
      const value = encodeSignature('ecdsa-p256', raw);
      const back = decodeDer(value, 'it', 100, (reader) => {
        reader.read(der.TAG.sequence, 'it');
        return decodeSignature('ecdsa-p256', value, reader);
      });
      assert.deepEqual(back, raw);
    }),
  );
});

/** The certificate of Ánh with one stretch of bytes replaced and every length around it mended. */
function withReplaced(from: Uint8Array, to: Uint8Array): Uint8Array {
  const parts = splitSequence(anh.twin.p256);
  const tbs = splitSequence(parts[0] ?? new Uint8Array()).map((field) => {
    return replaceWithin(field, from, to);
  });
  return der.sequence(der.sequence(...tbs), ...parts.slice(1));
}

/** Members of a SEQUENCE, each whole. */
function splitSequence(encoded: Uint8Array): Uint8Array[] {
  return decodeDer(encoded, 'it', 1 << 20, (outer) =>
    outer.within(der.TAG.sequence, 'it', (reader) => {
      const members: Uint8Array[] = [];
      while (!reader.atEnd) {
        for (let tag = 0; tag < 0x100; tag++) {
          if (!reader.nextIs(tag)) continue;
          members.push(reader.peekWhole(tag, 'it'));
          reader.read(tag, 'it');
          break;
        }
      }
      return members;
    }),
  );
}

/** Replaces one whole element wherever it stands in nested constructed elements. */
function replaceWithin(whole: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  if (equal(whole, from)) return to;
  const tag = whole[0] ?? 0;
  if ((tag & 0x20) === 0) return whole;
  const content = decodeDer(whole, 'it', 1 << 20, (reader) => reader.read(tag, 'it'));
  const members = splitSequence(der.sequence(content));
  return der.element(tag, ...members.map((member) => replaceWithin(member, from, to)));
}

function serialOf(text: string): Uint8Array {
  return der.element(der.TAG.integer, Uint8Array.from(Buffer.from(text, 'hex')));
}

test('refuses what RFC 5280 or our profile forbids, and says where', () => {
  const parsed = parseCertificate(anh.twin.p256);
  const serial = der.unsignedInteger(parsed.serial);
  const usage = der.namedBits([0, 1]);
  const constraints = der.sequence(
    der.oid(OID.basicConstraints), der.boolean(true), der.octetString(der.sequence()));
  const identifier = der.sequence(
    der.oid(OID.subjectKeyIdentifier),
    der.octetString(der.octetString(parsed.extensions.subjectKeyIdentifier)),
  );
  const unknown = (critical: boolean): Uint8Array => {
    const flag = critical ? der.boolean(true) : new Uint8Array();
    return der.sequence(der.oid('1.3.6.1.4.1.99999.1'), flag, der.octetString(der.nullValue()));
  };
  const key = der.sequence(der.oid(OID.ecPublicKey), der.oid(OID.p256));
  const point = parsed.publicKey.raw;
  const compressed = concat(Uint8Array.of(5), point.subarray(1));
  const unused = der.element(der.TAG.bitString, Uint8Array.of(1), point);
  const ecdsa = der.sequence(der.oid(OID.ecdsaWithSha256));
  const withNull = der.sequence(der.oid(OID.ecdsaWithSha256), der.nullValue());
  const sha384 = der.sequence(der.oid('1.2.840.10045.4.3.3'));
  const cases: [string, Uint8Array, Uint8Array][] = [
    ['serialNumber', serial, serialOf('8'.repeat(32))],
    ['serialNumber', serial, serialOf('00')],
    ['serialNumber', serial, serialOf(`00${'7'.repeat(32)}`)],
    ['serialNumber', serial, serialOf('7'.repeat(42))],
    ['serialNumber', serial, serialOf('7'.repeat(14))],
    ['version', der.explicit(0, der.smallInteger(2)), der.explicit(0, der.smallInteger(1))],
    ['version', der.explicit(0, der.smallInteger(2)), new Uint8Array()],
    ['extension', constraints, concat(constraints, constraints)],
    ['extension', constraints, concat(constraints, unknown(true))],
    ['extensions', constraints, unknown(false)],
    ['extensions', identifier, new Uint8Array()],
    ['subjectPublicKeyInfo', key, der.sequence(der.oid(OID.ecPublicKey), der.oid('1.3.132.0.34'))],
    ['subjectPublicKeyInfo', key, der.sequence(der.oid(OID.ecPublicKey), der.nullValue())],
    ['subjectPublicKeyInfo', der.bitString(point), der.bitString(point.subarray(0, 33))],
    ['subjectPublicKeyInfo', der.bitString(point), der.bitString(compressed)],
    ['subjectPublicKeyInfo', der.bitString(point), unused],
    ['signature', ecdsa, withNull],
    ['signature', ecdsa, sha384],
    ['signatureAlgorithm', ecdsa, der.sequence(der.oid(OID.mlDsa65))],
  ];
  for (const [field, from, to] of cases) {
    assert.throws(() => parseCertificate(withReplaced(from, to)), { name: 'DecodeError', field });
  }
  const usages = der.octetString(usage);
  for (const bits of [der.namedBits([0, 2]), der.namedBits([]), Uint8Array.from([3, 2, 5, 0xc0])]) {
    const changed = withReplaced(usages, der.octetString(bits));
    assert.throws(() => parseCertificate(changed), { name: 'DecodeError', field: 'keyUsage' });
  }
  const falsehood = der.sequence(der.boolean(false));
  const said = withReplaced(der.octetString(der.sequence()), der.octetString(falsehood));
  assert.throws(() => parseCertificate(said), { name: 'DecodeError', field: 'basicConstraints' });
  const lax = der.sequence(der.oid(OID.basicConstraints), der.octetString(der.sequence()));
  assert.throws(() => parseCertificate(withReplaced(constraints, lax)), { field: 'extension' });
});

test('an unknown extension that is not critical is passed over', () => {
  const { extensions } = parseCertificate(anh.twin.p256);
  const constraints = der.sequence(
    der.oid(OID.basicConstraints), der.boolean(true), der.octetString(der.sequence()));
  const more = der.sequence(der.oid('1.3.6.1.4.1.99999.1'), der.octetString(der.nullValue()));
  const read = parseCertificate(withReplaced(constraints, concat(constraints, more)));
  assert.deepEqual(read.extensions, extensions);
});

test('refuses bytes after, bytes missing, and an indefinite length', () => {
  const { p256 } = anh.twin;
  assert.throws(() => parseCertificate(concat(p256, Uint8Array.of(0))), DecodeError);
  const indefinite = concat(Uint8Array.of(0x30, 0x80), p256.subarray(4), new Uint8Array(2));
  assert.throws(() => parseCertificate(indefinite), /indefinite/);
  for (let length = 0; length < p256.length; length++) {
    assert.throws(() => parseCertificate(p256.subarray(0, length)), DecodeError);
  }
  assert.throws(() => parseCertificate(new Uint8Array(40_000)), DecodeError);
});

test('a certificate does not change when the bytes that it was read from do', () => {
  const bytes = anh.twin.p256.slice();
  const read = parseCertificate(bytes);
  bytes.fill(0);
  assert.deepEqual(read.der, anh.twin.p256);
  assert.deepEqual(parseCertificate(read.der), read);
});

/** Certificates as they stand in the directory and come in a handshake. */

import { DecodeError } from '#core/decode-error.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { AlternativeName } from '#x509/alternative-names.ts';
import { parseCertificate, signCertificate, type CertificateFields } from '#x509/certificate.ts';
import { issuePages } from '#x509/issue.ts';
import type { DistinguishedName } from '#x509/names.ts';
import { createPracticeAuthority, practiceName, type PracticeAuthority } from '#x509/practice.ts';
import type { Measured, Target } from '../target.ts';
import { nearlyValid } from './nearly-certificates.ts';

const MEASURED: readonly Measured[] = [
  { parts: [{ file: 'src/x509/certificate.ts', except: ['signCertificate'] }] },
  { parts: [{ file: 'src/x509/extensions.ts', except: ['encodeExtensions', 'encodeConstraints', 'present', 'extension'] }] },
  { parts: [{ file: 'src/x509/alternative-names.ts', only: ['readAlternativeNames', 'readOne', 'isSound'] }] },
  { parts: [{ file: 'src/x509/names.ts', except: ['encodeName', 'encodeAttribute'] }] },
  { parts: [{ file: 'src/x509/time.ts', except: ['encodeTime', 'encodeGeneralizedTime'] }] },
  { parts: [{ file: 'src/x509/algorithms.ts', except: ['signatureIdentifier', 'keyIdentifier', 'encodePublicKey', 'encodeSignature'] }] },
  { parts: [{ file: 'src/x509/der-reader.ts' }] },
];

export async function certificateTargets(golden: readonly Uint8Array[]): Promise<Target[]> {
  const { made, varied } = await practiceCertificates(await createPracticeAuthority(nodeCrypto, nodeRandom));
  const seeds = [...made, ...golden.filter(isCertificate).slice(0, 12), ...nearlyValid(varied)];
  return [{
    name: 'certificate',
    measured: MEASURED,
    calls: ['src/x509/certificate.ts parseCertificate'],
    shape: 'der',
    seeds: () => [...seeds],
    run: (input) => void parseCertificate(input),
  }];
}

function isCertificate(bytes: Uint8Array): boolean {
  try {
    parseCertificate(bytes);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

const ADDRESSES: readonly AlternativeName[] = [
  { kind: 'dns', name: 'tram.vp.vn' },
  { kind: 'ip', address: Uint8Array.of(10, 0, 0, 7) },
  { kind: 'ip', address: new Uint8Array(16).fill(0x20) },
  { kind: 'uri', uri: 'tram:00112233445566778899aabbccddeeff/tinh' },
];

/** Every attribute that a name may have. */
const LONG_NAME: DistinguishedName = [
  { type: 'C', value: 'VN' }, { type: 'O', value: 'UBND tỉnh' }, { type: 'OU', value: 'Văn phòng' },
  { type: 'title', value: 'Phó Chủ tịch' }, { type: 'serialNumber', value: 'SN-12/26' }, { type: 'CN', value: 'Lò Thị Pó' },
];

/** Every profile, every extension, times on both sides of 2050; `varied` have every extension between them. */
async function practiceCertificates(authority: PracticeAuthority): Promise<{ made: Uint8Array[]; varied: Uint8Array[] }> {
  const { root, issuer, validity } = authority;
  const ends = [
    await authority.issueEnd('person', practiceName('Giàng A Sơn')),
    await authority.issueEnd('registrar', LONG_NAME),
    await authority.issueEnd('office-seal', practiceName('Văn phòng')),
    await authority.issueEnd('station', practiceName('tinh'), ADDRESSES),
  ];
  const link = await authority.issueLink(practiceName('tinh'), ADDRESSES);
  const pages = await issuePages({
    issuer: { issuerKey: issuer.keys.p256, issuerCert: issuer.twin.p256 }, validity, random: nodeRandom, hash: nodeCrypto.hash,
    subject: LONG_NAME, subjectPublicKey: ends[0]!.keys.p256.publicKey, alternativeNames: ADDRESSES,
  });
  const late = await Promise.all(LATE.map((times) => again(authority, parseCertificate(issuer.twin.p256), times)));
  const twins = [root, issuer, ...ends].flatMap(({ twin }) => [twin.p256, twin.mldsa]);
  return { made: [...twins, link.certificate, pages, ...late], varied: [issuer.twin.p256, ends[0]!.twin.mldsa, link.certificate] };
}

const LATE = [
  { notBefore: Date.UTC(1999, 11, 31), notAfter: Date.UTC(2049, 11, 31) },
  { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2050, 0, 1) },
  { notBefore: Date.UTC(2051, 0, 1), notAfter: Date.UTC(9999, 11, 31) },
];

async function again({ root }: PracticeAuthority, fields: CertificateFields, validity: CertificateFields['validity']): Promise<Uint8Array> {
  const { keys: { p256 } } = root;
  return signCertificate({ algorithm: 'ecdsa-p256', sign: (bytes) => p256.sign(bytes) }, { ...fields, validity });
}

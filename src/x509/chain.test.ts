import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { hex } from '#core/bytes.ts';
import { encodeSignature, signatureIdentifier } from './algorithms.ts';
import { type Certificate, parseCertificate, signCertificate } from './certificate.ts';
import { verifyAuthority, verifyLink, verifyTwin } from './chain.ts';
import { bitString, sequence } from './der.ts';
import type { Extensions } from './extensions.ts';
import { issueTwin } from './issue.ts';
import type { CertificateFault } from './path-checks.ts';
import { createPracticeAuthority, type PracticeIdentity, practiceName } from './practice.ts';
import { both, type Half, HALVES, type Twin } from './twin.ts';

const house = await createPracticeAuthority(nodeCrypto, nodeRandom);
const other = await createPracticeAuthority(nodeCrypto, nodeRandom);
const anh = await house.issueEnd('person', practiceName('Nguyễn Thị Ánh'));
const khue = await house.issueEnd('person', practiceName('Đặng Ngọc Khuê'));
const link = await house.issueLink(practiceName('Trạm Mường Lèo'), [
  { kind: 'dns', name: 'muong-leo.tram.example' },
]);
const NOON = Date.UTC(2026, 10, 23, 12);

async function refusedFor(reason: CertificateFault, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'certificate-invalid');
    assert.equal(error.detail['reason'], reason);
    return true;
  });
}

function verify(twin: Twin, chain = house.chain, at: number | null = NOON) {
  return verifyTwin(nodeCrypto, twin, chain, at);
}

/** Signs a changed copy of a certificate with that issuer's key, as a careless authority could. */
async function reissue(
  certificate: Uint8Array,
  by: PracticeIdentity,
  half: Half,
  change: (original: Certificate) => Partial<Certificate>,
): Promise<Uint8Array> {
  const original = parseCertificate(certificate);
  const sign = (message: Uint8Array) => by.keys[half].sign(message);
  const signer = { algorithm: original.algorithm, sign };
  return signCertificate(signer, { ...original, ...change(original) });
}

/** Both halves of an end changed alike, and tied anew. */
async function reissueTwin(
  twin: Twin,
  by: PracticeIdentity,
  change: (original: Certificate) => Partial<Certificate>,
): Promise<Twin> {
  const p256 = await reissue(twin.p256, by, 'p256', change);
  const mldsa = await reissue(twin.mldsa, by, 'mldsa', (original) => {
    const changed = { ...original, ...change(original) };
    if (original.extensions.relatedCertificate === null) return changed;
    const relatedCertificate = nodeCrypto.hash.sha256(p256);
    return { ...changed, extensions: { ...changed.extensions, relatedCertificate } };
  });
  return { p256, mldsa };
}

function withExtensions(change: Partial<Extensions>) {
  return ({ extensions }: Certificate) => ({ extensions: { ...extensions, ...change } });
}

test('the twin of a person verifies up to the root and says who it is', async () => {
  const verified = await verify(anh.twin);
  assert.deepEqual(verified.subject, practiceName('Nguyễn Thị Ánh'));
  assert.deepEqual(verified.publicKeys, both((half) => anh.keys[half].publicKey));
  assert.deepEqual(verified.digests, both((half) => nodeCrypto.hash.sha256(anh.twin[half])));
  assert.deepEqual(verified.root, both((half) => nodeCrypto.hash.sha256(house.root.twin[half])));
  assert.deepEqual(verified.keyUsage, ['digitalSignature', 'nonRepudiation']);
  for (const half of HALVES) {
    assert.match(hex(verified.serials[half]), /^[4-7][0-9a-f]{31}$/);
  }
});

test('every profile issues, and its ends verify', async () => {
  for (const profile of ['registrar', 'person', 'office-seal', 'station'] as const) {
    const { twin } = await house.issueEnd(profile, practiceName('Văn thư Sơn La'));
    const { keyUsage } = await verify(twin);
    const commits = profile === 'person' || profile === 'office-seal';
    assert.equal(keyUsage.includes('nonRepudiation'), commits);
  }
});

test('an issuer verifies below its root, a root alone, and neither as an end', async () => {
  const issuer = await verifyAuthority(nodeCrypto, house.chain, NOON);
  assert.deepEqual(issuer.subject, practiceName('Cấp chứng thư thực hành'));
  const root = await verifyAuthority(nodeCrypto, [house.root.twin], NOON);
  assert.deepEqual(root.digests, root.root);
  await refusedFor('is-an-authority', verify(house.issuer.twin, [house.root.twin]));
});

test('an end is no authority', async () => {
  const seal = both((half) => ({ issuerKey: anh.keys[half], issuerCert: anh.twin[half] }));
  const order = {
    ...seal,
    subject: practiceName('Đặng Ngọc Khuê'),
    subjectPublicKeys: both((half) => khue.keys[half].publicKey),
    profile: 'person' as const,
    validity: house.validity,
    random: nodeRandom,
    hash: nodeCrypto.hash,
  };
  await assert.rejects(issueTwin(order), /not-an-authority/);
  const below = await reissueTwin(khue.twin, anh, ({ extensions }) => ({
    issuer: practiceName('Nguyễn Thị Ánh'),
    extensions: { ...extensions, authorityKeyIdentifier: null },
  }));
  await refusedFor('not-an-authority', verify(below, [anh.twin, ...house.chain]));
});

test('a second issuer below an issuer exceeds the path length', async () => {
  const makeSecond = async (pathLength: number) =>
    reissueTwin(house.issuer.twin, house.issuer, ({ extensions, subject, algorithm }) => {
      const half = algorithm === 'ml-dsa-65' ? 'mldsa' : 'p256';
      const issuer = parseCertificate(house.issuer.twin[half]);
      const { subjectKeyIdentifier } = issuer.extensions;
      return {
        issuer: subject,
        extensions: { ...extensions, pathLength, authorityKeyIdentifier: subjectKeyIdentifier },
      };
    });
  const second = await makeSecond(0);
  await refusedFor('path-too-long', verify(anh.twin, [second, ...house.chain]));
});

test('halves of two persons do not make a twin', async () => {
  const mixed = { p256: anh.twin.p256, mldsa: khue.twin.mldsa };
  await refusedFor('twins-differ', verify(mixed));
});

test('halves of two twins of one person do not make a twin', async () => {
  const again = await house.issueEnd('person', practiceName('Nguyễn Thị Ánh'));
  const mixed = { p256: again.twin.p256, mldsa: anh.twin.mldsa };
  await refusedFor('related-differs', verify(mixed));
});

test('halves with different rights do not make a twin', async () => {
  const seal = await house.issueEnd('registrar', practiceName('Nguyễn Thị Ánh'));
  await refusedFor('twins-differ', verify({ p256: seal.twin.p256, mldsa: anh.twin.mldsa }));
});

test('halves swapped or doubled are refused', async () => {
  const { p256, mldsa } = anh.twin;
  await refusedFor('algorithm-differs', verify({ p256: mldsa, mldsa: p256 }));
  await refusedFor('algorithm-differs', verify({ p256, mldsa: p256 }));
});

test('one forged signature is enough to refuse, whichever algorithm it is', async () => {
  for (const half of HALVES) {
    const forger = { ...house.issuer, keys: { ...house.issuer.keys, [half]: khue.keys[half] } };
    const forged = await reissueTwin(anh.twin, forger, () => ({}));
    await refusedFor('signature-wrong', verify(forged));
  }
});

test('one forged signature of an authority is enough to refuse', async () => {
  for (const half of HALVES) {
    const forged = await reissue(house.issuer.twin[half], khue, half, () => ({}));
    const issuer = { ...house.issuer.twin, [half]: forged };
    await refusedFor('signature-wrong', verify(anh.twin, [issuer, house.root.twin]));
  }
});

test('a certificate of another organisation with the same names is refused', async () => {
  await refusedFor('key-identifier-differs', verify(anh.twin, other.chain));
});

test('a chain without its issuer, without its root or too long is refused', async () => {
  await refusedFor('issuer-differs', verify(anh.twin, [house.root.twin]));
  await refusedFor('root-missing', verify(anh.twin, [house.issuer.twin]));
  await refusedFor('chain-length', verify(anh.twin, []));
  const long = Array<Twin>(4).fill(house.issuer.twin);
  await refusedFor('chain-length', verify(anh.twin, [...long, house.root.twin]));
});

test('validity counts to the last millisecond of both ends, and null skips it', async () => {
  const { notBefore, notAfter } = house.validity;
  await verify(anh.twin, house.chain, notBefore);
  await verify(anh.twin, house.chain, notAfter + 999);
  await verify(anh.twin, house.chain, null);
  await refusedFor('not-yet-valid', verify(anh.twin, house.chain, notBefore - 1));
  await refusedFor('expired', verify(anh.twin, house.chain, notAfter + 1000));
});

test('an end with other key usages is refused', async () => {
  const certifier = await reissueTwin(
    anh.twin,
    house.issuer,
    withExtensions({ keyUsage: ['digitalSignature', 'keyCertSign'] }),
  );
  await refusedFor('key-usage', verify(certifier));
  const server = await reissueTwin(
    anh.twin,
    house.issuer,
    withExtensions({ extendedKeyUsage: ['serverAuth'] }),
  );
  await refusedFor('key-usage', verify(server));
});

test('an authority that may not sign certificates, or has no bound, is refused', async () => {
  const onlyCrl = await reissueTwin(
    house.issuer.twin,
    house.root,
    withExtensions({ keyUsage: ['cRLSign'] }),
  );
  await refusedFor('key-usage', verify(anh.twin, [onlyCrl, house.root.twin]));
  const unbounded = await reissueTwin(
    house.issuer.twin,
    house.root,
    withExtensions({ pathLength: null }),
  );
  await refusedFor('path-too-long', verify(anh.twin, [unbounded, house.root.twin]));
});

test('an end without a key identifier of its issuer is refused', async () => {
  const anonymous = await reissueTwin(
    anh.twin,
    house.issuer,
    withExtensions({ authorityKeyIdentifier: null }),
  );
  await refusedFor('key-identifier-differs', verify(anonymous));
});

test('a P-256 half signed with ML-DSA is refused', async () => {
  const { tbs } = parseCertificate(anh.twin.p256);
  const signature = await house.issuer.keys.mldsa.sign(tbs);
  const identifier = signatureIdentifier('ml-dsa-65');
  const value = bitString(encodeSignature('ml-dsa-65', signature));
  await refusedFor('malformed', verify({ ...anh.twin, p256: sequence(tbs, identifier, value) }));
});

test('a link verifies as a link and not as half of a twin', async () => {
  const verified = await verifyLink(nodeCrypto, link.certificate, house.chain, NOON);
  assert.deepEqual(verified.subject, practiceName('Trạm Mường Lèo'));
  assert.deepEqual(verified.publicKey, link.key.publicKey);
  assert.deepEqual(verified.alternativeNames, [{ kind: 'dns', name: 'muong-leo.tram.example' }]);
  await refusedFor('twins-differ', verify({ p256: anh.twin.p256, mldsa: link.certificate }));
});

test('what is not a link is refused as one', async () => {
  const asLink = (der: Uint8Array, chain = house.chain) =>
    verifyLink(nodeCrypto, der, chain, NOON);
  await refusedFor('key-usage', asLink(anh.twin.mldsa));
  await refusedFor('is-an-authority', asLink(house.issuer.twin.mldsa, [house.root.twin]));
  await refusedFor('algorithm-differs', asLink(anh.twin.p256));
  await refusedFor('key-identifier-differs', asLink(link.certificate, other.chain));
});

test('an issuer whose key is not that of its certificate cannot issue', async () => {
  const confused = { ...house.issuer, twin: other.issuer.twin };
  const order = {
    p256: { issuerKey: confused.keys.p256, issuerCert: confused.twin.p256 },
    mldsa: { issuerKey: confused.keys.mldsa, issuerCert: confused.twin.mldsa },
    subject: practiceName('Nguyễn Thị Ánh'),
    subjectPublicKeys: both((half) => anh.keys[half].publicKey),
    profile: 'person' as const,
    validity: house.validity,
    random: nodeRandom,
    hash: nodeCrypto.hash,
  };
  await assert.rejects(issueTwin(order), /key-differs/);
  const backwards = { notBefore: 1000, notAfter: 0 };
  await assert.rejects(issueTwin({ ...order, validity: backwards }), /date-out-of-range/);
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { signature, type Signature } from '#wire/signature.ts';
import { signBatch, signOne, verifySignature, VerifiedRoots, type TwinSigner, type TwinVerifier } from '#wire/sign.ts';

async function twin(name: string): Promise<{ signer: TwinSigner; verifier: TwinVerifier }> {
  const { signatures, hash } = nodeCrypto;
  const p256 = await signatures.signingKey('ecdsa-p256', await signatures.generateSecret('ecdsa-p256'));
  const mldsa = await signatures.signingKey('ml-dsa-65', await signatures.generateSecret('ml-dsa-65'));
  const certificates = {
    p256Certificate: hash.sha256(utf8(`${name} p256`)),
    mldsaCertificate: hash.sha256(utf8(`${name} mldsa`)),
  };
  return {
    signer: { p256, mldsa, ...certificates },
    verifier: { p256: p256.publicKey, mldsa: mldsa.publicKey, ...certificates },
  };
}

describe('a twin signature', () => {
  let signer: TwinSigner;
  let verifier: TwinVerifier;
  const item = utf8('Công điện số 12');

  before(async () => ({ signer, verifier } = await twin('Nguyễn Thị Ánh')));

  it('verifies over its item, purpose and identity only', async () => {
    const made = await signOne(nodeCrypto, signer, 'sign', item, nodeRandom);
    const other = await twin('Đặng Ngọc Khuê');
    assert.equal(await verifySignature(nodeCrypto, verifier, 'sign', item, made), true);
    assert.equal(await verifySignature(nodeCrypto, verifier, 'approve', item, made), false);
    assert.equal(await verifySignature(nodeCrypto, verifier, 'sign', utf8('Công điện số 13'), made), false);
    assert.equal(await verifySignature(nodeCrypto, other.verifier, 'sign', item, made), false);
    const renamed = { ...other.verifier, p256: verifier.p256, mldsa: verifier.mldsa };
    assert.equal(await verifySignature(nodeCrypto, renamed, 'sign', item, made), false);
  });

  it('needs both algorithms', async () => {
    const made = await signOne(nodeCrypto, signer, 'sign', item, nodeRandom);
    const stranger = await twin('kẻ lạ');
    const theirs = await signOne(nodeCrypto, { ...stranger.signer, ...certificatesOf(signer) }, 'sign', item, nodeRandom);
    for (const mixed of [{ ...made, p256: theirs.p256 }, { ...made, mldsa: theirs.mldsa }]) {
      assert.equal(await verifySignature(nodeCrypto, verifier, 'sign', item, mixed), false);
    }
  });

  it('covers every item of a batch and no other, with or without memory of the root', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (count) => {
      const items = Array.from({ length: count }, (_, i) => utf8(`điện ${i}`));
      const made = await signBatch(nodeCrypto, signer, 'custody', items, nodeRandom);
      const verified = new VerifiedRoots();
      for (const [i, one] of made.entries()) {
        assert.equal(await verifySignature(nodeCrypto, verifier, 'custody', items[i]!, one, verified), true);
        const neighbour = items[(i + 1) % count]!;
        assert.equal(await verifySignature(nodeCrypto, verifier, 'custody', neighbour, one, verified), count === 1);
      }
    }), { numRuns: 8 });
  });

  it('verifies a root once, however many of its items are asked about at the same time', async () => {
    const items = Array.from({ length: 9 }, (_, i) => utf8(`điện ${i}`));
    const made = await signBatch(nodeCrypto, signer, 'custody', items, nodeRandom);
    let count = 0;
    const counting = { ...nodeCrypto, signatures: { ...nodeCrypto.signatures, verify: async (...given: Parameters<typeof nodeCrypto.signatures.verify>) => {
      count++;
      return nodeCrypto.signatures.verify(...given);
    } } };
    const verified = new VerifiedRoots();
    const right = await Promise.all(made.map((one, i) => verifySignature(counting, verifier, 'custody', items[i]!, one, verified)));
    assert.deepEqual([right.every(Boolean), count], [true, 2]);
    const wrong = { ...made[0]!, p256: new Uint8Array(64) };
    const both = await Promise.all([wrong, wrong].map((one) => verifySignature(counting, verifier, 'custody', items[0]!, one, verified)));
    assert.deepEqual([both, count], [[false, false], 4]);
  });

  it('breaks with any changed bit, also where the root is remembered', async () => {
    const made = await signBatch(nodeCrypto, signer, 'custody', [item, utf8('b'), utf8('c')], nodeRandom);
    const verified = new VerifiedRoots();
    assert.equal(await verifySignature(nodeCrypto, verifier, 'custody', item, made[0]!, verified), true);
    const encoded = signature.encode(made[0]!);
    await fc.assert(fc.asyncProperty(fc.nat(encoded.length * 8 - 1), async (bit) => {
      const changed = encoded.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const decoded = decodeOrNull(changed);
      if (decoded === null) return;
      assert.equal(await verifySignature(nodeCrypto, verifier, 'custody', item, decoded, verified), false);
    }), { numRuns: 200 });
  });
});

function certificatesOf({ p256Certificate, mldsaCertificate }: TwinSigner) {
  return { p256Certificate, mldsaCertificate };
}

function decodeOrNull(bytes: Uint8Array): Signature | null {
  try {
    return signature.decode(bytes);
  } catch {
    return null;
  }
}

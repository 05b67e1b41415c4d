/** Damage and malice at random: only the certificate itself verifies, and nothing crashes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { parseCertificate } from './certificate.ts';
import { verifyLink, verifyTwin } from './chain.ts';
import { createPracticeAuthority, practiceName } from './practice.ts';
import { HALVES, type Half, type Twin } from './twin.ts';

const house = await createPracticeAuthority(nodeCrypto, nodeRandom);
const { twin } = await house.issueEnd('person', practiceName('Đặng Ngọc Khuê'));
const [issuer, root] = [house.issuer.twin, house.root.twin];
const link = await house.issueLink(practiceName('Trạm'), [{ kind: 'dns', name: 'localhost' }]);

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const index = bit >>> 3;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

async function refused(attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, { name: 'Refusal', code: 'certificate-invalid' });
}

function verify(end: Twin, chain: readonly Twin[]): Promise<unknown> {
  return verifyTwin(nodeCrypto, end, chain, null);
}

test('every single bit of the P-256 half counts', async () => {
  for (let bit = 0; bit < twin.p256.length * 8; bit++) {
    await refused(verify({ ...twin, p256: flip(twin.p256, bit) }, house.chain));
  }
});

test('every single bit of the P-256 half counts for its signature alone', async () => {
  const { publicKey } = parseCertificate(issuer.p256);
  for (let bit = 0; bit < twin.p256.length * 8; bit++) {
    const read = parsedOrNull(flip(twin.p256, bit));
    if (read === null) continue;
    const { algorithm, tbs, signature } = read;
    const { signatures } = nodeCrypto;
    assert.ok(!(await signatures.verify(algorithm, publicKey.raw, tbs, signature)), `bit ${bit}`);
  }
});

test('any single bit of any certificate in the chain counts', async () => {
  const places: [Twin, Half][] = [twin, issuer, root].flatMap((one) =>
    HALVES.map((half): [Twin, Half] => [one, half]),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.nat(2 ** 20), async ([one, half], seed) => {
      const bit = seed % (one[half].length * 8);
      const damaged = { ...one, [half]: flip(one[half], bit) };
      const swap = (other: Twin): Twin => (other === one ? damaged : other);
      await refused(verify(swap(twin), [swap(issuer), swap(root)]));
    }),
    { numRuns: 600 },
  );
});

test('any single bit of a link counts', async () => {
  const { certificate } = link;
  await fc.assert(
    fc.asyncProperty(fc.nat(certificate.length * 8 - 1), (bit) =>
      refused(verifyLink(nodeCrypto, flip(certificate, bit), house.chain, null)),
    ),
    { numRuns: 300 },
  );
});

/** Null where the bytes are refused as they should be; any other error fails the test. */
function parsedOrNull(bytes: Uint8Array): ReturnType<typeof parseCertificate> | null {
  try {
    return parseCertificate(bytes);
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
    return null;
  }
}

test('mutations of every kind throw DecodeError or Refusal and nothing else', async () => {
  const bytes = fc.uint8Array({ maxLength: 12 });
  const edit = fc.record({ at: fc.nat(2 ** 16), drop: fc.nat(12), insert: bytes });
  const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
  const start = fc.constantFrom(twin.p256, twin.mldsa, link.certificate, new Uint8Array());
  await fc.assert(
    fc.asyncProperty(start, edits, async (original, changes) => {
      const mutated = Buffer.from(original);
      let result: Uint8Array = mutated;
      for (const { at, drop, insert } of changes) {
        const index = at % (Math.min(result.length, 700) + 1);
        result = Buffer.concat([result.subarray(0, index), insert, result.subarray(index + drop)]);
      }
      parsedOrNull(Uint8Array.from(result));
      const attempt = verify({ p256: result, mldsa: result }, house.chain);
      await assert.rejects(attempt, Refusal);
    }),
    { numRuns: 4000 },
  );
});

test('bytes without any sense throw DecodeError and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(parsedOrNull(bytes), null);
    }),
    { numRuns: 4000 },
  );
});

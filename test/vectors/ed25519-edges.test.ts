/**
 * Ed25519 signatures made so that verifiers differ: every platform must refuse them alike, or a
 * forger could show one part of an organisation a checkpoint that another part cannot verify.
 * Source: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs" (SSR 2020); made here afresh.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '#core/bytes.ts';
import { PLATFORMS } from './platforms.ts';

const { Point } = ed25519;
type CurvePoint = typeof Point.BASE;
const ORDER = Point.Fn.ORDER;
const PRIME = 2n ** 255n - 19n;
const [SECRET, NONCE] = [123_456_789n, 987_654_321n];
const MESSAGE = utf8('checkpoint');

/** A point of order 8: what is left of any point of the whole group after its large part. */
const TORSION = torsionPoint();

interface Edge {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly verifies: boolean;
}

/** Signs with any points for R and A, however unsound. */
function forge(a: Uint8Array, r: Uint8Array, secret: bigint, nonce: bigint): Uint8Array {
  const challenge = Point.Fn.create(bytesToNumberLE(sha512(concat(r, a, MESSAGE))));
  return concat(r, numberToBytesLE(Point.Fn.create(nonce + challenge * secret), 32));
}

function torsionPoint(): CurvePoint {
  for (let y = 2n; ; y++) {
    try {
      const point = Point.fromBytes(numberToBytesLE(y, 32));
      const rest = point.multiplyUnsafe(ORDER - 1n).add(point);
      if (!rest.double().double().is0()) return rest;
    } catch {
      // Half of all y are on no point.
    }
  }
}

function edges(): Edge[] {
  const honest = Point.BASE.multiply(SECRET);
  const [a, r] = [honest.toBytes(), Point.BASE.multiply(NONCE).toBytes()];
  const twistedR = Point.BASE.multiply(NONCE).add(TORSION).toBytes();
  const identity = Point.ZERO.toBytes();
  const good = forge(a, r, SECRET, NONCE);
  const s = bytesToNumberLE(good.subarray(32));
  const list: Edge[] = [
    { name: 'an honest one', publicKey: a, signature: good, verifies: true },
    {
      name: 'R with a part of small order',
      publicKey: a,
      signature: forge(a, twistedR, SECRET, NONCE),
      verifies: false,
    },
    {
      name: 'S beyond the order',
      publicKey: a,
      signature: concat(r, numberToBytesLE(s + ORDER, 32)),
      verifies: false,
    },
  ];
  for (const [index, key] of smallKeys().entries()) {
    const signature = concat(identity, new Uint8Array(32));
    list.push({ name: `key of small order ${index}`, publicKey: key, signature, verifies: false });
  }
  return list;
}

/** All eight points of small order, and the same y written beyond the prime. */
function smallKeys(): Uint8Array[] {
  const multiples = Array.from({ length: 8 }, (_, i) => i).reduce<CurvePoint[]>(
    (points) => [...points, (points.at(-1) ?? Point.ZERO).add(TORSION)],
    [],
  );
  const keys = multiples.map((point) => point.toBytes());
  for (const y of [PRIME, PRIME + 1n]) {
    const key = numberToBytesLE(y, 32);
    keys.push(key, Uint8Array.from(key, (byte, i) => (i === 31 ? byte | 0x80 : byte)));
  }
  return keys;
}

/** A key with a part of small order: the equation holds or not by the challenge, for all alike. */
function mixedKeySignatures(): Uint8Array[] {
  const a = Point.BASE.multiply(SECRET).add(TORSION).toBytes();
  const nonces = Array.from({ length: 24 }, (_, i) => NONCE + BigInt(i));
  return nonces.map((n) => concat(a, forge(a, Point.BASE.multiply(n).toBytes(), SECRET, n)));
}

for (const [name, { provider }] of Object.entries(PLATFORMS)) {
  const { signatures } = provider;
  test(`signatures at the edges, ${name}`, async () => {
    const found = edges();
    assert.equal(found.length, 15);
    for (const edge of found) {
      const { publicKey, signature } = edge;
      const verified = await signatures.verify('ed25519', publicKey, MESSAGE, signature);
      assert.equal(verified, edge.verifies, edge.name);
    }
  });

  test(`keys of mixed order as OpenSSL sees them, ${name}`, async () => {
    const reference = PLATFORMS['node:crypto'];
    assert.ok(reference !== undefined);
    const verdicts: boolean[] = [];
    for (const one of mixedKeySignatures()) {
      const [key, signature] = [one.slice(0, 32), one.slice(32)];
      const expected = await reference.provider.signatures.verify('ed25519', key, MESSAGE, signature);
      assert.equal(await signatures.verify('ed25519', key, MESSAGE, signature), expected);
      verdicts.push(expected);
    }
    assert.ok(verdicts.includes(true) && verdicts.includes(false));
  });
}

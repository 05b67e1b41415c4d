/** The certificates of x509-limbo, many of them malformed: reading must neither crash nor hang. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DecodeError } from '#core/decode-error.ts';
import { want } from '../../test/wants.ts';
import { parseCertificate } from './certificate.ts';
import { decodePem } from './pem.ts';

interface Limbo {
  readonly testcases: readonly {
    readonly id: string;
    readonly trusted_certs: readonly string[];
    readonly untrusted_intermediates: readonly string[];
    readonly peer_certificate: string;
  }[];
}

const vectors = await want('shared-vectors', 'x509-limbo against the strict reader');
if (vectors !== null) {
  const text = readFileSync(path.join(vectors, 'x509-limbo/limbo.json'), 'utf8');
  const { testcases } = JSON.parse(text) as Limbo;

  test('every certificate is read or refused with DecodeError', () => {
    let [readable, refused] = [0, 0];
    for (const one of testcases) {
      const chain = [...one.trusted_certs, ...one.untrusted_intermediates, one.peer_certificate];
      for (const der of chain.flatMap((pem) => decodePem('CERTIFICATE', pem))) {
        try {
          parseCertificate(der);
          readable++;
        } catch (error) {
          assert.ok(error instanceof DecodeError, `${one.id}: ${String(error)}`);
          refused++;
        }
      }
    }
    // Ours alone carry what our profile demands, so none of these strangers' is one.
    assert.equal(readable, 0);
    assert.ok(refused > 900, `${refused} certificates`);
  });
}

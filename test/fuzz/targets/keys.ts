/** Keys as files and texts of other programs have them. */

import { readPagesKey } from '#client/directory/pages-certificate.ts';
import { fromHex, fromUtf8, utf8 } from '#core/bytes.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { decodeVerifierKey, encodeVerifierKey, KEY_TYPE, verifierKey, type KeyType } from '#wire/note.ts';
import { decodePem, encodePem } from '#x509/pem.ts';
import { decodePrivateKey, encodePrivateKey } from '#x509/private-key.ts';
import { oneForm, textOf, type Target } from '../target.ts';

const { hash } = nodeCrypto;
const SECRET = new Uint8Array(32).fill(7);
const POINT = Uint8Array.of(4, ...new Uint8Array(64).fill(9));
const DER = new Uint8Array(100).fill(0x30);
const PAGES_KEY = encodePem('PUBLIC KEY', Uint8Array.of(...fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200')!, ...POINT));

export function keyTargets(): Target[] {
  return [
    {
      name: 'PEM', measured: [{ parts: [{ file: 'src/x509/pem.ts', except: ['encodePem'] }] }], calls: ['src/x509/pem.ts decodePem'], shape: 'text',
      seeds: () => pems().map(utf8),
      run(input) {
        // What stands outside blocks is passed over, so only the blocks have one form.
        for (const der of decodePem('CERTIFICATE', textOf(input))) {
          const block = fromUtf8(input)!.replaceAll('\r\n', '\n').includes(encodePem('CERTIFICATE', der).trimEnd());
          if (!block) throw new Error('accepted a block that it would not write');
        }
      },
    },
    {
      name: 'key of pages', measured: [{ parts: [{ file: 'src/client/directory/pages-certificate.ts', only: ['readPagesKey'] }] }], calls: ['src/client/directory/pages-certificate.ts readPagesKey'], shape: 'text',
      seeds: () => [PAGES_KEY, PAGES_KEY + PAGES_KEY, PAGES_KEY.replace('BggqhkjOPQMBBw', 'BgUrgQQAIg'), encodePem('PUBLIC KEY', DER), ...pems().slice(0, 1)].map(utf8),
      run(input) {
        const { length } = readPagesKey(input);
        if (length !== POINT.length) throw new Error(`a point of ${length} bytes`);
      },
    },
    {
      name: 'private key', measured: [{ parts: [{ file: 'src/x509/private-key.ts', except: ['encodePrivateKey'] }] }], calls: ['src/x509/private-key.ts decodePrivateKey', 'src/x509/der-reader.ts decodeDer'], shape: 'der',
      seeds: () => [encodePrivateKey({ algorithm: 'ecdsa-p256', secret: SECRET }, POINT), encodePrivateKey({ algorithm: 'ml-dsa-65', secret: SECRET }, POINT)],
      run(input) {
        const key = decodePrivateKey(input);
        // The public point of a P-256 key is read over: it stands in the last 65 bytes.
        oneForm(encodePrivateKey(key, input.subarray(-POINT.length)), input);
      },
    },
    {
      name: 'verifier key', measured: [{ parts: [{ file: 'src/wire/note.ts', only: ['decodeVerifierKey', 'isKeyName', 'verifierKey'] }] }], calls: ['src/wire/note.ts decodeVerifierKey'], shape: 'text',
      seeds: () => [...Object.values(KEY_TYPE).map(keyText), ...Object.values(KEY_TYPE).map((type) => keyText(type).replace(/\+[0-9a-f]/, '+0')), keyText(1).slice(0, -8)].map(utf8),
      run: (input) => oneForm(utf8(encodeVerifierKey(decodeVerifierKey(hash, textOf(input)))), input),
    },
  ];
}

function keyText(type: KeyType): string {
  return encodeVerifierKey(verifierKey(hash, 'tram/0011/directory', type, new Uint8Array(type === KEY_TYPE.mlDsa44Cosignature ? 1_312 : 32).fill(5)));
}

function pems(): string[] {
  const one = encodePem('CERTIFICATE', DER);
  return [one, `subject=…\n${one}${encodePem('PRIVATE KEY', SECRET)}${one}`, one.replaceAll('\n', '\r\n'), one.replace('-----END', ''), encodePem('CERTIFICATE', new Uint8Array()), encodePem('CERTIFICATE', new Uint8Array(48)), 'x'.repeat(16_777_217)];
}

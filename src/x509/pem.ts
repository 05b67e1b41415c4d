/**
 * Text around DER, for people and for programs that want files: RFC 7468, 64 columns, a final
 * newline.
 */
import { base64, fromBase64 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';

/** Labels in use (RFC 7468 §5 to §10). */
export type PemLabel = 'CERTIFICATE' | 'PRIVATE KEY' | 'PUBLIC KEY' | 'X509 CRL' | 'CMS';

const TEXT_CHARACTERS_MAX = 16_777_216;

export function encodePem(label: PemLabel, der: Uint8Array): string {
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * The DER of every block with that label, in order. Lines may end in CRLF, the last newline may be
 * missing, and text outside blocks and blocks with other labels are passed over.
 * @throws DecodeError where a block is not closed, its lines are not 64 columns or are not base64;
 *   the offset counts characters
 */
export function decodePem(label: PemLabel, text: string): Uint8Array[] {
  if (text.length > TEXT_CHARACTERS_MAX) throw new DecodeError('pem', 0, 'is too long');
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  let offset = text.indexOf(begin);
  while (offset !== -1) {
    const close = text.indexOf(end, offset);
    if (close === -1) throw new DecodeError('pem', offset, 'is not closed');
    blocks.push(decodeBlock(text.slice(offset + begin.length, close), offset));
    offset = text.indexOf(begin, close + end.length);
  }
  return blocks;
}

function decodeBlock(body: string, offset: number): Uint8Array {
  const [first, ...lines] = body.replaceAll('\r\n', '\n').split('\n');
  const last = lines.pop();
  const shaped = first === '' && last === '' && lines.every((line, index) => {
    return line.length === 64 || (index === lines.length - 1 && line.length > 0 && line.length < 64);
  });
  const der = shaped ? fromBase64(lines.join('')) : null;
  if (der === null || der.length === 0) {
    throw new DecodeError('pem', offset, 'is not base64 of 64 columns');
  }
  return der;
}

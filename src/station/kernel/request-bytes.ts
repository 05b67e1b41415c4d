/** Bytes that a request brings as text. */
import { fromBase64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';

/** Unpadded base64url. @throws Refusal `request-malformed` naming the field */
export function bytesOf(text: string, field = 'body'): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('request-malformed', { field, reason: 'base64url' });
  return bytes;
}

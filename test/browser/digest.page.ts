/** SHA-256 of a text in hexadecimal, by the browser's own WebCrypto. */
export default async function digest({ text }: { text: string }): Promise<string> {
  if (text === '') throw new RangeError('nothing to digest');
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex();
}

/**
 * The link in a new device's QR code: to the settings of the station's page, the request's code behind the `#`, which no
 * browser sends to any server. Source: docs/protocol/log-in.md §A new device.
 */
import { readRequestCode } from '#model/device-requests.ts';

const PREFIX = '#join=';

export function joiningLink(origin: string, code: string): string {
  return `${origin}/settings${PREFIX}${code}`;
}

/** @param hash of an address, with its `#` @returns null where it is no such link's */
export function joiningCode(hash: string): string | null {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return readRequestCode(hash.slice(PREFIX.length));
  } catch {
    return null;
  }
}

/** Where a station is found from another machine: what goes onto paper, which somebody reads in another room. */

const THIS_MACHINE = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|\[::\]|0\.0\.0\.0|(?:[a-z0-9-]+\.)*localhost)$/i;

/**
 * @param own how this device or page reaches the station itself
 * @param elsewhere what the station says of where others open it (`GET /here`), whatever that is
 * @returns an origin; null where nothing is known but an address of this machine, which leads nowhere from another
 */
export function addressForOthers(own: string, elsewhere: unknown): string | null {
  return originForOthers(own) ?? (typeof elsewhere === 'string' ? originForOthers(elsewhere) : null);
}

function originForOthers(typed: string): string | null {
  if (!URL.canParse(typed)) return null;
  const { protocol, hostname, origin } = new URL(typed);
  return /^https?:$/.test(protocol) && !THIS_MACHINE.test(hostname) ? origin : null;
}

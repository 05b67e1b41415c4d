/** Where a station is found from another machine: what goes onto paper, which somebody reads in another room. */

const THIS_MACHINE = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|\[::\]|0\.0\.0\.0|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|(?:[a-z0-9-]+\.)*localhost\.?)$/i;

/**
 * @param own how this device or page reaches the station itself
 * @param elsewhere what the station says of where others open it (`GET /here`), whatever that is: nobody proves who says it, so only HTTPS, which the root must answer for
 * @returns an origin; null where nothing is known but an address of this machine, which leads nowhere from another
 */
export function addressForOthers(own: string, elsewhere: unknown): string | null {
  return originForOthers(own, /^https?:$/) ?? (typeof elsewhere === 'string' ? originForOthers(elsewhere, /^https:$/) : null);
}

function originForOthers(typed: string, protocols: RegExp): string | null {
  if (!URL.canParse(typed)) return null;
  const { protocol, hostname, origin } = new URL(typed);
  return protocols.test(protocol) && !THIS_MACHINE.test(hostname) ? origin : null;
}

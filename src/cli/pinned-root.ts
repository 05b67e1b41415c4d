/** The organisation's root as a device knows it: what TLS to a distant station is believed by, and nothing else. */
import path from 'node:path';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { rootInCache } from '#client/directory/directory-sync.ts';
import { encodePem } from '#x509/pem.ts';
import type { CliContext } from './context.ts';
import { DIRECTORY_CACHE, readBytes, readIfDevice, readIfThere, type Writing } from './homes.ts';

export const FIRST_ROOT = 'root.pem';
/** First byte of a certificate that is not in PEM. */
const DER_SEQUENCE = 0x30;

/**
 * PEM of the root, from a file that was named, from the directory that this device accepted before, or for a device that has
 * accepted none yet from the file that was named when it was made.
 * @returns null where neither is there: then the system's authorities count
 * @throws Refusal `file-missing`, `root-certificate-malformed`
 */
export async function pinnedRoot({ provider, host }: Pick<CliContext, 'provider'> & { readonly host: Pick<CliContext['host'], 'keyring'> }, home: string, file: string | null): Promise<string | null> {
  if (file !== null) {
    const bytes = readBytes(file);
    // As the station's own page hands it out.
    if (bytes[0] === DER_SEQUENCE) return encodePem('CERTIFICATE', bytes);
    const text = fromUtf8(bytes);
    if (text === null || !text.includes('-----BEGIN CERTIFICATE-----')) throw new Refusal('root-certificate-malformed', { file });
    return text;
  }
  const device = readIfDevice(home);
  if (device === null) return null;
  const root = await rootInCache(provider, host.keyring(path.join(home, DIRECTORY_CACHE)), device.founding);
  return root === null ? readIfThere(path.join(home, FIRST_ROOT)) : encodePem('CERTIFICATE', root);
}

/** For a new device's first calls. @param root PEM; nothing is kept where it is null */
export function keepRoot({ durable }: Writing, home: string, root: string | null): void {
  if (root !== null) durable.write(path.join(home, FIRST_ROOT), root);
}

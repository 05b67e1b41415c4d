/**
 * `npm run release-key -- FILE`: makes the key that signs the pages of releases. FILE stays with the maintainers, offline;
 * FILE.pub is what programs know releases by.
 */
import { writeFileSync } from 'node:fs';
import { base64 } from '#core/bytes.ts';
import { makeTwinKeys, publicKeysOf } from '#model/certificate-maker.ts';
import { releaseKeyId } from '#model/pages-release.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { twinSecret } from '#wire/keyring.ts';
import { releaseKey } from '#wire/pages-manifest.ts';

const OWNER_ONLY = 0o600;

/** @returns how the key is read out @throws where FILE is there already */
export async function makeReleaseKey(file: string): Promise<string> {
  const keys = await makeTwinKeys(nodeCrypto);
  const publicKeys = publicKeysOf(keys);
  writeFileSync(file, `${base64(twinSecret.encode(keys.secret))}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  writeFileSync(`${file}.pub`, `${base64(releaseKey.encode(publicKeys))}\n`);
  return releaseKeyId(nodeCrypto, publicKeys);
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('name the file');
  console.log(`${file}.pub  ${await makeReleaseKey(file)}`);
}

/**
 * `node src/app/pages/release.ts PROGRAM [KEY]`: builds the pages into a program's folder, for a release, and signs them
 * with the release's key where one is given.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { base64, fromBase64 } from '#core/bytes.ts';
import { openTwinKeys, publicKeysOf } from '#model/certificate-maker.ts';
import { signPages } from '#model/pages-release.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { twinSecret } from '#wire/keyring.ts';
import { releaseKey } from '#wire/pages-manifest.ts';
import { type Assets, writeAssets } from './assets.ts';
import { buildPages } from './build.ts';
import { policiesOf } from './headers.ts';
import { digestsOf, KEY_FILE, MANIFEST_FILE } from './pages.ts';

export async function writeRelease(assets: Assets, program: string, version: string, keyFile: string | null): Promise<void> {
  writeAssets(assets, path.join(program, 'pages'));
  if (keyFile === null) return;
  const keys = await openTwinKeys(nodeCrypto, twinSecret.decode(fromBase64(readFileSync(keyFile, 'utf8').trim()) ?? new Uint8Array(0)));
  writeFileSync(path.join(program, MANIFEST_FILE), await signPages(nodeCrypto, keys, { program: version, digests: digestsOf(assets), policies: policiesOf(assets.keys()) }, nodeRandom));
  writeFileSync(path.join(program, KEY_FILE), `${base64(releaseKey.encode(publicKeysOf(keys)))}\n`);
}

if (import.meta.main) {
  const [program, key] = process.argv.slice(2);
  if (program === undefined) throw new Error('name the folder of the program');
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8')) as { version: string };
  await writeRelease(await buildPages(), program, version, key ?? null);
}

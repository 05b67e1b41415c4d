/** The pages that this program brings: as a release signed them, or built from the sources beside us. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromBase64 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { differencesOf, digestsIn, type PageDigests, readSignedPages } from '#model/pages-release.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { type ReleaseKey, releaseKey } from '#wire/pages-manifest.ts';
import { assetOf, type Assets, readAssets } from './assets.ts';

/** The folder of the program: of a release, or of a clone. */
const PROGRAM = path.join(import.meta.dirname, '../../..');
/** Where a release keeps its pages: a machine that has it has not the tools to build them. */
const PAGES_FOLDER = 'pages';
export const MANIFEST_FILE = 'release.manifest';
export const KEY_FILE = 'release.pub';
export const MANIFEST_PATH = `/${MANIFEST_FILE}`;
const NAMED_MAX = 5;

export interface OwnPages {
  readonly assets: Assets;
  /** Of everything in `assets` but the manifest itself. */
  readonly digests: PageDigests;
  /** Whose signature they were held against; null where they were built here, or no release signed them. */
  readonly key: ReleaseKey | null;
  readonly origin: 'signed' | 'unsigned' | 'built';
}

/**
 * What a station serves.
 * @throws Refusal `pages-unsigned`, `pages-differ` where a release signed others
 */
export async function pagesAssets(): Promise<Assets> {
  return (await ownPages()).assets;
}

/** @param program where `pages/`, `release.manifest` and `release.pub` are @throws Refusal `pages-unsigned`, `pages-differ` */
export async function ownPages(program = PROGRAM): Promise<OwnPages> {
  const key = readReleaseKey(path.join(program, KEY_FILE));
  const folder = path.join(program, PAGES_FOLDER);
  if (!existsSync(folder)) {
    const { buildPages } = await import('./build.ts');
    const assets = await buildPages();
    return { assets, digests: digestsOf(assets), key, origin: 'built' };
  }
  const assets = readAssets(folder);
  const digests = digestsOf(assets);
  if (key === null) return { assets, digests, key, origin: 'unsigned' };
  const file = path.join(program, MANIFEST_FILE);
  if (!existsSync(file)) throw new Refusal('pages-unsigned');
  const bytes = new Uint8Array(readFileSync(file));
  const differences = differencesOf(digestsIn(await readSignedPages(nodeCrypto, key, bytes)), digests);
  if (differences.length > 0) throw new Refusal('pages-differ', { files: namesOf(differences) });
  return { assets: new Map([...assets, [MANIFEST_PATH, assetOf('application/octet-stream', bytes)]]), digests, key, origin: 'signed' };
}

export function namesOf(differences: readonly { readonly path: string }[]): string {
  const names = differences.slice(0, NAMED_MAX).map(({ path: name }) => name);
  return [...names, ...(differences.length > NAMED_MAX ? ['…'] : [])].join(', ');
}

export function digestsOf(assets: Assets): PageDigests {
  return new Map([...assets].map(([name, { bytes }]) => [name, digestOf(bytes)]));
}

export function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** @returns null where there is none @throws Refusal `pages-unsigned` where it is none */
function readReleaseKey(file: string): ReleaseKey | null {
  if (!existsSync(file)) return null;
  const bytes = fromBase64(readFileSync(file, 'utf8').trim());
  try {
    if (bytes !== null) return releaseKey.decode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  throw new Refusal('pages-unsigned');
}

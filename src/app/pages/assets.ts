/** The files of the pages, and how they are kept in a folder. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

export interface Asset {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** The same, for browsers that take brotli; null where it would not be smaller. */
  readonly brotli: Uint8Array | null;
}

/** By path, from the first slash on; `/index.html` names the others. */
export type Assets = ReadonlyMap<string, Asset>;

const COMPRESS_FROM_BYTES = 1_024;
/** Of 11. At 9 it takes fifteen times as long, six seconds for all files of the pages, for a five-hundredth fewer bytes. */
const BROTLI_QUALITY = 8;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json',
};

/** Compressed when it is first asked for: all at once would keep a station from its links for a second. */
export function assetOf(contentType: string, bytes: Uint8Array): Asset {
  let brotli: Uint8Array | null | undefined = bytes.length < COMPRESS_FROM_BYTES || contentType.startsWith('font/') ? null : undefined;
  return {
    contentType, bytes,
    get brotli() {
      if (brotli === undefined) brotli = smaller(compressed(bytes), bytes);
      return brotli;
    },
  };
}

function compressed(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

function smaller(one: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  return one.length < bytes.length ? one : null;
}

/** @param folder empty or absent */
export function writeAssets(assets: Assets, folder: string): void {
  for (const [name, { bytes }] of assets) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

export function readAssets(folder: string): Assets {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.map(({ name, parentPath }) => {
    const file = path.join(parentPath, name);
    const where = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    return [where, assetOf(CONTENT_TYPES[path.extname(name)] ?? 'application/octet-stream', readFileSync(file))];
  }));
}

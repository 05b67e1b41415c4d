/**
 * The pages of a release: every file by its digest, signed by the release's key, which no station holds.
 * Source: docs/protocol/pages.md.
 */
import { arrayOf, bytes, type Infer, optional, pattern, struct, text, tuple, uint } from '#wire/codec.ts';
import { digest } from '#wire/names.ts';
import { signature } from '#wire/signature.ts';

const FILES_MAX = 1_000;
const MANIFEST_BYTES_MAX = 512 * 1_024;

const path = pattern(/^\/[\w.-]+(?:\/[\w.-]+)*$/, 255);

/** Public keys of a release: whoever has them knows its pages from others. */
export const releaseKey = struct('ReleaseKey', 4_096, { p256: [1, bytes(65)], mldsa: [2, bytes(1_952)] });
export type ReleaseKey = Infer<typeof releaseKey>;

export const pagesFile = struct('PagesFile', 512, {
  /** From the first slash on. */
  path: [1, path],
  digest: [2, digest],
});

/** What a server must say of a file to a browser, besides its bytes. */
export const pagesHeader = tuple({ name: pattern(/^[a-z][a-z-]*$/, 64), value: text(1, 2_048) });

export const pagesPolicy = struct('PagesPolicy', 128 * 1_024, {
  /** In the order of their names. */
  headers: [1, arrayOf(pagesHeader, 32, 1)],
  /** The files that it is for; of the first policy none: it is for every file that no other names. */
  paths: [2, arrayOf(path, FILES_MAX)],
});
export type PagesPolicy = Infer<typeof pagesPolicy>;

export const pagesManifest = struct('PagesManifest', MANIFEST_BYTES_MAX, {
  version: [1, uint(1, 1)],
  /** Of the program. */
  program: [2, text(1, 64)],
  /** In the order of their paths. */
  files: [3, arrayOf(pagesFile, FILES_MAX, 1)],
  /** Absent in what was signed before policies were. */
  policies: [4, optional(arrayOf(pagesPolicy, 16, 1))],
});
export type PagesManifest = Infer<typeof pagesManifest>;

/** Purpose `release`; the signature's certificate digests are those of the two raw public keys. */
export const signedPages = struct('SignedPages', MANIFEST_BYTES_MAX + 4_700, {
  manifest: [1, bytes(1, MANIFEST_BYTES_MAX)],
  signature: [2, signature],
});

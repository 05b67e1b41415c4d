/** What every answer of the pages' server says of itself to a browser. */
import type { PagesPolicy } from '#wire/pages-manifest.ts';

/**
 * Scripts, styles and fonts of ours and nothing else; no script from text. OPAQUE and Argon2id are WebAssembly.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:",
  "connect-src 'self'", "frame-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types tram-workers",
].join('; ');

/**
 * Of the documents in which a file is looked at: an origin of its own, no network, scripts only those inside it. Which
 * those are stands in the document, by digest.
 */
export const PAPER_POLICY = [
  'sandbox allow-scripts', "default-src 'none'", "script-src 'unsafe-inline' 'wasm-unsafe-eval'", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
  "frame-ancestors 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');
export const PAPER = /^\/assets\/paper-[\w.-]+\.html$/;

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What a release signs of them beside its files. */
export function policiesOf(paths: Iterable<string>): PagesPolicy[] {
  const listed = (headers: Readonly<Record<string, string>>): PagesPolicy['headers'] =>
    Object.entries(headers).map(([name, value]) => ({ name, value })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const papers = [...paths].filter((path) => PAPER.test(path)).toSorted();
  return [{ headers: listed(PAGE_HEADERS), paths: [] }, { headers: listed({ ...PAGE_HEADERS, 'content-security-policy': PAPER_POLICY }), paths: papers }];
}

/** A year: whoever once came by HTTPS is never taken to plain HTTP by a bookmark. Browsers heed it for names, not for addresses. */
export const STRICT_TRANSPORT = { 'strict-transport-security': 'max-age=31536000' } as const;

/** Where the script is that keeps the pages on a device. */
export const SERVICE_WORKER = '/sw.js';

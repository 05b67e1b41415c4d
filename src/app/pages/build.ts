/**
 * Builds the pages: one module graph of ours with its libraries, minified and named by content, one style sheet, two
 * fonts. The same tree gives the same bytes. What the pages may load is exactly what stands in the result.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ariaDayParts, ariaWithoutHtml, ariaWords, demandVietnamese } from './aria.ts';
import { type Asset, assetOf, type Assets } from './assets.ts';
import { SERVICE_WORKER } from './headers.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const ENTRY = path.join(import.meta.dirname, 'entry.tsx');
/** Folder of what is drawn in a frame of its own. */
const PAPER = path.join(ROOT, 'src/web/paper');
const SERVICE_WORKER_FILE = path.join(import.meta.dirname, 'service-worker.ts');
const ICON = path.join(ROOT, 'src/web/icon.svg');
const PART_WORKER = path.join(import.meta.dirname, 'part-worker.ts');
const PASSPHRASE_WORKER = path.join(import.meta.dirname, 'passphrase-worker.ts');
const INDEX_WORKER = path.join(import.meta.dirname, 'index-worker.ts');
const STYLES = path.join(ROOT, 'src/web/styles');
const FONTS = path.join(ROOT, 'node_modules/@fontsource-variable/source-sans-3/files');
/** Latin and Vietnamese; every other subset would only be downloaded for a letter that no page shows. */
const FONT_FILES = { 'latin.woff2': 'source-sans-3-latin-wght-normal.woff2', 'vietnamese.woff2': 'source-sans-3-vietnamese-wght-normal.woff2' };
/** React Aria adds an inline style unless an element of this name is there; the one rule of it stands in our own sheet. */
const ARIA_STYLE_ID = 'react-aria-pressable-style';

const APP_MANIFEST = '/tram.webmanifest';

/** @returns every file of the pages; `/index.html` names the others */
export async function buildPages(): Promise<Assets> {
  const assets = new Map<string, Asset>();
  const entry = await bundle(assets, 'tram', ENTRY, true);
  // Each in one piece of its own: a worker must not wait for what else the page loads.
  const partWorker = await bundle(assets, 'part-worker', PART_WORKER, false);
  const passphraseWorker = await bundle(assets, 'passphrase-worker', PASSPHRASE_WORKER, false);
  const indexWorker = await bundle(assets, 'index-worker', INDEX_WORKER, false);
  const papers = { plain: await addPaper(assets, 'plain'), pdf: await addPaper(assets, 'pdf') };
  const fonts = addFonts(assets);
  const sheet = addNamed(assets, 'tram', 'css', 'text/css; charset=utf-8', Buffer.from(styles(fonts)));
  const icon = addNamed(assets, 'icon', 'svg', 'image/svg+xml', readFileSync(ICON));
  assets.set(APP_MANIFEST, assetOf('application/manifest+json', Buffer.from(appManifest(icon))));
  assets.set('/index.html', assetOf('text/html; charset=utf-8', Buffer.from(page(entry, sheet, icon, { 'part-worker': partWorker, 'passphrase-worker': passphraseWorker, 'index-worker': indexWorker, 'paper-plain': papers.plain, 'paper-pdf': papers.pdf }))));
  await addServiceWorker(assets);
  return assets;
}

/**
 * A document with its script and style inside: in a frame of an origin that nothing else has, it could fetch neither. What
 * it may do stands in it and, without the digests, in the header that the server gives it.
 */
async function addPaper(assets: Map<string, Asset>, name: string): Promise<string> {
  const build = await rolldown({
    input: path.join(PAPER, `${name}.ts`), platform: 'browser', logLevel: 'silent', moduleTypes: { '.wasm': 'binary' },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
  await build.close();
  // Within a script both mean the same, and only one of them would end it.
  const script = output[0].code.replaceAll('</script', String.raw`<\/script`).replaceAll('<!--', String.raw`<\!--`);
  const style = readFileSync(path.join(PAPER, 'paper.css'), 'utf8');
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; script-src ${digest(script)} 'wasm-unsafe-eval'; style-src ${digest(style)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
  return addNamed(assets, `paper-${name}`, 'html', 'text/html; charset=utf-8', Buffer.from(`<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Trạm</title>
<style>${style}</style>
<script type="module">${script}</script>
</head>
<body></body>
</html>
`));
}

/** Of all that is named by content and the page that names it; it is what it is called, so that a browser finds the next. */
async function addServiceWorker(assets: Map<string, Asset>): Promise<void> {
  const files = [...assets.keys()].filter((name) => name === '/index.html' || name.startsWith('/assets/')).toSorted();
  const shell = { version: createHash('sha256').update(files.join('\n')).update(assets.get('/index.html')!.bytes).digest('hex').slice(0, 16), files };
  const build = await rolldown({
    input: SERVICE_WORKER_FILE, platform: 'browser', logLevel: 'silent', transform: { define: { TRAM_SHELL: JSON.stringify(shell) } },
  });
  const { output } = await build.generate({ format: 'iife', codeSplitting: false });
  await build.close();
  assets.set(SERVICE_WORKER, assetOf('text/javascript; charset=utf-8', Buffer.from(output[0].code)));
}

/** How the pages stand on a phone's screen once somebody puts them there. */
function appManifest(icon: string): string {
  const icons = [{ src: icon, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }];
  return JSON.stringify({ name: 'Trạm', short_name: 'Trạm', lang: 'vi', start_url: '/', scope: '/', display: 'standalone', background_color: '#eef1ef', theme_color: '#0b5551', icons });
}

/** @returns where the entry stands */
async function bundle(assets: Map<string, Asset>, name: string, file: string, codeSplitting: boolean): Promise<string> {
  const build = await rolldown({
    input: { [name]: file }, platform: 'browser', logLevel: 'silent', plugins: [ariaWords, ariaDayParts, ariaWithoutHtml],
    transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: { runtime: 'automatic' } },
  });
  const { output } = await build.generate({
    format: 'esm', minify: true, codeSplitting, entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js',
  });
  await build.close();
  let entry = '';
  for (const one of output) {
    if (one.type !== 'chunk') continue;
    demandVietnamese(one);
    if (one.isEntry) entry = `/${one.fileName}`;
    assets.set(`/${one.fileName}`, assetOf('text/javascript; charset=utf-8', Buffer.from(one.code)));
  }
  return entry;
}

function addFonts(assets: Map<string, Asset>): Record<string, string> {
  return Object.fromEntries(Object.entries(FONT_FILES).map(([name, file]) =>
    [name, addNamed(assets, name.replace('.woff2', ''), 'woff2', 'font/woff2', readFileSync(path.join(FONTS, file)))]));
}

/** Sheets in the order of their names; `font:NAME` stands for where a font is. */
function styles(fonts: Record<string, string>): string {
  const sheets = readdirSync(STYLES).filter((file) => file.endsWith('.css')).toSorted();
  const text = sheets.map((file) => readFileSync(path.join(STYLES, file), 'utf8')).join('\n');
  return text.replaceAll(/font:([a-z]+\.woff2)/g, (_, name: string) => fonts[name]!);
}

function addNamed(assets: Map<string, Asset>, name: string, extension: string, contentType: string, bytes: Uint8Array): string {
  const where = `/assets/${name}-${createHash('sha256').update(bytes).digest('base64url').slice(0, 8)}.${extension}`;
  assets.set(where, assetOf(contentType, bytes));
  return where;
}

function page(entry: string, sheet: string, icon: string, places: Readonly<Record<string, string>>): string {
  const data = Object.entries(places).map(([name, where]) => ` data-${name}="${where}"`).join('');
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Trạm</title>
<link rel="icon" href="${icon}" type="image/svg+xml">
<link rel="manifest" href="${APP_MANIFEST}">
<link rel="stylesheet" href="${sheet}" id="${ARIA_STYLE_ID}">
<script type="module" src="${entry}"></script>
</head>
<body><div id="tram"${data}></div><noscript>Trạm niêm phong và mở điện ngay trong trình duyệt, nên cần JavaScript.</noscript></body>
</html>
`;
}

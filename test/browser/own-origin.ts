/** Serves one entry of ours in the pages' own origin: their policy, their workers, and a script of a test or a bench in place of theirs. */
import path from 'node:path';
import { rolldown } from 'rolldown';
import { type Asset, assetOf } from '../../src/app/pages/assets.ts';
import { buildPages } from '../../src/app/pages/build.ts';
import { PagesServer } from '../../src/app/pages/server.ts';

export interface OwnOrigin {
  readonly address: string;
  /** An expression for `page.evaluate`: calls what the entry exports. @param what such as `fill(3)` */
  readonly call: (what: string) => string;
  readonly close: () => Promise<void>;
}

/** @param entry absolute path of a `*.page.ts` */
export async function ownOrigin(entry: string): Promise<OwnOrigin> {
  const pages = await buildPages();
  const shell = Buffer.from(pages.get('/index.html')!.bytes).toString('utf8').replace(/<script[^>]*><\/script>/, '');
  const assets = new Map([...pages, ...(await bundled(entry)), ['/assets/own.html', assetOf('text/html; charset=utf-8', Buffer.from(shell))]]);
  const server = new PagesServer({ assets: () => Promise.resolve(assets), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh thực hành' }), station: () => null });
  const address = new URL('/assets/own.html', await server.listen()).href;
  return { address, call: (what) => `import('/assets/own.js').then((own) => own.${what})`, close: () => server.close() };
}

/** In pieces, as the pages: what is loaded when somebody goes there is so here too. */
async function bundled(entry: string): Promise<[string, Asset][]> {
  const build = await rolldown({
    input: { own: path.resolve(entry) }, platform: 'browser', logLevel: 'silent',
    transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: { runtime: 'automatic' } },
  });
  const { output } = await build.generate({ format: 'esm', minify: true, entryFileNames: 'assets/[name].js', chunkFileNames: 'assets/own-[name]-[hash].js' });
  await build.close();
  return output.filter((one) => one.type === 'chunk').map(({ fileName, code }) => [`/${fileName}`, assetOf('text/javascript; charset=utf-8', Buffer.from(code))]);
}

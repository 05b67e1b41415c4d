/** Serves one entry of ours in the pages' own origin: their policy, their workers, and a script of a test or a bench in place of theirs. */
import path from 'node:path';
import { rolldown } from 'rolldown';
import { assetOf } from '../../src/app/pages/assets.ts';
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
  const assets = new Map([
    ...pages, ['/assets/own.js', assetOf('text/javascript; charset=utf-8', Buffer.from(await bundled(entry)))], ['/assets/own.html', assetOf('text/html; charset=utf-8', Buffer.from(shell))],
  ]);
  const server = new PagesServer({ assets: () => Promise.resolve(assets), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh thực hành' }), station: () => null });
  const address = new URL('/assets/own.html', await server.listen()).href;
  return { address, call: (what) => `import('/assets/own.js').then((own) => own.${what})`, close: () => server.close() };
}

async function bundled(entry: string): Promise<string> {
  const build = await rolldown({
    input: path.resolve(entry), platform: 'browser', logLevel: 'silent',
    transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: { runtime: 'automatic' } },
  });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}

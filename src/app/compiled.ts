/**
 * A station is at rest in 125 MB where what it runs was compiled before, and in 150 where it had to be compiled: the compiler
 * that takes types away is 15 MB of WebAssembly, which Node never lets go. So a process that had to compile keeps what came of
 * it and begins anew, once, in its own place: same process id, same files, without the compiler.
 */
import { rmSync } from 'node:fs';
import module from 'node:module';

/** Set in the process that began anew: it is not done twice, also where nothing could be kept. */
const AGAIN = 'TRAM_COMPILED_ONCE';
/** Set by bin/tram.mjs: a folder of this start alone, where the usual one takes nothing. */
const PASSING = 'TRAM_COMPILED_IN';
/** In Node's own list of what it has loaded, if it had to take types away. */
const COMPILER = 'NativeModule internal/deps/amaro/dist/index';

/** For a process that is about to be one station and nothing else, and holds nothing yet. */
export async function beginCompiled(): Promise<void> {
  await import('./station-process.ts');
  if (process.env[AGAIN] !== undefined) return forget();
  const kept = module.getCompileCacheDir();
  if (!hasCompiled() || kept === undefined || process.execve === undefined) return;
  await loadTheRest();
  module.flushCompileCache();
  const passing = process.env[PASSING];
  const environment = { ...process.env, [AGAIN]: '1', ...(passing === undefined ? {} : { NODE_COMPILE_CACHE: passing }) };
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], environment);
}

/** Neither the folder nor the word for it outlives the start: what this process starts is told nothing of them. */
function forget(): void {
  const passing = process.env[PASSING];
  if (passing !== undefined) {
    rmSync(passing, { recursive: true, force: true });
    delete process.env['NODE_COMPILE_CACHE'];
  }
  delete process.env[PASSING];
  delete process.env[AGAIN];
}

function hasCompiled(): boolean {
  return (process as unknown as { readonly moduleLoadList?: readonly string[] }).moduleLoadList?.includes(COMPILER) === true;
}

/** What a station loads when it is first wanted: hours later it would bring the compiler back. */
async function loadTheRest(): Promise<void> {
  await Promise.all([import('#platform/wasm/opaque.ts'), import('#station/kernel/postgres-disk.ts'), import('./pages/build.ts')]);
}

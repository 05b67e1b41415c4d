/** The pages: as a release brought them, or built from the sources beside us. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Assets, readAssets } from './assets.ts';

/** Where a release keeps them: a machine that has it has not the tools to build them. */
const RELEASED = path.join(import.meta.dirname, '../../../pages');

export async function pagesAssets(): Promise<Assets> {
  if (existsSync(RELEASED)) return readAssets(RELEASED);
  const { buildPages } = await import('./build.ts');
  return buildPages();
}

/** The pages, made or read when somebody first asks for them and kept; a failure is not kept. */
import type { Assets } from './assets.ts';
import { pagesAssets } from './pages.ts';

export function rememberedAssets(load: () => Promise<Assets> = pagesAssets): () => Promise<Assets> {
  let kept: Promise<Assets> | null = null;
  return () => kept ??= load().catch((error: unknown) => {
    kept = null;
    throw error;
  });
}

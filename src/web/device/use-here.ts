/** What the server says of itself, for what is shown beside a room's own content. */
import { useCallback } from 'react';
import type { RefusalDetail } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { askHere, type Here } from './here.ts';

/** As a station calls its folder to whoever asks from afar. */
const DIR = /^DIR(?=\/|$)/;

/** Null until it is known, and where nobody says. */
export function useHere(): Here | null {
  const { transport } = useOutside();
  return useLoaded(useCallback(() => askHere(transport('')).catch(() => null), [transport])).value;
}

/** The station's folder as a word of a command; and, where the page stands on another machine, which word stands for it. */
export function useStationFolder(): { readonly folder: string; readonly isUnknown: boolean } {
  const words = useWords();
  const data = useHere()?.data ?? null;
  return data === null ? { folder: words.operations.folder, isUnknown: true } : { folder: shellWord(data), isUnknown: false };
}

/** What a station says of files in its folder, as whoever reads it finds them. */
export function useFolderIn(): (detail: RefusalDetail) => RefusalDetail {
  const words = useWords();
  const folder = useHere()?.data ?? words.operations.folder;
  return (detail) => Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, typeof value === 'string' ? value.replace(DIR, () => folder) : value]));
}

/** What the server says of itself, for what is shown beside a room's own content. */
import { useCallback } from 'react';
import { shellWord } from '#core/shell-word.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { askHere, type Here } from './here.ts';

/** In commands, where the page stands on another machine than the station. */
export const FOLDER_UNKNOWN = 'DIR';

/** Null until it is known, and where nobody says. */
export function useHere(): Here | null {
  const { transport } = useOutside();
  return useLoaded(useCallback(() => askHere(transport('')).catch(() => null), [transport])).value;
}

/** The station's folder as a word of a command. */
export function useStationFolder(): string {
  const data = useHere()?.data ?? null;
  return data === null ? FOLDER_UNKNOWN : shellWord(data);
}

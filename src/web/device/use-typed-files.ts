/** The files beside what is being typed survive a reload and a lock too (use-typed.ts). */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Session } from '#client/session.ts';
import { type FileForm, TypedFiles } from '#client/dispatch/typed-files.ts';
import { pickedFile } from '../kit/picked-file.ts';
import { useOutside } from '../kit/use-outside.ts';

const FORM: FileForm<File> = {
  source: pickedFile,
  mediaType: ({ type }) => type,
  make: ({ name, mediaType, pieces }) => new File(pieces.map((piece) => piece.slice()), name, { type: mediaType }),
};

interface Keeping {
  readonly kept: TypedFiles<File>;
  /** What stands on the device, or what stood on the sheet when it was opened. */
  known: readonly File[];
  isOver: boolean;
}

export interface TypedFilesSeen {
  /** Those that a lock would lose. */
  readonly left: readonly File[];
  /** Erases what was kept, for when it was sent or thrown away. */
  readonly forget: () => Promise<void>;
}

/** @param restore puts back what was kept, unless somebody was faster; memoised */
export function useTypedFiles(session: Session, what: string, files: readonly File[], restore: (kept: readonly File[]) => void): TypedFilesSeen {
  const { sheetStore } = useOutside();
  const [left, setLeft] = useState<readonly File[]>([]);
  const [isNowhere, setNowhere] = useState(false);
  const keeping = useRef<Keeping | null>(null);
  const now = useRef(files);
  now.current = files;
  const keep = useCallback((mine: Keeping) => {
    if (mine.isOver || mine.known === now.current) return;
    mine.known = now.current;
    mine.kept.keep(mine.known).then(setLeft, () => setNowhere(true));
  }, []);
  useEffect(() => {
    let isWanted = true;
    const first = now.current;
    const begin = async (): Promise<void> => {
      const mine: Keeping = { kept: new TypedFiles(session, await sheetStore(), what, FORM), known: first, isOver: false };
      const kept = await mine.kept.read();
      if (!isWanted) return;
      keeping.current = mine;
      if (kept === null || now.current !== first) return keep(mine);
      mine.known = kept;
      restore(kept);
    };
    begin().catch(() => setNowhere(true));
    return () => {
      isWanted = false;
      keeping.current = null;
    };
  }, [session, what, restore, sheetStore, keep]);
  useEffect(() => { if (keeping.current !== null) keep(keeping.current); }, [files, keep]);
  const forget = useCallback(async () => {
    const mine = keeping.current;
    if (mine === null) return;
    mine.isOver = true;
    await mine.kept.erase();
  }, []);
  return { left: isNowhere ? files : left.filter((file) => files.includes(file)), forget };
}

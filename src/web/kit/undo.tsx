/** What was just taken away, and the way back: said beside the place, reached by keyboard, gone with the next such step. */
import { useCallback, useState } from 'react';
import { useWords } from '../words/words.ts';
import { Button } from './button.tsx';

export interface Undoable {
  /** What was done. */
  readonly said: string;
  readonly undo: () => void;
}

export interface Undoing {
  readonly last: Undoable | null;
  readonly did: (said: string, undo: () => void) => void;
  readonly forget: () => void;
}

export function useUndo(): Undoing {
  const [last, setLast] = useState<Undoable | null>(null);
  const did = useCallback((said: string, undo: () => void) => setLast({ said, undo }), []);
  const forget = useCallback(() => setLast(null), []);
  return { last, did, forget };
}

export function UndoLine({ last, forget }: Undoing) {
  const words = useWords();
  return (
    <p className="undo" role="status">
      {last !== null && <>{last.said} <Button onPress={() => { last.undo(); forget(); }}>{words.undo}</Button></>}
    </p>
  );
}

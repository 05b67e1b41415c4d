/** Says that a newer version of the pages is here, and takes it when the person says so. */
import { useEffect, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';

export function UpdateNotice() {
  const words = useWords();
  const { updates } = useOutside();
  const [take, setTake] = useState<(() => void) | null>(null);
  useEffect(() => updates((ready) => setTake(() => ready)), [updates]);
  return (
    <div role="status">
      {take !== null && <p className="update"><span>{words.updates.ready}</span><Button variant="primary" onPress={take}>{words.updates.take}</Button></p>}
    </div>
  );
}

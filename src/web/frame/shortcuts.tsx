/** What the keyboard does anywhere in the house: Ctrl K goes anywhere by name, a question mark shows this and the rest. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { SearchIcon } from '../kit/icons.tsx';
import { useWords } from '../words/words.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const KeyboardSheet = lazy(async () => ({ default: (await import('./keyboard-sheet.tsx')).KeyboardSheet }));

export function Shortcuts() {
  const words = useWords();
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isPalette = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
      const isSheet = event.key === '?' && !isTyping(event.target);
      if (!isPalette && !isSheet) return;
      event.preventDefault();
      setOpen(isPalette ? 'palette' : 'keys');
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  const close = (): void => setOpen(null);
  return (
    <>
      <Button variant="quiet" aria-keyshortcuts="Control+K" onPress={() => setOpen('palette')}><SearchIcon />{words.frame.go} <kbd>Ctrl K</kbd></Button>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={close} onKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeyboardSheet onClose={close} />}
      </Suspense>
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** What this browser keeps of the registers, sealed, and how to have it erased. */
import { useCallback, useEffect, useState } from 'react';
import type { OpenedDevice } from '../device/kept-device.ts';
import { registersOf } from '../device/registers.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { countText, sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';

export function KeptPart({ opened: { session } }: { readonly opened: OpenedDevice }) {
  const [words, locale] = [useWords(), useLocale()];
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [kept, setKept] = useState<{ lines: number; sizeBytes: number; letters: number } | null | 'asked'>('asked');
  const registers = registersOf(session, outside, true);
  const look = useCallback(async () => {
    const [lines, letters] = await Promise.all([registers.kept(), session.letters?.count() ?? 0]);
    setKept(lines === null && letters === 0 ? null : { lines: 0, sizeBytes: 0, ...lines, letters });
  }, [registers, session]);
  useEffect(() => { look().catch(() => setKept(null)); }, [look]);
  const forget = (): void => run(async () => {
    await registers.forget();
    await session.letters?.forget();
    await look();
  });
  return (
    <section aria-labelledby="set-kept">
      <h2 id="set-kept">{words.settings.kept}</h2>
      <p className="soft">{kept === null ? words.settings.keptNot : words.settings.keptWhat}</p>
      {kept !== null && kept !== 'asked' && (
        <>
          <p role="status">{fill(words.settings.keptIs, { count: countText(kept.lines, locale), size: sizeText(kept.sizeBytes, locale), letters: countText(kept.letters, locale) })}</p>
          <Fault error={fault} />
          {kept.lines + kept.letters > 0 && <div className="acts"><Button isDisabled={isBusy} onPress={forget}>{words.settings.keptForget}</Button></div>}
        </>
      )}
    </section>
  );
}

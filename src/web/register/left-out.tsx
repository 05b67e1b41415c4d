/** Numbers that bear no dispatch since the station was restored: whoever misses one on paper is told that none was lost there. */
import { useCallback } from 'react';
import { numbersLeftOut } from '#client/registers/register.ts';
import type { RegisterDirection } from '#client/registers/register-index.ts';
import { useEntered } from '../device/entered.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';

export function LeftOut({ direction }: { readonly direction: RegisterDirection }) {
  const words = useWords();
  const { session, office } = useEntered();
  const { value } = useLoaded(useCallback((signal: AbortSignal) => numbersLeftOut(session, office, direction, signal), [session, office, direction]));
  if (value === null || value.length === 0) return null;
  return (
    <details className="left-out">
      <summary>{words.register.leftOut}</summary>
      <ul>
        {value.map(({ series, first, last, time, restored }) => (
          <li key={`${series} ${first}`}>{fill(restored ? words.register.leftOutRun : words.register.leftOutPerhaps, { series, first, last, time: dateText(time) })}</li>
        ))}
      </ul>
    </details>
  );
}

/** Which files of a dispatch lie on which machines of the office: by the station's ledger, for whoever reads the dispatch there. */
import { useCallback } from 'react';
import { hex } from '#core/bytes.ts';
import { downloadsOf } from '#client/dispatch/taking.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { useWords } from '../words/words.ts';
import type { ShownDispatch } from './shown-dispatch.ts';

export function TakenLine({ dispatch, read }: { readonly dispatch: string; readonly read: ShownDispatch['read'] }) {
  const words = useWords();
  const { session, office } = useEntered();
  const { value, reload } = useLoaded(useCallback((signal: AbortSignal) => downloadsOf(session, { dispatch, office }, signal), [session, dispatch, office]));
  useLive(reload);
  if (value === null || value.length === 0) return null;
  const names = new Map(read?.core.parts.map(({ root, name }) => [hex(root), name]));
  return (
    <section className="taken" aria-labelledby="taken-title">
      <h2 id="taken-title">{words.dispatch.taken}</h2>
      <ul>
        {value.map(({ at, part, person, device }, i) => (
          <li key={`${at} ${part} ${i}`}>
            <b>{names.get(part) ?? <code>{part.slice(0, 16)}</code>}</b><span>{person ?? words.dispatch.takenErased}, {device ?? words.dispatch.takenErased}</span><time>{dateText(at, true)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

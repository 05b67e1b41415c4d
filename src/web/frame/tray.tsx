/** The device's own long work, in every room: how far it is, a stop, what failed, and what is unfinished. */
import type { WorkItem } from '#client/long-work.ts';
import type { Session } from '#client/session.ts';
import { useLongWork } from '../device/long-work.ts';
import { useUnfinished } from '../device/unfinished.ts';
import { useFaultText } from '../dispatch/gone-keys.tsx';
import { Button } from '../kit/button.tsx';
import { countText, sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { UnfinishedLine } from './unfinished-line.tsx';

export function Tray({ session }: { readonly session: Session }) {
  const words = useWords();
  const { work, items } = useLongWork(session);
  const seen = useUnfinished(session);
  const shown = items.filter(({ isLong }) => isLong);
  const stopped = seen?.drafts.filter(({ isRunning }) => !isRunning) ?? [];
  if (shown.length === 0 && stopped.length === 0) return null;
  return (
    <section className="tray" aria-label={words.tray.title}>
      <h2>{words.tray.title}</h2>
      <ul>
        {shown.map((item) => (
          <li key={item.id} data-state={item.state}>
            <span className="tray-what"><b>{words.tray.kind[item.kind]}</b> {item.name}</span>
            {item.state === 'failed' ? <Failed item={item} onForget={() => work.forget(item.id)} /> : <Running item={item} onStop={() => work.stop(item.id)} />}
          </li>
        ))}
        {stopped.map((draft) => <UnfinishedLine key={draft.id} session={session} seen={seen!} draft={draft} />)}
      </ul>
    </section>
  );
}

function Running({ item: { kind, name, done, all, state }, onStop }: { readonly item: WorkItem; readonly onStop: () => void }) {
  const [words, locale] = [useWords(), useLocale()];
  const size = (bytes: number): string => sizeText(bytes, locale);
  const said = kind === 'reading' ? fill(words.tray.lines, { count: countText(done, locale) }) : all === null ? '' : fill(words.tray.bytes, { done: size(done), all: size(all) });
  return (
    <span className="tray-state">
      <progress aria-label={name} {...(all === null ? {} : { value: done, max: Math.max(1, all) })} />
      <span className="soft">{said}</span>
      <Button variant="quiet" isDisabled={state === 'stopping'} aria-label={fill(words.tray.stopWhat, { name })} onPress={onStop}>{state === 'stopping' ? words.tray.stopping : words.tray.stop}</Button>
    </span>
  );
}

function Failed({ item: { name, fault }, onForget }: { readonly item: WorkItem; readonly onForget: () => void }) {
  const [words, faultText] = [useWords(), useFaultText()];
  return (
    <span className="tray-state" role="status">
      <span>{faultText(fault)}</span>
      <Button variant="quiet" aria-label={fill(words.tray.forgetWhat, { name })} onPress={onForget}>{words.tray.forget}</Button>
    </span>
  );
}

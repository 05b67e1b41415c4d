/** A draft that is under way and does not run now: what is kept of it, how to go on, how to give it up. */
import { useEffect, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { isAway } from '#client/away.ts';
import type { Session } from '#client/session.ts';
import type { UnfinishedDraft } from '#client/dispatch/unfinished.ts';
import { useGoOn, type UnfinishedSeen } from '../device/unfinished.ts';
import { Button } from '../kit/button.tsx';
import { pickedFile } from '../kit/picked-file.ts';
import { useOutside } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';

const AGAIN_MS = 5_000;

export function UnfinishedLine({ session, seen: { unfinished }, draft }: { readonly session: Session; readonly seen: UnfinishedSeen; readonly draft: UnfinishedDraft }) {
  const [words, locale] = [useWords(), useLocale()];
  const goOn = useGoOn(session);
  const [isEnding, setEnding] = useState(false);
  const { id, subject: name, begun, needed, fault } = draft;
  const isNeeded = needed.length > 0;
  const isWaiting = isAway(fault) && !isNeeded;
  const { clock } = useOutside();
  // What it stops with stands in the list.
  const go = (files: readonly File[] = []): void => void goOn(unfinished, id, files.map(pickedFile)).catch(() => undefined);
  const giveUp = (): void => {
    setEnding(true);
    unfinished.giveUp(id).catch(() => setEnding(false));
  };
  // What a cut stopped goes on by itself; what a reload or a person stopped waits for a person.
  useEffect(() => (isWaiting && !isEnding ? clock.after(AGAIN_MS, () => void goOn(unfinished, id).catch(() => undefined)) : undefined), [isWaiting, isEnding, clock, goOn, unfinished, id]);
  return (
    <li data-state="unfinished">
      <span className="tray-what"><b>{words.tray.kind.sealing}</b> {name}<span className="line soft">{fill(words.tray.unfinished.since, { time: dateText(begun) })}</span></span>
      <span className="tray-state" role="status">
        {fault !== null && <span>{isWaiting ? words.tray.unfinished.waits : faultSentence(fault, locale)}</span>}
        {isNeeded && <span>{fill(words.tray.unfinished.needs, { names: needed.map((one) => `${one.name} (${sizeText(one.sizeBytes, locale)})`).join(', ') })}</span>}
        {isNeeded
          ? <FileTrigger allowsMultiple={needed.length > 1} onSelect={(picked) => go([...(picked ?? [])])}><Button isDisabled={isEnding} aria-label={fill(words.tray.unfinished.pickWhat, { name })}>{words.tray.unfinished.pick}</Button></FileTrigger>
          : <Button isDisabled={isEnding} aria-label={fill(words.tray.unfinished.goOnWhat, { name })} onPress={() => go()}>{words.tray.unfinished.goOn}</Button>}
        <Button variant="quiet" isDisabled={isEnding} aria-label={fill(words.tray.unfinished.giveUpWhat, { name })} onPress={giveUp}>{isEnding ? words.tray.unfinished.givingUp : words.tray.unfinished.giveUp}</Button>
      </span>
    </li>
  );
}

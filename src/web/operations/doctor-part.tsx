/** The doctor in the page: asked at a press, and what it last said, each fault with its mend. */
import { useCallback, useState } from 'react';
import type { z } from 'zod';
import { checkWord, findingSentences } from '#core/finding-words.ts';
import type { Examination, examinationAnswer } from '#wire/api/operations.ts';
import { useEntered } from '../device/entered.ts';
import { useFolderIn } from '../device/use-here.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';

const LOOK_MS = 60_000;
const WATCH_MS = 1_000;

export function DoctorPart() {
  const words = useWords();
  const { session } = useEntered();
  const [isWatched, setWatched] = useState(false);
  const { isBusy, fault, run } = useWork();
  const { value: seen, reload } = useLoaded(useCallback(async () => {
    const answer: z.output<typeof examinationAnswer> = await session.api.call('examination', {});
    setWatched(answer.running !== null);
    return answer;
  }, [session]), isWatched ? WATCH_MS : LOOK_MS);
  const act = (work: () => Promise<unknown>): void => run(async () => {
    await work();
    // What was asked for is a moment later under way.
    setWatched(true);
    reload();
  });
  const isRunning = isWatched || (seen?.running ?? null) !== null;
  return (
    <section className="ops-part" aria-labelledby="ops-doctor">
      <div className="ops-top">
        <h2 id="ops-doctor">{words.operations.doctor}</h2>
        {isRunning
          ? <Button isDisabled={isBusy} onPress={() => act(() => session.api.call('cancelChore', { path: { chore: 'doctor' } }))}>{words.operations.doctorStop}</Button>
          : <Button isDisabled={isBusy} onPress={() => act(() => session.api.call('beginChore', { body: { chore: 'doctor' } }))}>{words.operations.doctorNow}</Button>}
      </div>
      <p className="soft">{words.operations.doctorWhat}</p>
      <Fault error={fault} />
      <p role="status" className="ops-said">{isRunning ? words.operations.doctorRuns : ''}</p>
      {seen !== null && !isRunning && (seen.last === null ? <p>{words.operations.doctorNever}</p> : <Said last={seen.last} />)}
    </section>
  );
}

function Said({ last: { at, ok, checked, findings } }: { readonly last: Examination }) {
  const [words, locale, folderIn] = [useWords(), useLocale(), useFolderIn()];
  const faults = findings.filter(({ level }) => level === 'fault');
  const others = findings.filter(({ level }) => level !== 'fault');
  const sound = checked.filter((check) => findings.every((one) => one.check !== check));
  const verdict = ok ? fill(words.operations.doctorWell, { at: dateText(at), ...(others.length > 0 && { warnings: others.length }) })
    : fill(words.operations.doctorIll, { at: dateText(at), faults: faults.length, warnings: others.length });
  return (
    <>
      <p className="ops-verdict" data-ok={ok}>{verdict}</p>
      <ul className="ops-findings">
        {[...faults, ...others].map((one, i) => {
          const { what, mend } = findingSentences(one.finding, folderIn(one.detail), locale);
          return (
            <li key={`${one.finding} ${i}`} data-level={one.level}>
              <p><b>{one.level === 'fault' ? words.operations.fault : words.operations.warning}</b> {checkWord(one.check, locale)}: {what}</p>
              <p className="soft">{fill(words.operations.mend, { mend })}</p>
            </li>
          );
        })}
      </ul>
      {sound.length > 0 && <p className="soft">{fill(words.operations.sound, { checks: sound.map((check) => checkWord(check, locale)).join(', ') })}</p>}
    </>
  );
}

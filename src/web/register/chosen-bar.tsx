/** What can be done with the lines that are chosen: each kind of errand with how many of them it is for. */
import { useState } from 'react';
import { tellOrigin } from '#client/dispatch/incoming.ts';
import { openMany } from '#client/dispatch/open-many.ts';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { Refusal } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { useFaultText } from '../dispatch/gone-keys.tsx';
import { refine } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { PrintIcon } from '../kit/icons.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';

export interface ChosenBarProps {
  readonly chosen: readonly RegisterRow[];
  /** Called when something was done, so that the register looks again. */
  readonly onDone: () => void;
}

interface Outcome {
  readonly done: number;
  readonly count: number;
  readonly refused: readonly Refusal[];
}

export function ChosenBar({ chosen, onDone }: ChosenBarProps) {
  const [words, faultText] = [useWords(), useFaultText()];
  const { session, office } = useEntered();
  const { isBusy, fault, run } = useWork();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const toOpen = chosen.filter(({ direction, state }) => direction === 'in' && state === 'arrived');
  const toAct = chosen.filter(({ direction, state }) => direction === 'in' && (state === 'opened' || state === 'handed-over'));
  const told = (count: number, refused: readonly Refusal[]): void => {
    setOutcome({ done: count - refused.length, count, refused });
    onDone();
  };
  const openAll = (): void => run(async () => {
    setOutcome(null);
    const opened = await openMany(session, toOpen.map(({ dispatch }) => dispatch), office);
    told(toOpen.length, opened.filter((one) => one instanceof Refusal));
  });
  const actAll = (): void => run(async () => {
    setOutcome(null);
    const refused: Refusal[] = [];
    for (const { dispatch } of toAct) {
      try {
        await tellOrigin(session, 'acted', dispatch, office);
      } catch (error) {
        // Without the station none of the rest can be done either.
        if (!(error instanceof Refusal) || error.code === 'station-unreachable') throw error;
        refused.push(error);
      }
    }
    told(toAct.length, refused);
  });
  if (chosen.length === 0 && outcome === null) return null;
  return (
    <section className="chosen" aria-live="polite" aria-label={words.register.column.chosen}>
      {chosen.length > 0 && (
        <div className="acts">
          <b>{fill(words.register.chosen, { count: chosen.length })}</b>
          {toOpen.length > 0 && <Button variant="primary" isDisabled={isBusy} onPress={openAll}>{fill(words.register.openMany, { count: toOpen.length })}</Button>}
          {toAct.length > 0 && <Button isDisabled={isBusy} onPress={actAll}>{fill(words.register.act, { count: toAct.length })}</Button>}
          <Button onPress={() => refine({ view: 'print' })}><PrintIcon />{fill(words.register.printChosen, { count: chosen.length })}</Button>
          <Button variant="quiet" onPress={() => { setOutcome(null); refine({ chosen: '' }); }}>{words.register.unchoose}</Button>
        </div>
      )}
      {outcome !== null && <p>{fill(words.register.done, { done: outcome.done, count: outcome.count })}</p>}
      {outcome !== null && outcome.refused.length > 0 && (
        <p className="fault">{fill(words.register.refused, { count: outcome.refused.length })} {[...new Set(outcome.refused.map((one) => faultText(one)))].join(' ')}</p>
      )}
      <Fault error={fault} />
    </section>
  );
}

/** The station has its folder: it is started in these pages' place, and whoever looks after it is told what that means. */
import { useCallback, useEffect, useState } from 'react';
import { KeptDevice } from '../device/kept-device.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { EMPTY_FOUNDING, orderOf } from './founding-order.ts';
import { forgetKept, keptFields } from './kept-fields.ts';
import type { SetupApi, SetupState } from './setup-api.ts';

interface StartProps {
  readonly api: SetupApi;
  readonly state: SetupState;
  /** Whoever just pressed for it need not press again. */
  readonly isAtOnce: boolean;
}

export function StartPart({ api, state, isAtOnce }: StartProps) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [isRunning, setRunning] = useState(false);
  const start = useCallback(() => run(async () => {
    const { station, founding } = state.created!;
    const { person, device } = orderOf(keptFields('found', EMPTY_FOUNDING));
    await new KeptDevice(outside, await outside.stores()).keepFoundedPlace({ station, founding, device, person: person.code, name: person.name });
    await api.start(outside);
    forgetKept();
    setRunning(true);
  }), [api, outside, run, state]);
  useEffect(() => { if (isAtOnce) start(); }, [isAtOnce, start]);
  if (isRunning) return <Running state={state} />;
  return (
    <>
      <h1>{words.setup.resumeTitle}</h1>
      <p>{words.setup.resume}</p>
      <Button variant="primary" isDisabled={isBusy} onPress={start}>{isBusy ? words.setup.step.starting : words.setup.resumeStart}</Button>
      <Fault error={fault} />
    </>
  );
}

/** Said once, here: the door that comes next knows nothing of the window in which the station runs. */
function Running({ state: { ports: { link }, again, isBackedUp, backups } }: { readonly state: SetupState }) {
  const words = useWords();
  return (
    <>
      <h1>{words.setup.running.title}</h1>
      <ul className="door-before">
        {isBackedUp && <li>{fill(words.setup.running.backedUp, backups === null ? {} : { folder: backups })}</li>}
        <li>{fill(words.setup.running.here, { url: `${location.origin}/` })}</li>
        <li>{fill(words.setup.running.stations, { link })}</li>
        <li>{words.setup.running.colleagues}</li>
        <li>{words.setup.running.stop}</li>
        <li>{words.setup.running.again} <code>{again}</code></li>
      </ul>
      <Button variant="primary" onPress={() => location.replace('/')}>{words.setup.running.enter}</Button>
    </>
  );
}

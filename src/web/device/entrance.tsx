/** What stands before a station's door: the device that this browser keeps, or the ways to get one. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { byName } from './by-name.ts';
import { useEnter } from './door.tsx';
import type { Here } from './here.ts';
import { type DevicePlace, KeptDevice, type OpenedDevice } from './kept-device.ts';
import { MakeDevice } from './make-device.tsx';
import { OFFICE_KEY, OwnDevice } from './own-device.ts';
import { RestoreDevice } from './restore-device.tsx';
import { UnlockForm } from './unlock-form.tsx';
import { WaitingRoom } from './waiting-room.tsx';

type Stage = 'locked' | 'none' | 'new' | 'card';

export function Entrance({ here }: { readonly here: Here & { readonly station: string } }) {
  const outside = useOutside();
  const words = useWords();
  const enter = useEnter();
  const { fault, run } = useWork();
  const [kept, setKept] = useState<KeptDevice | null>(null);
  const [place, setPlace] = useState<DevicePlace | null>(null);
  const [stage, setStage] = useState<Stage>('none');
  const [waiting, setWaiting] = useState<OpenedDevice | null>(null);
  const look = useCallback(async (device: KeptDevice) => {
    const found = await device.place();
    // A device may stand under this machine's name, and passkeys need one.
    const named = found === null ? byName(location) : null;
    if (named !== null) return location.replace(named);
    setPlace(found);
    setStage(found === null ? 'none' : 'locked');
    setKept(device);
  }, []);
  useEffect(() => run(async () => look(new KeptDevice(outside, await outside.stores()))), [outside, look, run]);
  const onOpened = useCallback((opened: OpenedDevice) => {
    const offices = opened.state === 'waiting' ? [] : opened.session.offices();
    const office = offices.find((one) => one === sessionStorage.getItem(OFFICE_KEY)) ?? offices[0];
    if (kept === null || office === undefined) return setWaiting(opened);
    enter({ session: opened.session, link: opened.link, office, own: new OwnDevice(kept, opened, outside.clock) });
  }, [enter, kept, outside]);
  const step = useMemo(() => kept && { kept, station: here.station, onOpened, onBack: () => setStage(place === null ? 'none' : 'locked') }, [kept, here, onOpened, place]);
  return (
    <main className="door" id="work" tabIndex={-1}>
      <p className="door-place"><b>{here.organisation}</b> <span>{fill(words.door.at, { station: here.station, ...(here.site !== null && { site: here.site }) })}</span></p>
      <div className="door-card">
        {step === null ? <><Fault error={fault} /><p className="waiting" role="status">{words.loading}</p></>
          : waiting !== null ? <WaitingRoom kept={step.kept} opened={waiting} onOpened={onOpened} />
          : stage === 'locked' && place !== null ? <UnlockForm {...step} place={place} onCard={() => setStage('card')} onForgotten={() => run(() => look(step.kept))} />
          : stage === 'new' ? <MakeDevice {...step} onKept={() => run(() => look(step.kept))} />
          : stage === 'card' ? <RestoreDevice {...step} place={place} />
          : <Ways onNew={() => setStage('new')} onCard={() => setStage('card')} />}
      </div>
    </main>
  );
}

function Ways({ onNew, onCard }: { readonly onNew: () => void; readonly onCard: () => void }) {
  const words = useWords();
  return (
    <>
      <h1>{words.door.none}</h1>
      <p className="soft">{words.door.noneWhat}</p>
      <ul className="ways">
        <li><Button variant="primary" onPress={onNew}>{words.door.makeNew}</Button><span>{words.door.makeNewWhat}</span></li>
        <li><Button onPress={onCard}>{words.door.byCard}</Button><span>{words.door.byCardWhat}</span></li>
      </ul>
    </>
  );
}

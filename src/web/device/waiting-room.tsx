/**
 * A device whose keys are made and which the directory does not have yet. Whoever has another device lets this one in by
 * its code; whoever has none hands over a file and reads the fingerprint aloud.
 */
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { JoinByCode } from './join-by-code.tsx';
import type { KeptDevice, OpenedDevice } from './kept-device.ts';

const LOOK_EVERY_MS = 2_000;

interface Props {
  readonly kept: KeptDevice;
  readonly opened: OpenedDevice;
  readonly onOpened: (opened: OpenedDevice) => void;
}

interface Request {
  readonly bytes: Uint8Array;
  readonly fingerprint: string;
}

export function WaitingRoom({ kept, opened, onOpened }: Props) {
  const words = useWords();
  const { clock } = useOutside();
  const [request, setRequest] = useState<Request | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => { kept.request().then(setRequest, setFault); }, [kept]);
  const look = useCallback(async () => {
    const next = await kept.lookAgain(opened);
    if (next.state === 'in' && next.session.offices().length > 0) onOpened(next);
  }, [kept, opened, onOpened]);
  useEffect(() => {
    let isWanted = true;
    let cancel = (): void => undefined;
    const round = async (): Promise<void> => {
      await look().then(() => setFault(null), setFault);
      if (isWanted) cancel = clock.after(LOOK_EVERY_MS, () => void round());
    };
    void round();
    return () => {
      isWanted = false;
      cancel();
    };
  }, [look, clock]);
  const isKnown = opened.session.api.isLoggedIn;
  const byFile = request !== null && <ByFile device={opened.place.device} request={request} />;
  if (!isKnown && request !== null && hasOther(opened)) {
    return (
      <>
        <h1>{words.door.ownTitle}</h1>
        <JoinByCode kept={kept} opened={opened} lookFault={fault} />
        <details className="join-file"><summary>{words.door.ownFile}</summary>{byFile}</details>
      </>
    );
  }
  return (
    <>
      <h1>{words.door.waitTitle}</h1>
      {isKnown ? <p className="caution">{words.door.noOffice}</p> : byFile}
      <Fault error={fault} />
      <p className="waiting" role="status">{words.door.waiting}</p>
    </>
  );
}

/** Where the station's network is cut, and for who has no other device. */
function ByFile({ device, request }: { readonly device: string; readonly request: Request }) {
  const words = useWords();
  return (
    <>
      <ol className="steps">
        <li><p>{words.door.waitOne}</p><Button variant="primary" onPress={() => downloadBytes(`yeu-cau-${device}.cbor`, request.bytes)}>{words.door.download}</Button></li>
        <li><p>{words.door.waitTwo}</p><p className="print" aria-label={words.door.fingerprint}>{request.fingerprint}</p></li>
        <li><p>{words.door.waitThree}</p></li>
      </ol>
      <p className="soft">{words.door.vouched}</p>
    </>
  );
}

/** Whether the person has a device in force, which can vouch for this one. */
function hasOther({ session: { view }, place: { person } }: OpenedDevice): boolean {
  return view.devices(person).length > 0;
}

/** A new device that was vouched for: who admits it, and that this device gives it the office keys once it stands in the directory. */
import { useCallback, useState } from 'react';
import { admitVouched } from '#client/directory/people-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import type { VouchedNow } from '#client/keyring/request-shelf.ts';
import type { Session } from '#client/session.ts';
import { giveIfAdmitted } from '#client/keyring/vouched-device.ts';
import { askedIn } from '#model/device-requests.ts';
import { deviceRequest } from '#wire/invitation.ts';
import { type Happened, useLive } from '../device/live.ts';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';

interface VouchedProps extends VouchedNow {
  readonly session: Session;
}

export function Vouched({ session, request, stations }: VouchedProps) {
  const words = useWords();
  const { isBusy, fault, run, runNext } = useWork();
  const [isIn, setIn] = useState(false);
  const { device } = askedIn(request);
  const look = useCallback(() => runNext(async () => {
    if ((await giveIfAdmitted(session, request)) !== null) setIn(true);
  }), [runNext, session, request]);
  useLive(look, hasGrown);
  const admit = (): void => run(async () => {
    await admitVouched(session, request);
    look();
  });
  if (isIn) return <p role="status" className="done">{fill(words.settings.vouchIn, { device })}</p>;
  return (
    <>
      <p role="status" className="done">{stations.length === 0 ? fill(words.settings.vouchedNowhere, { device }) : fill(words.settings.vouchedLeft, { device, stations: stations.join(', ') })}</p>
      <div className="acts">
        {isRegistrar(session) && <Button variant="primary" isDisabled={isBusy} onPress={admit}>{words.settings.vouchAdmit}</Button>}
        <Button variant={stations.length === 0 ? 'primary' : 'quiet'} onPress={() => downloadBytes(`bao-lanh-${device}.cbor`, deviceRequest.encode(request))}>{words.settings.vouchFile}</Button>
      </div>
      <Fault error={fault} />
    </>
  );
}

function hasGrown({ kind }: Happened): boolean {
  return kind === 'directory-grown';
}

/** This device signs for another of the same person: its request comes as a file and goes on as one. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { vouchFor } from '#client/device-request.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { fingerprintOf } from '#model/proofs.ts';
import { type DeviceRequest, deviceRequest, type DeviceRequestStatement, deviceRequestStatement } from '#wire/invitation.ts';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import type { PartProps } from './slots-part.tsx';

interface Asked {
  readonly request: DeviceRequest;
  readonly statement: DeviceRequestStatement;
}

export function VouchPart({ own }: Pick<PartProps, 'own'>) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isDone, setDone] = useState(false);
  const { session } = own.opened;
  const read = (files: FileList | null): void => run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    setDone(false);
    const request = readDeviceRequest(new Uint8Array(await file.arrayBuffer()));
    setAsked({ request, statement: deviceRequestStatement.decode(request.statement) });
  });
  const vouch = ({ request, statement }: Asked): void => run(async () => {
    const { crypto, random, ring, view } = session;
    downloadBytes(`bao-lanh-${statement.device}.cbor`, deviceRequest.encode(await vouchFor({ crypto, random, ring, view, now: session.now() }, request)));
    setAsked(null);
    setDone(true);
  });
  return (
    <section aria-labelledby="set-vouch">
      <h2 id="set-vouch">{words.settings.vouch}</h2>
      <p className="soft">{words.settings.vouchWhat}</p>
      {asked === null ? <FileTrigger onSelect={read}><Button>{words.settings.vouchPick}</Button></FileTrigger> : (
        <div className="caution" role="group" aria-labelledby="set-vouch">
          <div>
            <p>{fill(words.settings.vouchAsk, { device: asked.statement.device, name: asked.statement.name })}</p>
            <p className="print">{fingerprintOf(session.crypto, asked.request.statement)}</p>
            <div className="acts">
              <Button variant="primary" isDisabled={isBusy} onPress={() => vouch(asked)}>{words.settings.vouchDo}</Button>
              <Button onPress={() => setAsked(null)}>{words.settings.vouchNot}</Button>
            </div>
          </div>
        </div>
      )}
      <Fault error={fault} />
      {isDone && <p role="status" className="done">{words.settings.vouched}</p>}
    </section>
  );
}

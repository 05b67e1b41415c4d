/** A new person, or another device of one: the request comes as a file, its fingerprint by another way, from their own mouth. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { demandFingerprint, isVouchedFor, readDeviceRequest } from '#client/device-request.ts';
import { addMember } from '#client/people-errands.ts';
import { deviceRequest, type DeviceRequest, deviceRequestStatement, type DeviceRequestStatement } from '#wire/invitation.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { PickOne, Text } from '../kit/field.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { Act } from './act-dialog.tsx';
import { Said, saidOfJoining } from './said.tsx';
import type { Directory } from './use-directory.ts';

interface Asked {
  readonly request: DeviceRequest;
  readonly statement: DeviceRequestStatement;
  readonly isVouched: boolean;
}

const PRINT_CHARACTERS_MAX = 60;

export function JoinAct({ directory: { view, book, look } }: { readonly directory: Directory }) {
  const words = useWords();
  const { session } = useEntered();
  const reading = useWork();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [print, setPrint] = useState('');
  const [position, setPosition] = useState<string | null>(null);
  const [said, setSaid] = useState<readonly string[]>([]);
  const read = (files: FileList | null): void => reading.run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    setAsked(null);
    const request = readDeviceRequest(new Uint8Array(await file.arrayBuffer()));
    setAsked({ request, statement: deviceRequestStatement.decode(request.statement), isVouched: await isVouchedFor(session.crypto, view, request, session.now()) });
  });
  const join = async ({ request, isVouched }: Asked, to: string): Promise<void> => {
    if (!isVouched) demandFingerprint(session.crypto, request, print);
    const joined = await addMember(session, { to, request: deviceRequest.encode(request) });
    setSaid(saidOfJoining(joined, to, session.view, words));
    [setAsked, setPosition].forEach((clear) => clear(null));
    setPrint('');
    look();
  };
  const items = book.offices.filter(({ hasEnded }) => !hasEnded).flatMap(({ office, seats }) => seats.map((seat) => ({ id: seat.position.position, name: seat.position.title, under: office.name })));
  const isWhole = asked !== null && position !== null && (asked.isVouched || print.trim() !== '');
  return (
    <div className="folk-join">
      <Act ask={words.directory.join} title={words.directory.joinTitle} act={isWhole ? () => join(asked, position) : null}>
        <p className="soft">{words.directory.joinHow}</p>
        <FileTrigger onSelect={read}><Button>{words.directory.joinFile}</Button></FileTrigger>
        <Fault error={reading.fault} />
        {asked !== null && (
          <>
            <p>{fill(words.directory.joinAsks, { name: asked.statement.name, person: asked.statement.person, device: asked.statement.device })}</p>
            {asked.isVouched ? <p className="soft">{words.directory.joinVouched}</p> : <Text label={words.directory.joinPrint} value={print} onChange={setPrint} maxLength={PRINT_CHARACTERS_MAX} />}
            <PickOne all={words.directory.showAll} label={words.directory.joinSeat} items={items} value={position} onChange={setPosition} />
            <p>{words.directory.joinWhat}</p>
          </>
        )}
      </Act>
      <Said lines={said} />
    </div>
  );
}

/** A new person, or another device of one: the request comes as a file, its fingerprint by another way, from their own mouth. */
import { useState } from 'react';
import { demandFingerprint } from '#client/keyring/device-request.ts';
import { addMember, demandVouched } from '#client/directory/people-errands.ts';
import { demandVoucher, readDeviceRequest } from '#model/device-requests.ts';
import { deviceRequest, type DeviceRequest, deviceRequestStatement, type DeviceRequestStatement } from '#wire/invitation.ts';
import { useEntered } from '../device/entered.ts';
import { useBegun } from '../frame/begun.ts';
import { Act } from '../kit/act-dialog.tsx';
import { PickOne } from '../kit/field.tsx';
import { HeardPrint, RequestPicker, useRequestFile } from '../kit/request-file.tsx';
import { fill, useWords } from '../words/words.ts';
import { Said, saidOfJoining } from './said.tsx';
import { SlipAct } from './slip-act.tsx';
import type { Directory } from './use-directory.ts';

interface Asked {
  readonly request: DeviceRequest;
  readonly statement: DeviceRequestStatement;
  readonly isVouched: boolean;
}

/** @param seat the position at whose page this stands */
export function JoinAct({ directory, seat = null }: { readonly directory: Directory; readonly seat?: string | null }) {
  const words = useWords();
  const { session } = useEntered();
  const { view, book, look } = directory;
  const file = useRequestFile(async (bytes): Promise<Asked> => {
    const request = readDeviceRequest(bytes);
    const isVouched = request.voucher !== undefined;
    if (isVouched) await demandVoucher(session.crypto, view, request, session.now());
    return { request, statement: deviceRequestStatement.decode(request.statement), isVouched };
  });
  const { asked, print } = file;
  const isBegun = useBegun('join');
  const [position, setPosition] = useState<string | null>(seat);
  const [said, setSaid] = useState<readonly string[]>([]);
  const [joined, setJoined] = useState<{ readonly person: string; readonly position: string } | null>(null);
  const join = async ({ request, isVouched }: Asked, to: string): Promise<void> => {
    // What was found when the file was read may have ended since.
    if (isVouched) await demandVouched(session, request);
    else demandFingerprint(session.crypto, request, print);
    const member = await addMember(session, { to, request: deviceRequest.encode(request) });
    setSaid(saidOfJoining(member, to, session, words));
    setJoined({ person: member.person, position: to });
    file.forget();
    setPosition(seat);
    look();
  };
  const items = book.offices.filter(({ hasEnded }) => !hasEnded).flatMap(({ office, seats }) => seats.map((one) => ({ id: one.position.position, name: one.position.title, under: office.name })));
  const isWhole = asked !== null && position !== null && (asked.isVouched || print.trim() !== '');
  return (
    <div className="folk-join">
      <Act ask={words.directory.join} title={words.directory.joinTitle} isBegun={isBegun} act={isWhole ? () => join(asked, position) : null}>
        <p className="soft">{words.directory.joinHow}</p>
        <RequestPicker file={file} label={words.directory.joinFile} isNone={words.directory.joinNone} />
        {asked !== null && (
          <>
            <p>{fill(words.directory.joinAsks, { name: asked.statement.name, person: asked.statement.person, device: asked.statement.device })}</p>
            {asked.isVouched ? <p className="soft">{words.directory.joinVouched}</p> : <HeardPrint file={file} label={words.directory.joinPrint} />}
            <PickOne all={words.directory.showAll} label={words.directory.joinSeat} items={items} value={position} onChange={setPosition} />
            <p>{words.directory.joinWhat}</p>
          </>
        )}
      </Act>
      <Said lines={said} />
      {joined !== null && view.person(joined.person) !== null && <SlipAct directory={directory} {...joined} />}
    </div>
  );
}

/** A new person, or another device of one: the request comes as a file, its fingerprint by another way, from their own mouth. */
import { useState } from 'react';
import { demandFingerprint } from '#client/keyring/device-request.ts';
import { addMember, demandVouched } from '#client/directory/people-errands.ts';
import { printable } from '#core/printable.ts';
import { demandVoucher, readDeviceRequest } from '#model/device-requests.ts';
import { lasts } from '#model/directory-ending.ts';
import type { DirectoryState } from '#model/directory-state.ts';
import { positionMay } from '#model/rights.ts';
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
  const { view, now, book, look } = directory;
  const [position, setPosition] = useState<string | null>(seat);
  const file = useRequestFile(async (bytes): Promise<Asked> => {
    const request = readDeviceRequest(bytes);
    const isVouched = request.voucher !== undefined;
    if (isVouched) await demandVoucher(session.crypto, view, request, session.now());
    const statement = deviceRequestStatement.decode(request.statement);
    setPosition(seat ?? seatMeant(view, statement, now));
    return { request, statement, isVouched };
  });
  const { asked, print } = file;
  const isBegun = useBegun('join');
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
            <p>{fill(words.directory.joinAsks, { name: printable(asked.statement.name), person: asked.statement.person, device: asked.statement.device })}</p>
            {asked.isVouched ? <p className="soft">{words.directory.joinVouched}</p> : <HeardPrint file={file} label={words.directory.joinPrint} />}
            {asked.statement.seal !== undefined && <p className="soft">{words.directory.joinSeal}</p>}
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

/** What a request most likely means: the position that its person holds, or, where it brings a seal, the one that lacks it; null where it may be several. */
function seatMeant(view: DirectoryState, { person, seal }: DeviceRequestStatement, now: number): string | null {
  const held = view.held(person, now).filter(({ acting }) => acting === null);
  const unsealed = seal === undefined ? [] : view.everyPosition().filter((one) => lasts(one, now) && one.seal === null && positionMay(one, 'carry the seal'));
  const [only, ...others] = held.length > 0 ? held : unsealed;
  return only === undefined || others.length > 0 ? null : only.position;
}

/** Admits a station that was invited: its request as a file, its fingerprint from the mouth of who sits there, its first office. */
import { useState } from 'react';
import { FIRST_RIGHTS } from '#client/directory/founding-errand.ts';
import { isAdmitted } from '#client/directory/newcomers.ts';
import { type Admitted, admitStation, FIRST_TITLE, firstThere, readJoinRequest } from '#client/directory/station-errands.ts';
import { printable } from '#core/printable.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { DeviceRequestStatement, JoinRequestStatement } from '#wire/invitation.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { Text } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX, SYMBOL_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { HeardPrint, RequestPicker, useRequestFile } from '../kit/request-file.tsx';
import { fill, useWords } from '../words/words.ts';
import type { WithBook } from './use-book.ts';

interface Asked {
  readonly bytes: Uint8Array;
  readonly statement: JoinRequestStatement;
  /** Who will be the first there, as they wrote themselves down; null for a relay. */
  readonly first: Pick<DeviceRequestStatement, 'person' | 'name' | 'device'> | null;
}

const EMPTY = { office: '', name: '', symbol: '' };
/** Room for `-vt` behind it. */
const POSITION_STEM_CHARACTERS = 28;

export function AdmitAct({ withBook, onAdmitted }: { readonly withBook: WithBook; readonly onAdmitted: (station: string) => void }) {
  const words = useWords();
  const { session } = useEntered();
  const [office, setOffice] = useState(EMPTY);
  const file = useRequestFile((bytes): Asked => {
    const statement = readJoinRequest(bytes);
    const suggested = statement.office ?? statement.station;
    // Whoever wrote it sits at a station that is not in yet: an office that stands is not theirs to name.
    setOffice({ ...EMPTY, office: isTaken(session.view, suggested) ? '' : suggested });
    return { bytes, statement, first: firstThere(statement) };
  });
  const { asked, print } = file;
  const [admitted, setAdmitted] = useState<Admitted | null>(null);
  // Admitted before: only its file is written anew.
  const isIn = asked !== null && isAdmitted(session.view, asked.statement);
  const isOfOffice = asked !== null && asked.first !== null && !isIn;
  const shapeFault = office.office === '' || CODE_SHAPE.test(office.office) ? null : words.setup.codeShape;
  const codeFault = shapeFault ?? (isTaken(session.view, office.office) ? words.stations.invite.officeTaken : null);
  const hasOffice = office.name.trim() !== '' && office.symbol.trim() !== '' && office.office !== '' && codeFault === null;
  const isWhole = asked !== null && print.trim() !== '' && (!isOfOffice || hasOffice);
  const admit = async ({ bytes }: Asked): Promise<void> => {
    const first = { office: office.office, name: clean(office.name), symbol: clean(office.symbol) };
    const seat = { position: seatOf(first.office), title: FIRST_TITLE, rights: FIRST_RIGHTS };
    const order = { request: bytes, fingerprint: print, office: isOfOffice ? first : undefined, position: isOfOffice ? seat : undefined };
    const done = await withBook((book) => admitStation(session, book, order));
    setAdmitted(done);
    file.forget();
    onAdmitted(done.station);
  };
  const set = (name: keyof typeof EMPTY) => (value: string): void => setOffice((before) => ({ ...before, [name]: value }));
  return (
    <>
      <Act ask={words.stations.invite.admit} title={words.stations.invite.admitTitle} act={isWhole ? () => admit(asked) : null}>
        <p className="soft">{words.stations.invite.admitHow}</p>
        <RequestPicker file={file} label={words.stations.invite.admitFile} isNone={words.stations.invite.admitNone} />
        {asked !== null && (
          <>
            <p>{fill(words.stations.invite.asks, { station: asked.statement.station, site: asked.statement.site, ...(asked.first !== null && { ...asked.first, name: printable(asked.first.name) }) })}</p>
            <HeardPrint file={file} label={words.stations.invite.print} />
            {isOfOffice && (
              <>
                <Text isVerbatim maxLength={LIMITS.codeBytes} label={words.stations.invite.office} hint={words.stations.invite.officeHint} value={office.office} onChange={set('office')} fault={codeFault} />
                <Text isVerbatim label={words.stations.invite.officeName} hint={words.stations.invite.officeNameHint} value={office.name} onChange={set('name')} fault={null} maxLength={NAME_CHARACTERS_MAX} />
                <Text isVerbatim maxLength={SYMBOL_CHARACTERS_MAX} label={words.stations.invite.symbol} hint={words.stations.invite.symbolHint} value={office.symbol} onChange={set('symbol')} fault={null} />
              </>
            )}
            <p>{isIn ? words.stations.invite.admitIn : words.stations.invite.admitWhat}</p>
          </>
        )}
      </Act>
      {admitted !== null && (
        <div className="net-code" role="status" tabIndex={-1} ref={arrive}>
          <p>{fill(words.stations.invite.admission, { station: admitted.station })}</p>
          <div className="acts">
            <Button variant="primary" onPress={() => downloadBytes(`${admitted.station}-ket-nap.cbor`, admitted.bytes)}>{words.stations.invite.admissionFile}</Button>
            <Button onPress={() => setAdmitted(null)}>{words.stations.invite.done}</Button>
          </div>
        </div>
      )}
    </>
  );
}

function seatOf(office: string): string {
  return `${office.slice(0, POSITION_STEM_CHARACTERS)}-vt`;
}

/** Whether the office that would be made, or the position of its first person, has a code that stands or has stood. */
function isTaken(view: DirectoryView, office: string): boolean {
  return view.office(office) !== null || view.position(seatOf(office)) !== null;
}

function clean(text: string): string {
  return text.normalize('NFC').trim();
}

/** Invites a station: who it is, whom it meets first and where; then the file and its code, which is shown once. */
import { useState } from 'react';
import { INVITATION_DAYS, INVITATION_DAYS_MAX, type Invited, inviteStation } from '#client/directory/station-errands.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { useBegun } from '../frame/begun.ts';
import { Act } from '../kit/act-dialog.tsx';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { codeFollowing } from '../kit/code-of.ts';
import { downloadBytes } from '../kit/download.ts';
import { PickOne, Text } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import type { WithBook } from './use-book.ts';

interface Given extends Invited {
  readonly station: string;
}

const EMPTY = { station: '', site: '', address: '', days: String(INVITATION_DAYS) };
const ADDRESS_CHARACTERS_MAX = 250;
const DAYS_CHARACTERS_MAX = 3;

export function InviteAct({ withBook, onGiven }: { readonly withBook: WithBook; readonly onGiven: () => void }) {
  const words = useWords();
  const { session } = useEntered();
  const stations = session.view.stations();
  const [values, setValues] = useState(EMPTY);
  const [chosen, setNeighbour] = useState<string | null>(null);
  // Where there is one station only, there is nothing to choose.
  const neighbour = chosen ?? (stations.length === 1 ? stations[0]!.station : null);
  const [given, setGiven] = useState<Given | null>(null);
  const isBegun = useBegun('invite');
  const days = Number(values.days);
  const faults = {
    station: values.station === '' || CODE_SHAPE.test(values.station) ? null : words.setup.codeShape,
    address: values.address === '' || (ADDRESS_SHAPE.test(values.address) && /:\d{1,5}$/.test(values.address)) ? null : words.stations.invite.addressShape,
    days: Number.isInteger(days) && days >= 1 && days <= INVITATION_DAYS_MAX ? null : fill(words.stations.invite.daysShape, { max: INVITATION_DAYS_MAX }),
  };
  const isWhole = values.station !== '' && values.site.trim() !== '' && neighbour !== null && Object.values(faults).every((fault) => fault === null);
  const give = async (): Promise<void> => {
    const order = { station: values.station, site: values.site.normalize('NFC').trim(), neighbour, address: values.address === '' ? undefined : values.address, days };
    const invited = await withBook((book) => inviteStation(session, book, order));
    setGiven({ ...invited, station: order.station });
    setValues(EMPTY);
    setNeighbour(null);
    onGiven();
  };
  const set = (name: keyof typeof EMPTY) => (value: string): void => setValues((before) => ({ ...before, [name]: value }));
  return (
    <>
      <Act ask={words.stations.invite.ask} title={words.stations.invite.askTitle} isBegun={isBegun} act={isWhole ? give : null}>
        <Text isVerbatim label={words.stations.invite.site} hint={words.stations.invite.siteHint} value={values.site} onChange={(site) => setValues((before) => ({ ...before, site, station: codeFollowing(before.station, before.site, site) }))} fault={null} maxLength={NAME_CHARACTERS_MAX} />
        <Text isVerbatim maxLength={LIMITS.codeBytes} label={words.stations.invite.station} hint={words.stations.invite.stationHint} value={values.station} onChange={set('station')} fault={faults.station} />
        <PickOne all={words.directory.showAll} label={words.stations.invite.neighbour} items={stations.map(({ station, site }) => ({ id: station, name: site, under: station }))} value={neighbour} onChange={setNeighbour} />
        <Text isVerbatim label={words.stations.invite.address} hint={words.stations.invite.addressHint} value={values.address} onChange={set('address')} fault={faults.address} maxLength={ADDRESS_CHARACTERS_MAX} />
        <Text isVerbatim label={words.stations.invite.days} hint={fill(words.stations.invite.daysHint, { max: INVITATION_DAYS_MAX })} value={values.days} onChange={set('days')} fault={faults.days} maxLength={DAYS_CHARACTERS_MAX} />
      </Act>
      {given !== null && (
        <div className="net-code" role="status" tabIndex={-1} ref={arrive}>
          <p>{fill(words.stations.invite.made, { station: given.station, at: dateText(given.expires) })}</p>
          <p>{words.stations.invite.code} <code className="print">{given.code}</code></p>
          <p className="soft">{words.stations.invite.codeWhat}</p>
          <div className="acts">
            <Button variant="primary" onPress={() => downloadBytes(`${given.station}-moi.cbor`, given.bytes)}>{words.stations.invite.download}</Button>
            <Button onPress={() => setGiven(null)}>{words.stations.invite.done}</Button>
          </div>
        </div>
      )}
    </>
  );
}

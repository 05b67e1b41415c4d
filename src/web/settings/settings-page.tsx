/** How the page looks, when it locks, and the ways to open the device that this browser keeps. */
import { useState } from 'react';
import { organisationShown } from '#model/organisation-id.ts';
import { stationLabel } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { type IdleMinutes, idleMinutes, setIdleMinutes } from '../device/idle-lock.tsx';
import { Choice } from '../kit/field.tsx';
import { useLook } from '../kit/look.ts';
import { fill, useWords } from '../words/words.ts';
import { CardPart } from './card-part.tsx';
import { KeptPart } from './kept-part.tsx';
import { PasskeyPart } from './passkey-part.tsx';
import { PassphrasePart } from './passphrase-part.tsx';
import { SlotsPart } from './slots-part.tsx';
import { VouchPart } from './vouch-part.tsx';

export function SettingsPage() {
  const words = useWords();
  const { session, own } = useEntered();
  const { locale, setLocale, themeChoice, setTheme } = useLook();
  const [idle, setIdle] = useState(idleMinutes);
  // The ring is changed in place: what shows its slots is told by another round.
  const [round, setRound] = useState(0);
  const changed = (): void => setRound((one) => one + 1);
  const { contents } = session.ring;
  return (
    <div className="room prose settings">
      <h1>{words.settings.title}</h1>
      <section aria-labelledby="set-look">
        <h2 id="set-look">{words.settings.look}</h2>
        <div className="set-pair">
          <Choice label={words.settings.language} value={locale} choices={words.settings.languages} onChange={setLocale} />
          <Choice label={words.settings.theme} value={themeChoice} choices={words.settings.themes} onChange={setTheme} />
          {own !== null && <Choice<IdleMinutes> label={words.settings.idle} value={idle} choices={words.settings.idleChoice} onChange={(minutes) => { setIdleMinutes(minutes); setIdle(minutes); }} />}
        </div>
      </section>
      <section aria-labelledby="set-device">
        <h2 id="set-device">{words.settings.device}</h2>
        {own === null ? <p className="soft">{words.settings.practice}</p>
          : (
            <>
              <p>{fill(words.settings.deviceIs, { device: contents.device ?? '', name: contents.name, site: stationLabel(session, own.opened.place.station), station: own.opened.place.station })}</p>
              <p className="soft">{fill(words.settings.organisationIs, { name: own.opened.session.view.organisation.name, id: organisationShown(own.opened.session.view.organisation.id) })}</p>
            </>
          )}
      </section>
      {own !== null && (
        <>
          <SlotsPart own={own} round={round} onChanged={changed} />
          <CardPart own={own} onChanged={changed} />
          <PasskeyPart own={own} onChanged={changed} />
          <PassphrasePart own={own} onChanged={changed} />
          <VouchPart own={own} />
          <KeptPart opened={own.opened} />
        </>
      )}
    </div>
  );
}

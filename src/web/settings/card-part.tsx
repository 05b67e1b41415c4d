/** The recovery card: shown once, taken to paper, and tried from the paper before it counts. */
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { makeCardCode } from '#client/keyring/card.ts';
import { addressForOthers } from '#client/station-address.ts';
import { stationLabel } from '#model/peer-names.ts';
import { certificatePrint } from '#model/proofs.ts';
import { askHere } from '../device/here.ts';
import type { OwnDevice } from '../device/own-device.ts';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Secret } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import type { PartProps } from './slots-part.tsx';

interface MadeCard {
  readonly code: string;
  readonly number: number;
  /** Where other machines open the station's pages; null where nobody here knows. */
  readonly address: string | null;
}

export function CardPart({ own, onChanged }: PartProps) {
  const words = useWords();
  const { transport } = useOutside();
  const { isBusy, fault, run } = useWork();
  const [made, setMade] = useState<MadeCard | null>(null);
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState('');
  const { session } = own.opened;
  const make = (): void => run(async () => {
    const before = session.ring.slots.find((slot) => slot.kind === 'card');
    const here = await askHere(transport('')).catch(() => null);
    const address = addressForOthers(location.origin, here?.elsewhere);
    setMade({ code: makeCardCode(session.crypto.hash, session.random), number: (before?.number ?? 0) + 1, address });
    setSaid('');
  });
  const tryIt = (card: MadeCard): void => run(async () => {
    await own.kept.takeCard(own.opened, card, typed);
    setMade(null);
    setTyped('');
    setSaid(fill(words.settings.cardWorks, { number: card.number }));
    onChanged();
  });
  return (
    <section aria-labelledby="set-card" id="card">
      <h2 id="set-card">{words.settings.card}</h2>
      <p className="soft">{words.settings.cardWhat}</p>
      {made === null ? <Button isDisabled={isBusy} onPress={make}>{words.settings.cardMake}</Button> : (
        <>
          <PaperCard key={made.code} own={own} card={made} />
          {made.address === null && <><p>{words.settings.cardByHand}</p><p className="hint">{words.settings.cardByHandRuns}</p></>}
          <p className="caution">{words.settings.cardUntried}</p>
          <div className="acts"><Button onPress={() => print()}>{words.settings.cardPrint}</Button></div>
          <Form className="door-form" onSubmit={(event) => { event.preventDefault(); tryIt(made); }}>
            <Secret label={words.settings.cardTry} value={typed} onChange={setTyped} />
            <Fault error={fault} />
            <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.settings.cardTrying : words.settings.cardTryDo}</Button>
          </Form>
        </>
      )}
      {said !== '' && <p ref={arrive} tabIndex={-1} role="status" className="done">{said}</p>}
    </section>
  );
}

/** What is printed: this alone, when the page is printed. */
function PaperCard({ own, card }: { readonly own: OwnDevice; readonly card: MadeCard }) {
  const words = useWords();
  const { session, place } = own.opened;
  const groups = card.code.split('-');
  return (
    <div className="paper-card" ref={arrive} tabIndex={-1} role="group" aria-labelledby="set-paper">
      <h3 id="set-paper">{fill(words.settings.cardTitle, { number: card.number })}</h3>
      <p>{fill(words.settings.cardOf, { name: place.name, device: place.device, site: stationLabel(session, place.station), station: place.station, date: dateText(session.clock.now()) })}</p>
      <p className="print">{[groups.slice(0, 4), groups.slice(4)].map((line) => <span key={line[0]} className="line">{line.join('-')}</span>)}</p>
      <p>{card.address === null ? words.settings.cardAddressLine : fill(words.settings.cardAddress, { address: card.address })}</p>
      <p>{words.settings.cardUse}</p>
      <p>{fill(words.settings.cardRoot, { fingerprint: certificatePrint(session.crypto, session.view.organisation.root.p256) })}</p>
      <p>{fill(words.settings.cardCall, { registrars: session.view.registrars().map(({ person }) => session.view.person(person)?.name ?? person).join(', ') })}</p>
    </div>
  );
}

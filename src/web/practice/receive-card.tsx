/** The other end: a sealed dispatch comes, is checked and opened, and the receipt goes home. */
import { openDispatch } from '#client/dispatch/incoming.ts';
import { CoreSheet } from '../dispatch/core-sheet.tsx';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { ShieldIcon } from '../kit/icons.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { Opening, type Place, useDevice } from './place.tsx';
import { useFollowedArrival } from './use-followed.ts';

/** ECDSA and ML-DSA: each act of a person, the office seal and the station's sealing are signed by both. */
const ALGORITHMS = 2;
const OFFICE_AND_STATION = 2;

/** As the sender knows it: what has become of the dispatch. */
export interface Heard {
  readonly hasArrived: boolean;
  readonly isOpenedHome: boolean;
}

export function ReceiveCard({ hasArrived, isOpenedHome, ...place }: Place & Heard) {
  const { person, control: { journey: { sent, opened }, go } } = place;
  const words = useWords();
  const { session, fault } = useDevice(place);
  const { isBusy, fault: openFault, run } = useWork();
  useFollowedArrival(place, session);
  if (sent === null) return <p className="said">{words.practice.waitFor.post}</p>;
  if (session === null) return <Opening person={person} fault={fault} />;
  if (opened !== null) {
    return (
      <>
        <h2>{words.receive.title}</h2>
        <p className="valid"><ShieldIcon /><span><b>{words.receive.valid}.</b> {fill(words.receive.checks, { count: (opened.endorsements.length + OFFICE_AND_STATION) * ALGORITHMS })}</span></p>
        <CoreSheet known={session} core={opened.core} symbol={`${opened.seal.number.number}/${opened.seal.symbol}`} incoming={opened.number.number} opened={{ session, of: opened, partKeys: opened.partKeys }} />
        <p className="soft" role="status">{isOpenedHome ? words.receive.home : words.receive.finished}</p>
      </>
    );
  }
  if (!hasArrived) return <p className="said" role="status">{words.receive.waiting}</p>;
  return (
    <>
      <h2>{words.receive.title}</h2>
      <p role="status">{words.receive.arrived}</p>
      <Fault error={openFault} />
      <Button variant="primary" isDisabled={isBusy} onPress={() => run(async () => go({ opened: await openDispatch(session, sent.dispatch, person.office) }))}>{isBusy ? words.receive.opening : words.receive.open}</Button>
    </>
  );
}

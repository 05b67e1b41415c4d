/** Numbering, sealing and sending: the clerk's part. */
import { sendDraft } from '#client/outgoing.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { Opening, type Place, useDevice } from './place.tsx';

export function SendCard(place: Place) {
  const { person, control: { journey: { draft, isSigned, sent }, go } } = place;
  const words = useWords();
  const { session, fault } = useDevice(place);
  const { isBusy, fault: sendFault, run } = useWork();
  if (draft === null || !isSigned) return <p className="said">{words.practice.waitFor.clerk}</p>;
  if (session === null) return <Opening person={person} fault={fault} />;
  if (sent !== null) return <p className="said" role="status">{fill(words.send.sent, { number: `${sent.number.number}/${sent.symbol}` })}</p>;
  return (
    <>
      <h2>{words.send.title}</h2>
      <p>{words.send.what}</p>
      <p className="soft">{words.send.cutHint}</p>
      <Fault error={sendFault} />
      <Button variant="primary" isDisabled={isBusy} onPress={() => run(async () => go({ sent: await sendDraft(session, draft) }))}>{isBusy ? words.send.sending : words.send.go}</Button>
    </>
  );
}

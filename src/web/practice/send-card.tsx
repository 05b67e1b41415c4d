/** Numbering, sealing and sending: the clerk's part. */
import { coreOf, sendDraft } from '#client/dispatch/outgoing.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { Opening, type Place, useDevice } from './place.tsx';
import { useFollowedDraft } from './use-followed.ts';

const STEPS = ['send'] as const;

export function SendCard(place: Place) {
  const { person, control: { journey: { draft, held, isSigned, sent }, go } } = place;
  const words = useWords();
  const { session, fault } = useDevice(place);
  const { isBusy, fault: sendFault, run } = useWork();
  useFollowedDraft(place, session, STEPS);
  const numbered = sent?.numbered ?? null;
  if (numbered !== null) return <p className="said" role="status">{fill(words.send.sent, { number: numbered })}</p>;
  if (draft === null || !isSigned) return <p className="said">{words.practice.waitFor.clerk}</p>;
  if (session === null) return <Opening person={person} fault={fault} />;
  const send = async (): Promise<void> => {
    // As it was read here last. Of one that was signed elsewhere nothing was, and the signatory's signature alone says what goes.
    const { dispatch, number, symbol } = await sendDraft(session, draft, held === null ? undefined : coreOf(session, held));
    go({ sent: { dispatch, numbered: `${number.number}/${symbol}` } });
  };
  return (
    <>
      <h2>{words.send.title}</h2>
      <p>{words.send.what}</p>
      <p className="soft">{words.send.cutHint}</p>
      <Fault error={sendFault} />
      <Button variant="primary" isDisabled={isBusy} onPress={() => run(send)}>{isBusy ? words.send.sending : words.send.go}</Button>
    </>
  );
}

/** Approving and signing: what exactly is signed stands before the signatory, opened and checked on their own device. */
import { useEffect } from 'react';
import { approveDraft, coreOf, readDraft, signDraft } from '#client/dispatch/outgoing.ts';
import { returnDraft } from '#client/dispatch/returning.ts';
import { GiveBack } from '../compose/give-back.tsx';
import { CoreSheet } from '../dispatch/core-sheet.tsx';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { CheckIcon } from '../kit/icons.tsx';
import { useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { NONE } from './journey.ts';
import { Opening, type Place, useDevice } from './place.tsx';
import { useFollowedDraft } from './use-followed.ts';

const STEPS = ['approve', 'sign'] as const;

export function SignCard(place: Place) {
  const { person, control: { journey, go } } = place;
  const words = useWords();
  const { session, fault } = useDevice(place);
  const reading = useWork();
  const acting = useWork();
  const { draft, held, sent, returned } = journey;
  const { run } = reading;
  useFollowedDraft(place, session, STEPS);
  useEffect(() => {
    if (session !== null && draft !== null && sent === null && held === null) run(async () => go({ held: await readDraft(session, draft) }));
  }, [session, draft, held, sent, go, run]);
  if (draft === null) return <p className="said" role="status">{returned === null ? words.practice.waitFor.signatory : words.sign.returned}</p>;
  if (session === null || held === null) return <Opening person={person} fault={fault ?? reading.fault} />;
  const giveBack = (reason: string): void => acting.run(async () => go({ ...NONE, returned: await returnDraft(session, draft, reason, coreOf(session, held)) }));
  return (
    <>
      <h2>{words.sign.title}</h2>
      <p className="soft">{words.sign.what}</p>
      <CoreSheet known={session} core={held.open.core} opened={{ session, of: null, partKeys: held.open.draft.partKeys }} />
      <Fault error={acting.fault} />
      <div className="acts">
        {journey.isApproved
          ? <span className="done"><CheckIcon />{words.sign.approved}</span>
          : <Button variant="primary" isDisabled={acting.isBusy} onPress={() => acting.run(async () => { await approveDraft(session, draft, coreOf(session, held)); go({ isApproved: true }); })}>{acting.isBusy ? words.sign.approving : words.sign.approve}</Button>}
        {journey.isApproved && (journey.isSigned
          ? <span className="done"><CheckIcon />{words.sign.signed}</span>
          : <Button variant="primary" isDisabled={acting.isBusy} onPress={() => acting.run(async () => { await signDraft(session, draft, coreOf(session, held)); go({ isSigned: true }); })}>{acting.isBusy ? words.sign.signing : words.sign.sign}</Button>)}
        {!journey.isSigned && sent === null && <GiveBack isBusy={acting.isBusy} onReturn={giveBack} />}
      </div>
      <p className="soft" role="status">{journey.isSigned ? words.sign.after : words.sign.next}</p>
    </>
  );
}

/** Whoever goes may be the only one who has an office's keys: said in the frame in which it is about to be signed. */
import { useCallback, useState } from 'react';
import { type LastKeys, lastKeys } from '#client/office-keys/last-keys.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { useEntered } from '../device/entered.ts';
import { useHeld } from '../kit/act-dialog.tsx';
import { Fault } from '../kit/fault.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { fill, useWords } from '../words/words.ts';

interface LastKeysProps {
  /** What is about to be signed. */
  readonly plans: readonly EntryPlan[];
}

/** Asked anew where something else would end, and not with every turn of the frame around it. */
export function LastKeysCaution({ plans }: LastKeysProps) {
  const ends = plans.flatMap((plan) => (plan.kind === 'end' ? [[plan.body.what, plan.body.code, plan.body.other]] : plan.kind === 'holder' ? [[plan.body.person, plan.body.position, plan.body.until]] : []));
  return <Asked key={JSON.stringify(ends)} plans={plans} />;
}

function Asked({ plans }: LastKeysProps) {
  const words = useWords();
  const { session } = useEntered();
  const [asked] = useState(plans);
  const { value, fault } = useLoaded(useCallback(() => lastKeys(session, asked), [session, asked]));
  useHeld(value === null && fault === null);
  const named = (persons: readonly string[]): string => persons.map((person) => session.view.person(person)?.name ?? person).join(', ');
  const said = ({ office, persons, others, joiners, areDevices }: LastKeys): string => {
    const told = { name: named(persons), others: named(others), office: session.view.office(office)?.name ?? office, ...(joiners.length > 0 && { joiners: joiners.map(({ name }) => name).join(', ') }) };
    return fill(others.length > 0 ? words.acts.lastKeysNotGiven : areDevices ? words.acts.lastKeysDevice : words.acts.lastKeys, told);
  };
  return (
    <>
      <Fault error={fault} />
      {value?.map((one) => <p key={one.office} className="caution">{said(one)}</p>)}
    </>
  );
}

/** What came of an act on the directory, and what is left for others to do, in sentences. */
import { useEffect, useRef } from 'react';
import type { AfterSecond } from '#client/directory/after-second.ts';
import type { Exposed } from '#client/office-keys/exposure-errands.ts';
import type { ExposurePlan } from '#client/office-keys/exposure-plans.ts';
import { giversOf } from '#client/office-keys/key-givers.ts';
import type { Lacking } from '#client/directory/members.ts';
import type { KeysAfter } from '#client/directory/keys-after.ts';
import type { Delegated, Held, Left, MemberResult, Moved } from '#client/directory/people-errands.ts';
import type { Proposed } from '#client/directory/registrar-desk.ts';
import type { Session } from '#client/session.ts';
import type { DirectoryState } from '#model/directory.ts';
import { positionMay } from '#model/rights.ts';
import { arrive } from '../kit/arrival.ts';
import type { Words } from '../words/shape.ts';
import { dateText } from '../kit/writing.ts';
import { fill } from '../words/words.ts';

type Desk = Pick<Session, 'view' | 'now'>;

/** Once the frame that it came of is put away, which gives the focus back to its button, what was said takes it. */
export function Said({ lines }: { readonly lines: readonly string[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (lines.length === 0) return undefined;
    let isClosed = false;
    let frame = 0;
    const look = (): void => {
      if (isClosed) return arrive(place.current);
      isClosed = document.querySelector('[role="dialog"], [role="alertdialog"]') === null;
      frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [lines]);
  return <div role="status" className="folk-said" ref={place} tabIndex={-1}>{lines.map((line) => <p key={line}>{line}</p>)}</div>;
}

export function saidOfProposal({ outcome, size, marks }: Proposed, words: Words): string {
  if (outcome === 'waiting') return fill(words.directory.saidWaiting, marks === undefined ? {} : { mark: marks.join(', ') });
  return outcome === 'sequenced' ? fill(words.directory.saidSequenced, { size }) : words.directory.saidSent;
}

/** The same with what is left to do, and what is only so then: where the entries wait, or are on their way, it is said as that. */
export function saidWith(proposed: Proposed, next: readonly string[], words: Words): string[] {
  const said = saidOfProposal(proposed, words);
  if (proposed.outcome === 'sequenced' || next.length === 0) return [said, ...next];
  return [said, proposed.outcome === 'waiting' ? words.directory.onceSigned : words.directory.onceBack, ...next];
}

export function saidOfLeaving(left: Left, view: DirectoryState, words: Words): string[] {
  const { leaving, keys, drafts } = left;
  const next = [
    ...saidOfKeys(keys, view, words),
    ...leaving.seals.map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...leaving.custodianOf.map((office) => fill(words.directory.saidCustodian, { office: officeOf(view, office) })),
  ];
  return saidWith(left, next, words).toSpliced(1, 0, ...drafts.map(({ office, subject }) => fill(words.directory.saidDraft, { office: officeOf(view, office), subject })));
}

export function saidOfEnding(ended: Proposed & { readonly keys: KeysAfter }, view: DirectoryState, words: Words): string[] {
  return saidWith(ended, saidOfKeys(ended.keys, view, words), words);
}

/** After others may have somebody's keys: what stopped, what is made anew, what is left. */
export function saidOfExposing(exposed: Exposed, { person, devices, seals, plans }: ExposurePlan, view: DirectoryState, words: Words): string[] {
  const isDone = exposed.outcome === 'sequenced';
  const left = exposed.left.map(({ office, persons }) => {
    const who = { office: officeOf(view, office), persons: persons.map((one) => view.person(one)?.name ?? one).join(', ') };
    return persons.length === 0 ? fill(words.directory.saidRollNobody, { office: who.office }) : fill(isDone ? words.acts.saidNoKeys : words.acts.saidExposedWaits, who);
  });
  return [
    saidOfProposal(exposed, words),
    ...(isDone ? [fill(words.acts.saidExposed, { name: view.person(person)?.name ?? person, devices: devices.join(', ') }), saidOfSigned(plans, words)] : []),
    ...exposed.rolled.map((office) => fill(words.directory.saidRolled, { office: officeOf(view, office) })),
    ...left,
    ...(isDone ? seals : []).map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...exposed.listed.map(({ office, affected }) => fill(words.acts.saidAffected, { office: officeOf(view, office), count: affected.length })),
    ...(isDone ? exposed.elsewhere : []).map((office) => fill(words.acts.saidAffectedElsewhere, { office: officeOf(view, office) })),
  ];
}

/** After a second signature: keys that were made anew here, who makes others, and old ones that nobody has declared yet. */
export function saidOfSecond(proposed: Proposed, { keys, undeclared }: AfterSecond, view: DirectoryState, words: Words): string[] {
  const old = undeclared.map(({ office, persons }) => {
    const who = persons.map((person) => view.person(person)?.name ?? person).join(', ');
    return fill(words.acts.saidUndeclared, { office: officeOf(view, office), ...(who !== '' && { persons: who }) });
  });
  const next = [...saidOfKeys(keys, view, words), ...old];
  return saidWith(proposed, next.length === 0 ? [words.acts.signedSecond] : next, words);
}

/** What becomes of dispatches that the devices signed: by since when they are said to be gone. */
function saidOfSigned(plans: ExposurePlan['plans'], words: Words): string {
  const since = plans.find(({ kind, body, created }) => kind === 'end' && body.what === 'device' && created !== undefined)?.created;
  return since === undefined ? words.acts.saidSignedBefore : fill(words.acts.saidSignedSince, { since: dateText(since) });
}

export function saidOfMoving(moved: Moved, person: string, to: string, session: Desk, words: Words): string[] {
  const { view } = session;
  return saidWith(moved, [
    ...saidOfKeys(moved.keys, view, words),
    ...moved.moving.seals.map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...saidOfNewHolder(moved, person, to, session, words),
  ], words);
}

export function saidOfHolding(held: Held, person: string, position: string, session: Desk, words: Words): string[] {
  return saidWith(held, saidOfNewHolder(held, person, position, session, words), words);
}

function saidOfNewHolder(held: Held, person: string, position: string, session: Desk, words: Words): string[] {
  const { view } = session;
  return [
    ...saidOfGiving({ ...held, person }, positionMay(view.position(position), 'hold the keys'), session, words),
    ...(held.needsSeal ? [fill(words.directory.saidSealNext, { name: view.person(person)?.name ?? person })] : []),
  ];
}

export function saidOfDelegating(delegated: Delegated, session: Desk, words: Words): string[] {
  return saidWith(delegated, saidOfGiving({ ...delegated, person: delegated.body.to }, positionMay(delegated.body, 'hold the keys'), session, words), words);
}

export function saidOfJoining(joined: MemberResult, to: string, session: Desk, words: Words): string[] {
  return saidWith(joined, [...saidOfGiving(joined, positionMay(session.view.position(to), 'hold the keys'), session, words), ...(joined.needsSeal ? [fill(words.directory.saidSealNext, { name: joined.name })] : [])], words);
}

/** Whoever holds the office's keys gives them to whoever is new, by opening their device; where nobody does, the newcomer's makes them. */
function saidOfGiving(one: Proposed & { readonly keysGiven: number; readonly office: string; readonly person: string }, areNeeded: boolean, session: Desk, words: Words): string[] {
  const { view } = session;
  if (one.keysGiven > 0 || !areNeeded) return [];
  const told = { office: officeOf(view, one.office), name: view.person(one.person)?.name ?? one.person };
  const givers = giversOf(view, one.office, session.now(), one.person);
  if (givers === 'first') return [fill(words.directory.saidKeysOwn, told)];
  if (givers === 'anew') return [fill(words.directory.saidKeysAnew, told)];
  if (givers.length > 0) return [fill(words.directory.saidKeysNext, told)];
  // Of what is not in the directory yet nobody can tell whether it makes keys.
  return one.outcome === 'sequenced' ? [fill(words.directory.saidKeysNobody, told)] : [];
}

function saidOfKeys({ rolled, left }: KeysAfter, view: DirectoryState, words: Words): string[] {
  return [
    ...rolled.map((office) => fill(words.directory.saidRolled, { office: officeOf(view, office) })),
    ...left.map(({ office, persons }) => persons.length === 0 ? fill(words.directory.saidRollNobody, { office: officeOf(view, office) })
      : fill(words.directory.saidRollLeft, { office: officeOf(view, office), persons: persons.map((person) => view.person(person)?.name ?? person).join(', ') })),
  ];
}

/** What nobody may any more, said before it is done. */
export function lackingLines(lacking: readonly Lacking[], view: DirectoryState, words: Words): string[] {
  return lacking.map(({ office, rights }) => fill(words.directory.lacking, { office: officeOf(view, office), rights: rights.map((right) => words.directory.right[right]).join(', ') }));
}

function officeOf(view: DirectoryState, code: string): string {
  return view.office(code)?.name ?? code;
}

function titleOf(view: DirectoryState, code: string): string {
  return view.position(code)?.title ?? code;
}

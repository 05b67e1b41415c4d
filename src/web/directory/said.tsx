/** What came of an act on the directory, and what is left for others to do, in sentences. */
import type { Exposed } from '#client/exposure-errands.ts';
import type { ExposurePlan } from '#client/exposure-plans.ts';
import type { Lacking } from '#client/members.ts';
import type { Delegated, KeysAfter, Left, MemberResult, Moved } from '#client/people-errands.ts';
import type { Proposed } from '#client/registrar-desk.ts';
import type { DirectoryState } from '#model/directory.ts';
import { positionMay } from '#model/rights.ts';
import type { Words } from '../words/shape.ts';
import { fill } from '../words/words.ts';

export function Said({ lines }: { readonly lines: readonly string[] }) {
  return <div role="status" className="folk-said">{lines.map((line) => <p key={line}>{line}</p>)}</div>;
}

export function saidOfProposal({ outcome, size, marks }: Proposed, words: Words): string {
  if (outcome === 'waiting') return fill(words.directory.saidWaiting, marks === undefined ? {} : { mark: marks.join(', ') });
  return outcome === 'sequenced' ? fill(words.directory.saidSequenced, { size }) : words.directory.saidSent;
}

export function saidOfLeaving(left: Left, view: DirectoryState, words: Words): string[] {
  const { leaving, keys, drafts } = left;
  return [
    saidOfProposal(left, words),
    ...saidOfKeys(keys, view, words),
    ...leaving.seals.map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...leaving.custodianOf.map((office) => fill(words.directory.saidCustodian, { office: officeOf(view, office) })),
    ...drafts.map(({ office, subject }) => fill(words.directory.saidDraft, { office: officeOf(view, office), subject })),
  ];
}

export function saidOfEnding(ended: Proposed & { readonly keys: KeysAfter }, view: DirectoryState, words: Words): string[] {
  return [saidOfProposal(ended, words), ...saidOfKeys(ended.keys, view, words)];
}

/** After others may have somebody's keys: what stopped, what is made anew, what is left. */
export function saidOfExposing(exposed: Exposed, { person, devices, seals }: ExposurePlan, view: DirectoryState, words: Words): string[] {
  const isDone = exposed.outcome === 'sequenced';
  const left = exposed.left.map(({ office, persons }) => {
    const who = { office: officeOf(view, office), persons: persons.map((one) => view.person(one)?.name ?? one).join(', ') };
    return persons.length === 0 ? fill(words.directory.saidRollNobody, { office: who.office }) : fill(isDone ? words.acts.saidNoKeys : words.acts.saidExposedWaits, who);
  });
  return [
    saidOfProposal(exposed, words),
    ...(isDone ? [fill(words.acts.saidExposed, { name: view.person(person)?.name ?? person, devices: devices.join(', ') })] : []),
    ...exposed.rolled.map((office) => fill(words.directory.saidRolled, { office: officeOf(view, office) })),
    ...left,
    ...(isDone ? seals : []).map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...exposed.listed.map(({ office, affected }) => fill(words.acts.saidAffected, { office: officeOf(view, office), count: affected.length })),
    ...(isDone ? exposed.elsewhere : []).map((office) => fill(words.acts.saidAffectedElsewhere, { office: officeOf(view, office) })),
  ];
}

export function saidOfMoving(moved: Moved, name: string, to: string, view: DirectoryState, words: Words): string[] {
  return [
    saidOfProposal(moved, words),
    ...saidOfKeys(moved.keys, view, words),
    ...moved.moving.seals.map((position) => fill(words.directory.saidSealGone, { position: titleOf(view, position) })),
    ...saidOfGiving(moved, positionMay(view.position(to), 'hold the keys'), view, words),
    ...(moved.needsSeal ? [fill(words.directory.saidSealNext, { name })] : []),
  ];
}

export function saidOfDelegating(delegated: Delegated, view: DirectoryState, words: Words): string[] {
  return [saidOfProposal(delegated, words), ...saidOfGiving(delegated, positionMay(delegated.body, 'hold the keys'), view, words)];
}

export function saidOfJoining(joined: MemberResult, to: string, view: DirectoryState, words: Words): string[] {
  return [saidOfProposal(joined, words), ...saidOfGiving(joined, positionMay(view.position(to), 'hold the keys'), view, words), ...(joined.needsSeal ? [fill(words.directory.saidSealNext, { name: joined.name })] : [])];
}

/** Whoever holds the office's keys gives them to whoever is new, by opening their device. */
function saidOfGiving({ keysGiven, office }: { readonly keysGiven: number; readonly office: string }, areNeeded: boolean, view: DirectoryState, words: Words): string[] {
  return keysGiven > 0 || !areNeeded ? [] : [fill(words.directory.saidKeysNext, { office: officeOf(view, office) })];
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

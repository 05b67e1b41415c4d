/** Who wrote, approved and signed, and whether they might: the two-person rule. Source: docs/protocol/core.md §Order and rules. */

import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import type { DirectoryView, HeldPosition, Identity } from '#model/directory-view.ts';
import { endorsementsDigest } from '#model/digests.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { ACT_OF_ENDORSEMENT, mayAct, positionMay } from '#model/rights.ts';
import {
  type Core, type EndorsementPurpose, type EndorsementStatement, endorsementStatement, type SealStatement, sealStatement,
} from '#wire/core.ts';
import type { LogPoint } from '#wire/names.ts';
import type { Signed } from '#wire/signature.ts';

export interface VerifiedEndorsement extends Omit<EndorsementStatement, 'version'> {
  readonly evidence: Evidence;
  /** The holder for whom this person acted, and by which delegation; null where the position is their own. */
  readonly acting: HeldPosition['acting'];
  /** A service signed, no person. */
  readonly isAutomatic: boolean;
}

export interface VerifiedSeal extends Omit<SealStatement, 'version'> {
  readonly evidence: Evidence;
}

const RANK: Readonly<Record<EndorsementPurpose, number>> = { author: 1, approve: 2, sign: 3 };

/** One endorsement by itself: this core, a person of the origin office with the right, signed by their device. */
export async function checkEndorsement(
  judging: Judging, core: Core, coreDigest: Uint8Array, signed: Signed,
): Promise<VerifiedEndorsement> {
  const { version: _, ...said } = endorsementStatement.decode(signed.statement);
  const { purpose, person, position, time } = said;
  if (!equal(said.core, coreDigest)) throw wrong(purpose, 'core');
  if (!equal(said.organisation, core.organisation)) throw wrong(purpose, 'organisation');
  const { identity, evidence } = await demandActed(judging, signed, purpose, time, 'signature-wrong');
  if (identity.kind !== 'device' || identity.person !== person) throw wrong(purpose, 'person');
  demandNotToldOfEnd(identity, said);
  const held = demandPosition(judging.view, said, core.from.office);
  demandNotForAuthor(held.acting, purpose, core.author);
  demandServiceMay(judging.view, person, purpose, held, core.author);
  demandSameLog(judging.view, said.directory);
  return { ...said, position, evidence, acting: held.acting, isAutomatic: isService(judging.view, person) };
}

/**
 * What endorsements must be together.
 * @param complete false for a draft on its way: then what is there must be in order, and no more
 * @throws Refusal `approval-missing`, `step-out-of-order`, `same-person-twice`, `core-forged`, `date-out-of-range`
 */
export function checkOrder(core: Core, endorsements: readonly EndorsementOrder[], complete = true): void {
  const [author, ...others] = endorsements;
  if (complete) demandComplete(endorsements);
  if (author === undefined) return;
  if (author.purpose !== 'author') throw new Refusal('step-out-of-order', { purpose: author.purpose });
  if (author.person !== core.author || author.position !== core.authorPosition) throw new Refusal('core-forged', { field: 'author' });
  // Who had the right once could else sign for that time whatever is written today.
  if (author.time < core.created) throw new Refusal('date-out-of-range', { field: 'author' });
  for (const [i, one] of others.entries()) demandAfter(endorsements[i]!, one);
  if (others.some(({ person }) => person === author.person)) throw new Refusal('same-person-twice', { person: author.person });
  const approvers = others.filter(({ purpose }) => purpose === 'approve').map(({ person }) => person);
  const twice = approvers.find((person, i) => approvers.indexOf(person) !== i);
  if (twice !== undefined) throw new Refusal('same-person-twice', { person: twice });
}

/** What the order of endorsements depends on. */
export type EndorsementOrder = Pick<EndorsementStatement, 'purpose' | 'person' | 'position' | 'time'>;

function demandComplete(endorsements: readonly EndorsementOrder[]): void {
  for (const purpose of ['author', 'approve', 'sign'] as const) {
    if (!endorsements.some((one) => one.purpose === purpose)) throw new Refusal('approval-missing', { purpose });
  }
}

function demandAfter(before: EndorsementOrder, { purpose, time }: EndorsementOrder): void {
  const follows = RANK[purpose] > RANK[before.purpose] || (purpose === 'approve' && before.purpose === 'approve');
  if (!follows || time < before.time) throw new Refusal('step-out-of-order', { purpose });
}

/** The office's seal over core, endorsements and number. */
export async function checkSeal(
  judging: Judging, core: Core, coreDigest: Uint8Array, endorsements: readonly Signed[], signed: Signed,
): Promise<VerifiedSeal> {
  const { version: _, ...said } = sealStatement.decode(signed.statement);
  if (!equal(said.core, coreDigest)) throw wrong('office-seal', 'core');
  if (!equal(said.endorsements, endorsementsDigest(judging.provider, endorsements))) throw wrong('office-seal', 'endorsements');
  if (!sameOffice(said.office, core.from)) throw wrong('office-seal', 'office');
  const { identity, evidence } = await demandActed(judging, signed, 'office-seal', said.time, 'signature-wrong');
  const isOffice = identity.kind === 'seal' && identity.office === core.from.office && identity.position === said.position;
  if (!isOffice) throw wrong('office-seal', 'signer');
  if (!positionMay(judging.view.positionAt(said.position, said.time), 'send')) {
    throw new Refusal('not-entitled', { purpose: 'office-seal', position: said.position });
  }
  return { ...said, evidence };
}

/** Who names a log that holds the own end has signed after it, whatever time is written. */
function demandNotToldOfEnd({ endedBy }: Identity, { purpose, directory }: Pick<EndorsementStatement, 'purpose' | 'directory'>): void {
  if (endedBy !== null && directory.size > endedBy) throw new Refusal('not-entitled', { purpose, reason: 'signer-ended' });
}

/**
 * A delegate may what the holder might: what somebody wrote, nobody approves or signs in their place.
 * @throws Refusal `same-person-twice`
 */
export function demandNotForAuthor(acting: HeldPosition['acting'], purpose: EndorsementPurpose, author: string): void {
  if (purpose !== 'author' && acting?.by === author) throw new Refusal('same-person-twice', { person: author, step: purpose });
}

/**
 * A service signs in a position with the right `automatic` only, and adds nothing to what a person wrote: a machine is
 * never the second person.
 * @throws Refusal `not-entitled` (reason `not-automatic` | `person-wrote`)
 */
export function demandServiceMay(
  view: DirectoryView, person: string, purpose: EndorsementPurpose, held: Pick<HeldPosition, 'position' | 'rights'>, author: string,
): void {
  if (!isService(view, person)) return;
  const refused = (reason: string) => new Refusal('not-entitled', { purpose, person, position: held.position, reason });
  if (!positionMay(held, 'act unattended')) throw refused('not-automatic');
  if (purpose !== 'author' && !isService(view, author)) throw refused('person-wrote');
}

/** Whether somebody is a second person for what an author wrote: not the author, and no machine after a person. */
export function isSecondFor(view: DirectoryView, author: string, person: string): boolean {
  return person !== author && (!isService(view, person) || isService(view, author));
}

function isService(view: DirectoryView, person: string): boolean {
  return view.person(person)?.kind === 'service';
}

/** The position named is the person's own at that time, or delegated to them, in that office, with the right. */
function demandPosition(view: DirectoryView, said: EndorsementOrder, office: string): HeldPosition {
  const { purpose, person, position, time } = said;
  const held = heldPosition(view, person, position, time);
  const act = ACT_OF_ENDORSEMENT[purpose];
  const entitled = held?.office === office && positionMay(held, act) && mayAct({ view, person, at: time }, act, office);
  if (!entitled) throw new Refusal('not-entitled', { purpose, person, position });
  return held;
}

function heldPosition(view: DirectoryView, person: string, position: string, at: Instant) {
  return view.held(person, at).find((one) => one.position === position);
}

/** Their directory and ours are one log: where they are not, somebody was shown another. */
export function demandSameLog(view: DirectoryView, { size, root }: LogPoint): void {
  const ours = view.rootAt(size);
  if (size === 0 || (ours !== null && !equal(ours, root))) throw new Refusal('directory-inconsistent', { size });
}

function wrong(purpose: string, reason: string): Refusal {
  return new Refusal('signature-wrong', { purpose, reason });
}

/**
 * Agreements with other organisations: when one counts, and what may cross under it. Both sides have signed the same
 * terms, each in its own log. Source: docs/protocol/federation.md.
 */

import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';

/** The newest agreement with an organisation, in force or not; null where there never was one. */
export function newestWith(view: Pick<DirectoryView, 'agreements'>, organisation: Uint8Array): AgreementRecord | null {
  const all = view.agreements().filter((one) => equal(one.organisation, organisation));
  return all.find(({ endedBy }) => endedBy === null) ?? all.at(-1) ?? null;
}

/** Agreements that meet at a station and were not ended. */
export function agreementsAt(view: Pick<DirectoryView, 'agreements'>, station: string): readonly AgreementRecord[] {
  return view.agreements().filter((one) => one.station === station && one.endedBy === null);
}

/** The agreement with an organisation that counts at that instant; null where none does. */
export function agreementWith(view: Pick<DirectoryView, 'agreements'>, organisation: Uint8Array, at: Instant): AgreementRecord | null {
  return view.agreements().find((one) => equal(one.organisation, organisation) && covers(one, at)) ?? null;
}

function covers({ from, until, endedAt }: AgreementRecord, at: Instant): boolean {
  return from <= at && (until === null || at < until) && (endedAt === null || at < endedAt);
}

/** Two sides of one agreement, at an instant. */
export interface Mirrored {
  readonly ours: AgreementRecord;
  readonly theirs: AgreementRecord;
}

/**
 * The agreement as both logs have it.
 * @param other the peer's disclosed directory
 * @throws Refusal `agreement-missing` where either side has none at that time, or they did not sign the same terms
 */
export function demandMirrored(own: DirectoryView, other: DirectoryView, at: Instant): Mirrored {
  const ours = agreementWith(own, other.organisation.id, at);
  if (ours === null) throw new Refusal('agreement-missing', { reason: 'ours' });
  const theirs = agreementWith(other, own.organisation.id, at);
  if (theirs === null) throw new Refusal('agreement-missing', { organisation: ours.peer, reason: 'theirs' });
  const isOne = equal(ours.founding, other.organisation.founding) && equal(theirs.founding, own.organisation.founding)
    && sameTerms(ours.terms, theirs.terms) && ours.station === theirs.peerStation && ours.peerStation === theirs.station;
  if (!isOne) throw new Refusal('agreement-missing', { organisation: ours.peer, reason: 'terms-differ' });
  return { ours, theirs };
}

function sameTerms(ours: Uint8Array | null, theirs: Uint8Array | null): boolean {
  return equal(ours ?? new Uint8Array(), theirs ?? new Uint8Array());
}

export interface Crossing {
  /** Own office of either end. */
  readonly own: string;
  readonly other: string;
  readonly precedence: Precedence;
  readonly suite: number;
}

/**
 * Whether a dispatch may cross, in either direction: an agreed office at each end.
 * @throws Refusal `agreement-missing`, `office-not-agreed`, `precedence-not-permitted`, `suite-refused`
 */
export function demandMayCross({ ours, theirs }: Mirrored, { own, other, precedence, suite }: Crossing): void {
  if (!ours.offices.includes(own)) throw new Refusal('office-not-agreed', { office: own });
  if (!theirs.offices.includes(other)) throw new Refusal('office-not-agreed', { office: `${ours.peer}/${other}` });
  const highest = Math.min(PRECEDENCE_RANK[ours.precedence], PRECEDENCE_RANK[theirs.precedence]);
  if (PRECEDENCE_RANK[precedence] > highest) throw new Refusal('precedence-not-permitted', { office: own });
  if (suite < Math.max(ours.suite ?? 0, theirs.suite ?? 0)) throw new Refusal('suite-refused', { suite });
}

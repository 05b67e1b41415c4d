/**
 * The own directory and those that peers disclose, by organisation. Everything else in the house asks here whose directory
 * judges a signature. Source: docs/protocol/federation.md.
 */

import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { demandMayCross, demandMirrored } from '#model/agreements.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Own } from '#model/foreign-names.ts';
import type { Header } from '#wire/envelope.ts';
import type { OfficeRef } from '#wire/names.ts';

/** Directories of other organisations, as far as they are shown. */
export interface Peers {
  /** Null for an organisation that shows us nothing; one whose agreement has ended stays known. */
  view(organisation: Uint8Array): DirectoryView | null;
}

/** @param views what was accepted of each peer, however its agreement stands */
export function peersOf(views: readonly DirectoryView[]): Peers {
  return { view: (organisation) => views.find((view) => equal(view.organisation.id, organisation)) ?? null };
}

/** The directory in which an organisation's people, seals and stations stand. @throws Refusal `organisation-unknown` */
export function directoryOf(own: DirectoryView, peers: Peers | undefined, organisation: Uint8Array): DirectoryView {
  const view = equal(organisation, own.organisation.id) ? own : peers?.view(organisation) ?? null;
  if (view === null) throw new Refusal('organisation-unknown');
  return view;
}

export function isOwn(own: Own, { organisation }: Pick<OfficeRef, 'organisation'>): boolean {
  return equal(organisation, own.organisation.id);
}

/**
 * Whether a dispatch may cross the borders that it crosses, at that instant: each pair of an own and a foreign office by the
 * agreement with that organisation. A dispatch within the own organisation crosses none.
 * @throws Refusal `organisation-unknown`, `agreement-missing`, `office-not-agreed`, `precedence-not-permitted`, `suite-refused`
 */
export function demandCrossings(own: DirectoryView, peers: Peers | undefined, header: Pick<Header, 'from' | 'to' | 'suite'>, at: Instant): void {
  const { from, to, suite } = header;
  for (const { office, precedence } of to) {
    const [mine, other] = isOwn(own, from) ? [from, office] : [office, from];
    // Who else a foreign dispatch is addressed to is between those two.
    if (isOwn(own, other) || !isOwn(own, mine)) continue;
    const mirrored = demandMirrored(own, directoryOf(own, peers, other.organisation), at);
    demandMayCross(mirrored, { own: mine.office, other: other.office, precedence, suite });
  }
}

/**
 * Offices that receive in another's stead while that one is shut: who is named, and what a dispatch says of it.
 * Source: docs/protocol/envelope.md §In another's stead, docs/decisions/0052-an-alternate-receives-besides.md.
 */

import { Refusal } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import { type Known, officeText } from '#model/peer-names.ts';
import { sameOffice } from '#model/resealing.ts';
import type { Header } from '#wire/envelope.ts';
import type { OfficeRef, StandIn } from '#wire/names.ts';

type Addressed = Pick<Header, 'to' | 'standIns'>;

/** The office that receives in the stead of this one: null where none is named, or the one that is named has ended. */
export function alternateOf({ view, peers }: Known, { organisation, office }: OfficeRef): OfficeRef | null {
  const directory = isOwn(view, { organisation }) ? view : peers?.view(organisation) ?? null;
  const named = directory?.office(office)?.alternate ?? null;
  if (directory === null || named === null || directory.office(named)?.endedBy !== null) return null;
  return { organisation, office: named };
}

/** What stand-ins say by themselves: other addressees, of one organisation, each once, in order. @throws Refusal `header-forged` */
export function checkStandIns({ to, standIns = [] }: Addressed): void {
  for (const [i, { of, at }] of standIns.entries()) {
    const [absent, present] = [to[of]?.office, to[at]?.office];
    const isNext = i === 0 || of > standIns[i - 1]!.of;
    const isOther = absent !== undefined && present !== undefined && of !== at && isOwn({ organisation: { id: absent.organisation } }, present);
    if (!isNext || !isOther) throw new Refusal('header-forged', { field: 'standIns' });
  }
}

/**
 * Whoever receives in another's stead is still the one that registrars name.
 * @throws Refusal `alternate-ended`
 */
export function demandStandIns(known: Known, { to, standIns = [] }: Addressed): void {
  for (const { of, at } of standIns) {
    const [absent, present] = [to[of]!.office, to[at]!.office];
    const named = alternateOf(known, absent);
    if (named === null || !sameOffice(named, present)) {
      throw new Refusal('alternate-ended', { office: officeText(known.view, absent), alternate: officeText(known.view, present) });
    }
  }
}

/** In whose stead an addressee receives, and whether it would receive if nobody were shut. */
export interface InStead {
  readonly of: readonly OfficeRef[];
  readonly isNamed: boolean;
}

export function inStead({ to, standIns = [] }: Addressed, office: OfficeRef): InStead {
  const its = standIns.filter(({ at }) => sameOffice(to[at]!.office, office));
  return { of: its.map(({ of }) => to[of]!.office), isNamed: its.every(({ isNamed }) => isNamed) };
}

/** Who receives in the stead of an addressee; null where nobody does. */
export function standInOf({ to, standIns = [] }: Addressed, office: OfficeRef): OfficeRef | null {
  const found = standIns.find(({ of }) => sameOffice(to[of]!.office, office));
  return found === undefined ? null : to[found.at]!.office;
}

export function sameStandIn(one: StandIn, other: StandIn): boolean {
  return one.of === other.of && one.at === other.at && one.isNamed === other.isNamed;
}

/** Addressees with a stand-in by the directory who does not get this dispatch: exempted, or named since. */
export function withoutStandIn(known: Known, { from, ...addressed }: Addressed & Pick<Header, 'from'>): { readonly office: OfficeRef; readonly alternate: OfficeRef }[] {
  return addressed.to.flatMap(({ office }) => {
    const alternate = alternateOf(known, office);
    if (alternate === null || sameOffice(alternate, from)) return [];
    return addressed.to.some((one) => sameOffice(one.office, alternate)) ? [] : [{ office, alternate }];
  });
}

/**
 * What a person may do and through what: positions of their own or by delegation, with which rights, until when and in
 * whose place. Pure: of a directory that was checked. Source: docs/protocol/directory.md §Delegation.
 */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, HeldPosition } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';

/** One way in which a person has rights at an instant. */
export interface Way {
  readonly person: string;
  readonly position: string;
  readonly title: string;
  readonly office: string;
  readonly rights: readonly Right[];
  readonly from: Instant | null;
  /** When it was written; a holding counts from a little before it, for devices whose clocks are behind. Null of a delegation. */
  readonly written: Instant | null;
  readonly until: Instant | null;
  /** Null where the position is the person's own. */
  readonly delegation: { readonly code: string; readonly by: string; readonly reason: string } | null;
}

/** What people are told of its beginning: the act, not the time before it from which it counts. */
export function beginningOf({ from, written }: Pick<Way, 'from' | 'written'>): Instant | null {
  return from !== null && written !== null && written > from ? written : from;
}

/** Own positions first, then those that were delegated. */
export function waysOf(view: DirectoryView, person: string, at: Instant): Way[] {
  return view.held(person, at).map((held) => {
    const { position, title, office, rights, acting } = held;
    const { from, written, until } = timeOf(view, person, held, at);
    const reason = acting === null ? '' : view.delegation(acting.delegation)?.reason ?? '';
    return { person, position, title, office, rights, from, written, until, delegation: acting === null ? null : { code: acting.delegation, by: acting.by, reason } };
  });
}

/** Who may do it in that office at that instant, each way once. */
export function waysTo(view: DirectoryView, right: Right, office: string, at: Instant): Way[] {
  return view.entitled(right, office, at).flatMap(({ person }) => waysOf(view, person, at))
    .filter((way) => way.office === office && way.rights.includes(right));
}

/** Of the delegation, or of the holding that reaches furthest. */
function timeOf(view: DirectoryView, person: string, { position, acting }: HeldPosition, at: Instant): Pick<Way, 'from' | 'written' | 'until'> {
  const none = { from: null, written: null, until: null };
  if (acting !== null) {
    const delegation = view.delegation(acting.delegation);
    return delegation === null ? none : { ...delegation, written: null };
  }
  const now = view.holdings(person).filter((one) => one.position === position && one.from <= at && (one.until === null || at < one.until));
  const furthest = now.find(({ until }) => until === null) ?? now.toSorted((a, b) => b.until! - a.until!)[0];
  return furthest === undefined ? none : { ...furthest, written: furthest.created };
}

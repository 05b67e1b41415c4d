/**
 * Movers and leavers: everything that has to be signed for one, in one go, and what is left for others to do. Pure: from
 * a directory to entries. Source: docs/operating/people.md.
 */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { lasts } from '#model/directory-ending.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Act, ACTS, positionMay } from '#model/rights.ts';
import { mayHaveSeal } from '#model/seals.ts';
import type { DirectoryBody, Right } from '#wire/directory.ts';

export type EndReason = DirectoryBody<'end'>['reason'];

export interface Change {
  readonly plans: readonly EntryPlan[];
  /** Offices whose keys the person had and shall have no longer. */
  readonly offices: readonly string[];
  /** Positions whose seal was ended because its key may be on a device that went: their holders ask for a new one. */
  readonly seals: readonly string[];
  /** Delegations that end with it. */
  readonly delegations: readonly string[];
  /** What nobody may any more in an office, from then on. */
  readonly lacking: readonly Lacking[];
}

export interface Lacking {
  readonly office: string;
  readonly rights: readonly Right[];
}

/** Without these an office neither sends nor answers. */
const NEEDED = ['save a draft', 'approve a draft', 'sign a draft', 'send', 'say opened', 'make the keys'] as const satisfies readonly Act[];
const SECONDS: readonly Act[] = ['approve a draft', 'sign a draft'];

export interface Leaving extends Change {
  readonly devices: readonly string[];
  readonly positions: readonly string[];
  /** Offices whose storage keys the person holds shares of. */
  readonly custodianOf: readonly string[];
}

/** @throws Refusal `person-unknown`, `person-is-registrar` */
export function planLeave(view: DirectoryView, person: string, reason: EndReason, now: Instant): Leaving {
  const known = view.person(person);
  if (known === null || !lasts(known, now)) throw new Refusal('person-unknown', { person });
  if (view.registrars().some((registrar) => registrar.person === person)) throw new Refusal('person-is-registrar', { person });
  const positions = holdingsOf(view, person, now);
  const sealed = positions.filter((position) => mayHaveSeal(view, person, position));
  const held = view.held(person, now);
  const delegations = delegationsOf(view, person, now);
  return {
    plans: [
      ...sealed.map((position) => withoutSeal(view, position)),
      ...delegations.map((code): EntryPlan => ({ kind: 'end', body: { what: 'delegation', code, reason } })),
      ...alternatesWithout(view, person),
      ...positions.map((other): EntryPlan => ({ kind: 'end', body: { what: 'holder', code: person, other, reason } })),
      { kind: 'end', body: { what: 'person', code: person, reason } },
    ],
    offices: [...new Set(held.map(({ office }) => office))],
    seals: sealed,
    delegations,
    lacking: lackingAfter(view, held.map((one) => ({ person, position: one.position })), delegations, now),
    devices: devicesOf(view, person, now),
    positions,
    custodianOf: view.offices().filter(({ office }) => view.escrow(office)?.custodians.includes(person) === true).map(({ office }) => office),
  };
}

/** @throws Refusal `person-unknown`, `position-unknown`, `holder-unknown` */
export function planMove(view: DirectoryView, person: string, from: string, to: string, now: Instant): Change {
  if (view.person(person)?.endedBy !== null) throw new Refusal('person-unknown', { person });
  const [old, next] = [view.position(from), view.position(to)];
  for (const [position, record] of [[from, old], [to, next]] as const) if (record?.endedBy !== null) throw new Refusal('position-unknown', { position });
  if (!holdingsOf(view, person, now).includes(from)) throw new Refusal('holder-unknown', { person, position: from });
  const sealed = mayHaveSeal(view, person, from) ? [from] : [];
  const given = givenFrom(view, person, from, now);
  const stays = view.held(person, now).some(({ office, position }) => office === old!.office && position !== from) || old!.office === next!.office;
  return {
    plans: [
      ...sealed.map((position) => withoutSeal(view, position)),
      ...given.map((code): EntryPlan => ({ kind: 'end', body: { what: 'delegation', code, reason: 'superseded' } })),
      { kind: 'end', body: { what: 'holder', code: person, other: from, reason: 'superseded' } },
      { kind: 'holder', body: { person, position: to, from: now } },
    ],
    offices: stays ? [] : [old!.office],
    seals: sealed,
    delegations: given,
    lacking: lackingAfter(view, [{ person, position: from }], given, now, [{ person, rights: next!.rights, office: next!.office }]),
  };
}

/** The same holding again with a day on which it ends; what its holder delegated hangs on the holding and ends with it. @throws Refusal `person-unknown`, `holder-unknown` */
export function planUntil(view: DirectoryView, person: string, position: string, until: Instant, now: Instant): { plans: EntryPlan[]; delegations: string[] } {
  if (view.person(person)?.endedBy !== null) throw new Refusal('person-unknown', { person });
  if (!holdingsOf(view, person, now).includes(position)) throw new Refusal('holder-unknown', { person, position });
  const delegations = givenFrom(view, person, position, now);
  return {
    delegations,
    plans: [
      ...delegations.map((code): EntryPlan => ({ kind: 'end', body: { what: 'delegation', code, reason: 'superseded' } })),
      { kind: 'end', body: { what: 'holder', code: person, other: position, reason: 'superseded' } },
      { kind: 'holder', body: { person, position, from: now, until } },
    ],
  };
}

/**
 * Rights that were had by the holdings and delegations that end, and that nobody has after them.
 * @param gained what somebody has from then on instead
 */
function lackingAfter(
  view: DirectoryView, ended: readonly { person: string; position: string }[], delegations: readonly string[], now: Instant,
  gained: readonly { person: string; rights: readonly Right[]; office: string }[] = [],
): Lacking[] {
  const ways = view.persons().flatMap(({ person }) => view.held(person, now).map((held) => ({ person, ...held })));
  const ends = ({ person, position, acting }: (typeof ways)[number]): boolean =>
    ended.some((one) => one.person === person && one.position === position) || (acting !== null && delegations.includes(acting.delegation));
  const left = [...ways.filter((way) => !ends(way)), ...gained];
  const gone = Map.groupBy(ways.filter(ends), ({ office }) => office);
  return [...gone].flatMap(([office, lost]) => {
    const isGone = (act: Act, has: (one: { person: string }) => boolean): boolean =>
      lost.some((way) => positionMay(way, act) && has(way)) && !left.some((way) => way.office === office && positionMay(way, act) && has(way));
    // What a person wrote no machine approves or signs.
    const acts = NEEDED.filter((act) => isGone(act, () => true) || (SECONDS.includes(act) && isGone(act, ({ person }) => view.person(person)?.kind !== 'service')));
    const rights = acts.map((act) => ACTS[act][0]);
    return rights.length === 0 ? [] : [{ office, rights }];
  });
}

function givenFrom(view: DirectoryView, person: string, position: string, now: Instant): string[] {
  return delegationsOf(view, person, now).filter((code) => view.delegation(code)!.by === person && view.delegation(code)!.position === position);
}

/** Devices that may still be ended, also those of which an end was dated ahead. */
export function devicesOf(view: DirectoryView, person: string, now: Instant): string[] {
  return view.everyDevice().filter((one) => one.person === person && lasts(one, now)).map(({ device }) => device);
}

/** Positions held now, or from a later day on, also where their end was dated ahead. */
export function holdingsOf(view: DirectoryView, person: string, now: Instant): string[] {
  const standing = view.holdings(person).filter((one) => lasts(one, now) && (one.until === null || one.until > now));
  return [...new Set(standing.map(({ position }) => position))].filter((position) => view.position(position)?.endedBy === null);
}

/** The key of a seal may lie on the device of who goes: what it seals from now on is nobody's. */
export function withoutSeal(view: DirectoryView, code: string): EntryPlan {
  const { position, office, title, rights } = view.position(code)!;
  return { kind: 'position', body: { position, office, title, rights: [...rights] } };
}

function delegationsOf(view: DirectoryView, person: string, now: Instant): string[] {
  return view.delegations()
    .filter((one) => lasts(one, now) && one.until > now && (one.by === person || one.to === person))
    .map(({ delegation }) => delegation);
}

function alternatesWithout(view: DirectoryView, person: string): EntryPlan[] {
  return view.offices().flatMap(({ office }) => view.positions(office)).flatMap(({ position }): EntryPlan[] => {
    const named = view.alternates(position);
    return named.includes(person) ? [{ kind: 'alternate', body: { position, persons: named.filter((one) => one !== person) } }] : [];
  });
}

/**
 * A holder's position in another person's hands for a time (ủy quyền): what may be delegated, by when it lapses, and
 * what the other person then has. Source: docs/protocol/directory.md §Delegation, docs/decisions/0032.
 */

import { DAY_MS, type Instant } from '#core/clock.ts';
import type { EntryContext } from '#model/directory-context.ts';
import { EntryRefused } from '#model/directory-faults.ts';
import { endingBy, endingOf, mayEnd } from '#model/directory-ending.ts';
import { type DirectoryTables, IN_FORCE } from '#model/directory-tables.ts';
import type { DelegationRecord, DirectoryView, Ending, HeldPosition, PositionRecord } from '#model/directory-view.ts';
import type { DirectoryBody, Right } from '#wire/directory.ts';

/**
 * What is done in one's own name. What needs a key of the office (its seal, the making of its keys) lies on a device and
 * goes with a position of one's own.
 */
export const DELEGABLE: readonly Right[] = ['draft', 'approve', 'sign', 'flash'];
/** Longer than a year it is no delegation but another holder. */
export const DELEGATION_MS_MAX = 366 * DAY_MS;
/** An entry's time may be a little behind; what was done before somebody was entitled stays undone. */
const BACKDATED_MS_MAX = DAY_MS;

export function delegationRule(tables: DirectoryTables, body: DirectoryBody<'delegation'>, context: EntryContext): void {
  const { created, isOwnWord } = context;
  const { delegation, position, by, to, rights, from, until } = body;
  if (tables.delegates.has(delegation)) throw new EntryRefused('code-taken');
  if (by === to) throw new EntryRefused('delegates-to-self');
  for (const person of [by, to]) if (tables.persons.get(person)?.endedBy !== null) throw new EntryRefused('person-unknown');
  const held = tables.positions.get(position)?.at(-1);
  if (held === undefined || held.endedBy !== null) throw new EntryRefused('position-unknown');
  const holdings = tables.holdings.get(by) ?? [];
  const holds = holdings.some((one) => one.position === position && one.endedBy === null);
  if (!holds) throw new EntryRefused('holder-unknown');
  if (new Set(rights).size !== rights.length) throw new EntryRefused('rights-repeated');
  if (rights.some((right) => !DELEGABLE.includes(right) || !held.rights.includes(right))) throw new EntryRefused('right-not-delegable');
  if (until <= from) throw new EntryRefused('dates-reversed');
  if (until - from > DELEGATION_MS_MAX) throw new EntryRefused('delegation-too-long');
  if (from < created - BACKDATED_MS_MAX) throw new EntryRefused('delegation-backdated');
  tables.delegates.set(delegation, to);
  const begins = isOwnWord ? Math.max(from, earliestOwn(context)) : from;
  tables.delegations.set(to, [...(tables.delegations.get(to) ?? []), { ...body, from: begins, isOwnWord, holdings: holdings.length, ...IN_FORCE }]);
}

/** A holder dates their own word: it counts from no earlier than a day before what the log had heard when it came. */
function earliestOwn({ newest }: Pick<EntryContext, 'newest'>): Instant {
  return newest - BACKDATED_MS_MAX;
}

/** Whom registrars strike loses what the holder gave by themself; what registrars gave stands until they end it. */
export function alternateRule(tables: DirectoryTables, { position, persons }: DirectoryBody<'alternate'>, context: EntryContext): void {
  const last = tables.positions.get(position)?.at(-1);
  if (last === undefined || last.endedBy !== null) throw new EntryRefused('position-unknown');
  for (const person of persons) if (tables.persons.get(person)?.endedBy !== null) throw new EntryRefused('person-unknown');
  if (new Set(persons).size !== persons.length) throw new EntryRefused('code-taken');
  tables.alternates.set(position, persons);
  const isStruck = (one: DelegationRecord): boolean => one.isOwnWord && one.position === position && one.endedBy === null && !persons.includes(one.to);
  const struck = new Set([...tables.delegations.values()].flat().filter(isStruck).map(({ to }) => to));
  for (const to of struck) {
    const given = tables.delegations.get(to) ?? [];
    tables.delegations.set(to, given.map((one) => (isStruck(one) ? { ...one, ...endingBy(context, 'superseded') } : one)));
  }
}

/** `code` is the delegation. */
export function endDelegation(tables: DirectoryTables, { code }: DirectoryBody<'end'>, dated: Ending, context: EntryContext): void {
  const at = Math.max(context.created, earliestOwn(context));
  const ending = context.isOwnWord ? { ...dated, endedAt: at, exposedAt: dated.exposedAt === null ? null : at } : dated;
  const to = tables.delegates.get(code);
  const given = to === null ? [] : tables.delegations.get(to) ?? [];
  const ended = given.map((one) => (one.delegation === code && mayEnd(one, ending) ? { ...one, ...endingOf(one, ending) } : one));
  if (to === null || ended.every((one, i) => one === given[i])) throw new EntryRefused('delegation-unknown');
  tables.delegations.set(to, ended);
}

/** What a delegation gives of the position as it is at that time; nothing where that has none of the rights any more. */
export function actingFor({ delegation, by, rights }: DelegationRecord, position: PositionRecord | null): HeldPosition[] {
  const left = position?.rights.filter((right) => rights.includes(right)) ?? [];
  // The seal is a key on the holder's device: it is not in the delegate's hands.
  return position === null || left.length === 0 ? [] : [{ ...position, rights: left, seal: null, acting: { delegation, by } }];
}

/** For whom somebody acted who acted in that position at that time; null where it was their own. */
export function actedFor(view: DirectoryView, person: string, position: string, at: Instant): HeldPosition['acting'] {
  return view.held(person, at).find((held) => held.position === position)?.acting ?? null;
}

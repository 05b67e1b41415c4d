/**
 * Names of offices and stations in a station's tables. An own one is its code, as it always was; a foreign one is its
 * organisation's id and its code with a slash between, which no code has. People are shown the peer's code in its place.
 * Source: docs/protocol/federation.md §Names.
 */

import { equal, fromHex, hex } from '#core/bytes.ts';
import { assert } from '#core/refusals.ts';
import { newestWith } from '#model/agreements.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Header } from '#wire/envelope.ts';
import type { OfficeRef, Relation } from '#wire/names.ts';

/** The own organisation, as far as names need it. */
export interface Own {
  readonly organisation: Pick<DirectoryView['organisation'], 'id'>;
}

/** @param organisation of the office or station with that code */
export function nameOf(own: Own, organisation: Uint8Array, code: string): string {
  return equal(organisation, own.organisation.id) ? code : `${hex(organisation)}/${code}`;
}

export function officeName(own: Own, { organisation, office }: OfficeRef): string {
  return nameOf(own, organisation, office);
}

/** What a service message speaks of, by whom and as what; null thrice for everything else, answers too. */
export function aboutOf(own: Own, { from, relation, reference }: Pick<Header, 'from' | 'relation' | 'reference'>): { about: Uint8Array | null; about_by: string | null; about_as: Relation | null } {
  if (relation === undefined || reference === undefined) return { about: null, about_by: null, about_as: null };
  return { about: reference, about_by: officeName(own, from), about_as: relation };
}

/** What a name stands for. A table that holds anything else is damaged. */
export function named(own: Own, name: string): OfficeRef {
  const at = name.indexOf('/');
  if (at < 0) return { organisation: own.organisation.id, office: name };
  const organisation = fromHex(name.slice(0, at));
  assert(organisation !== null && organisation.length === 16, 'a foreign name begins with an organisation');
  return { organisation, office: name.slice(at + 1) };
}

/** As people here say it: `bo-doi/don`. An organisation with which nothing was ever agreed has its id, since it has no other name. */
export function shownName(view: Own & Pick<DirectoryView, 'agreements'>, name: string): string {
  const { organisation, office } = named(view, name);
  if (equal(organisation, view.organisation.id)) return office;
  return `${newestWith(view, organisation)?.peer ?? hex(organisation)}/${office}`;
}

/** Keys of offices after somebody had them who shall have them no longer: what was made anew here, or who must. */
import type { KeysAfter } from '#client/people-errands.ts';
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { officeName } from './showing.ts';

export function keysAfterLines({ words: { rights } }: CliContext, { session: { view } }: Device, { rolled, left }: KeysAfter): string[] {
  return [
    ...rolled.map((office) => fill(rights.rolled, { office: officeName(view, office) })),
    ...left.map(({ office, persons }) => persons.length === 0
      ? fill(rights.rollNobody, { name: officeName(view, office), office })
      : fill(rights.rollLeft, { name: officeName(view, office), office, persons: persons.map((person) => view.person(person)?.name ?? person).join(', ') })),
  ];
}

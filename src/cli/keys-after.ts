/** Keys of offices after somebody had them who shall have them no longer: what was made anew here, or who must. */
import type { KeysAfter } from '#client/directory/keys-after.ts';
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import type { Proposed } from './registrar.ts';
import { officeName } from './showing.ts';

export function keysAfterLines({ words: { rights } }: CliContext, { session: { view } }: Device, { rolled, left }: KeysAfter, { outcome }: Pick<Proposed, 'outcome'>): string[] {
  // Whoever signs second makes them, or is told by whom.
  if (outcome === 'waiting') return left.map(({ office }) => fill(rights.rollLater, { name: officeName(view, office) }));
  return [
    ...rolled.map((office) => fill(rights.rolled, { office: officeName(view, office) })),
    ...left.map(({ office, persons }) => persons.length === 0
      ? fill(rights.rollNobody, { name: officeName(view, office), office })
      : fill(rights.rollLeft, { name: officeName(view, office), office, persons: persons.map((person) => view.person(person)?.name ?? person).join(', ') })),
  ];
}

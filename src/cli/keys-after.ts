/** Keys of offices after somebody had them who shall have them no longer: made anew here, or said who must. */
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import type { Proposed } from './registrar.ts';
import { officeName } from './showing.ts';

export interface KeysAfter {
  /** Offices whose keys this device made anew. */
  readonly rolled: readonly string[];
  /** Offices whose key holders must do it. */
  readonly left: readonly { readonly office: string; readonly persons: readonly string[] }[];
}

/** Nothing is rolled for what still waits to be signed, or is on its way to the sequencer. */
export async function keysAfter(device: Device, offices: readonly string[], { outcome }: Proposed): Promise<KeysAfter> {
  const { session } = device;
  const [rolled, left]: [string[], KeysAfter['left'][number][]] = [[], []];
  for (const office of offices) {
    const persons = session.view.entitled('keys', office, session.now()).map(({ person }) => person);
    const isMine = outcome === 'sequenced' && persons.includes(device.person);
    if (isMine && (await session.keepOffice(office)).rolled) rolled.push(office);
    else left.push({ office, persons });
  }
  return { rolled, left };
}

export function keysAfterLines({ words: { rights } }: CliContext, { session: { view } }: Device, { rolled, left }: KeysAfter): string[] {
  return [
    ...rolled.map((office) => fill(rights.rolled, { office: officeName(view, office) })),
    ...left.map(({ office, persons }) => persons.length === 0
      ? fill(rights.rollNobody, { name: officeName(view, office), office })
      : fill(rights.rollLeft, { name: officeName(view, office), office, persons: persons.map((person) => view.person(person)?.name ?? person).join(', ') })),
  ];
}

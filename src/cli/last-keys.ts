/** Whoever goes may be the only one who has an office's keys: said before anything is signed, for nothing brings them back. */
import { fill } from '#core/refusal-words.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { positionMay, whoMay } from '#model/rights.ts';
import type { Right } from '#wire/directory.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { demandYes } from './passphrases.ts';
import { officeName, personName } from './showing.ts';

interface Staying {
  readonly office: string;
  readonly rights: readonly Right[];
}

/** Offices whose keys nobody else may hold. @param left the only office that is left, where not all are @param staying what the person has from then on */
function onlyTheirs(view: DirectoryView, person: string, now: number, left: string | null, staying: Staying | null): string[] {
  return view.offices().map(({ office }) => office).filter((office) => {
    if (left !== null && office !== left) return false;
    const isKept = staying !== null && staying.office === office && positionMay(staying, 'hold the keys');
    const holders = whoMay(view, 'hold the keys', office, now);
    return !isKept && view.currentKey(office, 'storage', now) !== null && holders.length > 0 && holders.every((one) => one.person === person);
  });
}

/**
 * Asks whoever sits at a terminal; where nobody does, it is said with what was done.
 * @returns those offices, and what is still to be said
 * @throws Refusal `cancelled` where the answer is no
 */
export async function demandLastKeysSeen(
  context: CliContext, { session }: Device, person: string, move: { readonly left: string; readonly staying: Staying | null } | null = null,
): Promise<{ readonly offices: readonly string[]; readonly lines: readonly string[] }> {
  const { prompt, words: { rights } } = context;
  const { view } = session;
  const offices = onlyTheirs(view, person, session.now(), move?.left ?? null, move?.staying ?? null);
  if (offices.length === 0) return { offices, lines: [] };
  const said = fill(rights.lastKeys, {
    name: personName(view, person), offices: offices.map((office) => officeName(view, office)).join(', '), codes: offices.join(','),
  });
  const typed = await prompt.ask(`${said}\n${rights.askLastKeys}`, 'shown');
  if (typed === null) return { offices, lines: [said] };
  demandYes(context, typed);
  return { offices, lines: [] };
}

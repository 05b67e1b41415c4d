/** Whoever goes may be the only one who has an office's keys: said before anything is signed, for nothing brings them back. */
import { type LastKeys, lastKeys } from '#client/last-keys.ts';
import { fill } from '#core/refusal-words.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { demandYes } from './passphrases.ts';
import { officeName, personName } from './showing.ts';

/**
 * Asks whoever sits at a terminal; where nobody does, it is said with what was done.
 * @param plans what is about to be signed
 * @returns those offices, and what is still to be said
 * @throws Refusal `cancelled` where the answer is no
 */
export async function demandLastKeysSeen(context: CliContext, device: Device, plans: readonly EntryPlan[]): Promise<{ readonly offices: readonly string[]; readonly lines: readonly string[] }> {
  const { prompt, words: { rights } } = context;
  const found = await lastKeys(device.session, plans);
  const offices = found.map(({ office }) => office);
  if (found.length === 0) return { offices, lines: [] };
  const lines = found.map((one) => lineOf(context, device, one));
  const typed = await prompt.ask(`${lines.join('\n')}\n${rights.askLastKeys}`, 'shown');
  if (typed === null) return { offices, lines };
  demandYes(context, typed);
  return { offices, lines: [] };
}

function lineOf({ words: { rights } }: CliContext, { session: { view } }: Device, { office, persons, others, areDevices }: LastKeys): string {
  const named = (all: readonly string[]): string => all.map((person) => personName(view, person)).join(', ');
  const told = { name: named(persons), office: officeName(view, office), code: office };
  if (others.length > 0) return fill(rights.lastKeysNotGiven, { ...told, others: named(others) });
  return fill(areDevices ? rights.lastKeysDevice : rights.lastKeys, told);
}

/** Whoever goes may be the only one who has an office's keys: said before anything is signed, for nothing brings them back. */
import { type LastKeys, lastKeys } from '#client/office-keys/last-keys.ts';
import { printable } from '#core/printable.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { demandYes } from './passphrases.ts';
import { officeName, personName } from './showing.ts';
import type { Values } from './values.ts';

interface Ending {
  /** What is about to be signed. */
  readonly plans: readonly EntryPlan[];
  /** What it ends, in words, to be asked even where no last key is at stake. */
  readonly what?: string;
  /** Whether it is done where nobody can be asked: what is in a thief's hands is ended all the same. */
  readonly isUrgent?: boolean;
}

/**
 * Asks whoever sits at a terminal. Where nobody does and the last keys are at stake, it takes `--yes`.
 * @returns offices whose last keys go, and what is still to be said
 * @throws Refusal `cancelled` where the answer is no; `unconfirmed`
 */
export async function demandEndSeen(
  context: CliContext, device: Device, values: Values, { plans, what, isUrgent = false }: Ending,
): Promise<{ readonly offices: readonly string[]; readonly lines: readonly string[] }> {
  const { prompt, words: { rights } } = context;
  const { session } = device;
  const found = await lastKeys(session, plans);
  const offices = found.map(({ office }) => office);
  const lines = found.map((one) => lineOf(context, device, one));
  const asked = [...(what === undefined ? [] : [what]), ...lines];
  if (asked.length === 0 || values.flag('yes')) return { offices, lines };
  const typed = await prompt.ask(`${asked.join('\n')}\n${rights.askLastKeys}`, 'shown');
  if (typed !== null) {
    demandYes(context, typed);
    return { offices, lines: [] };
  }
  if (found.length > 0 && !isUrgent) throw new Refusal('unconfirmed', { offices: offices.map((office) => officeName(session.view, office)).join(', ') });
  return { offices, lines };
}

/** What is signed second may take the last keys with it too; whoever signs it reads so before, where it is still to be mended. */
export async function lastKeysLines(context: CliContext, device: Device, plans: readonly EntryPlan[]): Promise<string[]> {
  return (await lastKeys(device.session, plans)).map((one) => lineOf(context, device, one));
}

function lineOf({ words: { rights } }: CliContext, { session: { view } }: Device, { office, persons, others, joiners, areDevices }: LastKeys): string {
  const named = (all: readonly string[]): string => all.map((person) => personName(view, person)).join(', ');
  const waiting = joiners.length > 0 && { joiners: joiners.map(({ name }) => printable(name)).join(', '), proposals: [...new Set(joiners.map(({ proposal }) => proposal))].join(', ') };
  const told = { name: named(persons), office: officeName(view, office), code: office, ...waiting };
  if (others.length > 0) return fill(rights.lastKeysNotGiven, { ...told, others: named(others) });
  return fill(areDevices ? rights.lastKeysDevice : rights.lastKeys, told);
}

/** An office's keys: coming periods made, rolled where somebody left, given to every device entitled to them. */
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { type KeptOffice, WHOLE } from '#client/keep-office.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { officeOf, withDevice } from '../device.ts';
import type { Values } from '../values.ts';

export async function officeKeys(context: CliContext, values: Values): Promise<Outcome> {
  const done = await withDevice(context, values, async (device) => {
    const office = officeOf(values, device);
    const began = device.session.kept.find((kept) => kept.office === office);
    const now = await device.session.keepOffice(office, WHOLE);
    return began === undefined ? now : together(began, now);
  });
  return { json: done, lines: linesOf(context, done), ok: done.undone.length === 0 };
}

/** What beginning the session did already, and what was left for now. */
function together(one: KeptOffice, other: KeptOffice): KeptOffice {
  const sum = (field: 'made' | 'given' | 'rewrapped' | 'unreadable' | 'resealed'): number => one[field] + other[field];
  return {
    ...other, made: sum('made'), given: sum('given'), rewrapped: sum('rewrapped'), unreadable: sum('unreadable'), resealed: sum('resealed'),
    rolled: one.rolled || other.rolled,
    destroyed: [...one.destroyed, ...other.destroyed],
  };
}

function linesOf({ words, locale }: CliContext, { office, made, given, rolled, rewrapped, unreadable, resealed, destroyed, undone }: KeptOffice): string[] {
  const { said, reseal } = words;
  return [
    fill(said.keysMade, { office, made, given }),
    ...(rolled ? [fill(said.keysRolled, { office })] : []),
    ...(rewrapped > 0 ? [fill(said.keysRewrapped, { count: rewrapped })] : []),
    ...(unreadable > 0 ? [fill(reseal.saidMany, { count: unreadable })] : []),
    ...(resealed > 0 ? [fill(reseal.resealedMany, { count: resealed })] : []),
    ...(destroyed.length > 0 ? [fill(said.keysDestroyed, { numbers: destroyed.join(', ') })] : []),
    ...undone.map(({ step, code }) => fill(said.keysUndone, { step: words.keyStep[step], reason: refusalSentence(code, {}, locale) })),
  ];
}

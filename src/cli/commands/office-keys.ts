/** An office's keys: coming periods made, rolled where somebody left, given to every device entitled to them. */
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type KeptOffice, WHOLE } from '#client/office-keys/keep-office.ts';
import { keyDevices, whoMay } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { lacksKeysText } from '../next-keys.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';

export async function officeKeys(context: CliContext, values: Values): Promise<Outcome> {
  const { done, lines } = await withDevice(context, values, async (device) => {
    const office = officeOf(values, device);
    const began = device.session.kept.find((kept) => kept.office === office);
    const now = await device.session.keepOffice(office, WHOLE).catch((error: unknown) => {
      throw withMakers(error, device, office);
    });
    const all = began === undefined ? now : together(began, now);
    return { done: all, lines: [...linesOf(context, { ...all, rolled: now.rolled }), ...await havingLines(context, device, office)] };
  });
  return { json: done, lines, ok: done.undone.length === 0 };
}

/** Nothing made and nothing given is said of an office where all is done, and of one where this device has nothing to give. */
async function havingLines(context: CliContext, device: Device, office: string): Promise<string[]> {
  const { session } = device;
  const { said } = context.words;
  const key = session.view.currentKey(office, 'storage', session.now());
  // Its first ones are on their way to the sequencer.
  if (key === null) return [];
  if (session.ring.officeKey(office, 'storage', key.number) === null) {
    const anew = session.may('make the keys', office) ? [placedLine(context, said.keysMakeAnew, { office })] : [];
    return [lacksKeysText(context, device, office), ...anew];
  }
  const { lacking } = await session.api.call('officeKeys', { path: { office } });
  const without = [...new Set(lacking.map((one) => one.device))];
  if (without.length > 0) return [fill(said.keysStillLack, { devices: without.join(', ') })];
  return [fill(said.keysAllHave, { devices: keyDevices(session.view, office, session.now()).map((one) => one.device).join(', ') })];
}

/** Whoever may not is told who may. */
export function withMakers(error: unknown, { session }: Device, office: string): unknown {
  if (!(error instanceof Refusal) || error.code !== 'office-keys-not-entitled') return error;
  const makers = whoMay(session.view, 'make the keys', office, session.now()).map(({ name }) => name).join(', ');
  return new Refusal(error.code, { ...error.detail, ...(makers !== '' && { makers }) }, { cause: error });
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

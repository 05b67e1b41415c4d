/** A position that seals, on a device that has no seal of it: said with who does what, and where. */
import { fill } from '#core/refusal-words.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { placedLine } from './placed.ts';
import { personName } from './showing.ts';

/** Where another machine has the seal of that position, a new one ends it: that is said too. */
export function nextSealLines(context: CliContext, view: DirectoryView, who: { readonly name: string; readonly position: string }): string[] {
  const { rights } = context.words;
  const isElsewhere = (view.position(who.position)?.seal ?? null) !== null;
  return [
    placedLine(context, rights.sealNext, { ...who, registrars: registrarNames(view) }),
    ...(isElsewhere ? [rights.sealElsewhere] : []),
  ];
}

/** Seals that ended with somebody's going: whose, and who of those who stay has to ask for a new one. */
export function sealGoneLines(context: CliContext, { session }: Pick<Device, 'session'>, seals: readonly string[], gone: string): string[] {
  const { view } = session;
  const { rights } = context.words;
  const holders = (position: string): string[] => view.persons().filter(({ person }) => person !== gone
    && view.held(person, session.now()).some((held) => held.position === position && held.acting === null)).map(({ name }) => name);
  return seals.flatMap((position) => {
    const [told, left] = [{ position, name: personName(view, gone) }, holders(position).join(', ')];
    return left === '' ? [fill(rights.sealGone, told)] : [fill(rights.sealGoneHeld, { ...told, holders: left }), ...nextSealLines(context, view, { name: left, position })];
  });
}

/** Those who certify a seal. */
export function registrarNames(view: DirectoryView): string {
  return view.registrars().map(({ person }) => personName(view, person)).join(', ');
}

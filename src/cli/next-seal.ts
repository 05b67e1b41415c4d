/** A position that seals, on a device that has no seal of it: said with who does what, and where. */
import type { DirectoryView } from '#model/directory-view.ts';
import type { CliContext } from './context.ts';
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

/** Those who certify a seal. */
export function registrarNames(view: DirectoryView): string {
  return view.registrars().map(({ person }) => personName(view, person)).join(', ');
}

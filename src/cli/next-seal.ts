/** A position that seals, on a device that has no seal of it: said with who does what, and where. */
import { fill } from '#core/refusal-words.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { CliContext } from './context.ts';
import { personName } from './showing.ts';

/** Where another machine has the seal of that position, a new one ends it: that is said too. */
export function nextSealLines({ words: { rights } }: CliContext, view: DirectoryView, who: { readonly name: string; readonly position: string }): string[] {
  const isElsewhere = (view.position(who.position)?.seal ?? null) !== null;
  return [
    fill(rights.sealNext, { ...who, registrars: registrarNames(view) }),
    ...(isElsewhere ? [rights.sealElsewhere] : []),
  ];
}

/** Those who certify a seal. */
export function registrarNames(view: DirectoryView): string {
  return view.registrars().map(({ person }) => personName(view, person)).join(', ');
}

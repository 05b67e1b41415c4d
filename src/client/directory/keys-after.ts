/** Keys of offices after somebody had them who shall have them no longer: made anew here, or by others, or already. */
import type { DirectoryView } from '#model/directory-view.ts';
import { whoMay } from '#model/rights.ts';
import { PATIENCE_MS } from './lodging.ts';
import type { Proposed } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { actorOf } from '../signers.ts';

export interface KeysAfter {
  /** Offices whose keys this device made anew. */
  readonly rolled: readonly string[];
  /** Offices whose key holders must do it. */
  readonly left: readonly { readonly office: string; readonly persons: readonly string[] }[];
}

/**
 * Nothing is rolled for what still waits to be signed, or is on its way to the sequencer; nor where nobody who is gone may
 * know the keys, as after a theft was declared, by which they were made anew.
 * @param gone who goes by it, and is named to nobody, also while it waits
 */
export async function keysAfter(session: Session, offices: readonly string[], { outcome }: Pick<Proposed, 'outcome'>, gone?: string): Promise<KeysAfter> {
  const own = actorOf(session.ring).person;
  const [rolled, left]: [string[], KeysAfter['left'][number][]] = [[], []];
  for (const office of offices) {
    if (outcome === 'sequenced' && !lackKeys(session.view, office, session.now())) continue;
    const persons = whoMay(session.view, 'make the keys', office, session.now()).map(({ person }) => person).filter((person) => person !== gone);
    const isMine = outcome === 'sequenced' && persons.includes(own);
    if (isMine && (await session.keepOffice(office, { patienceMs: PATIENCE_MS })).rolled) rolled.push(office);
    else left.push({ office, persons });
  }
  return { rolled, left };
}

/** Whether its keys have ended, or may be known to who is gone. */
export function lackKeys(view: DirectoryView, office: string, now: number): boolean {
  if (view.office(office)?.endedBy !== null || view.officeKeys(office, 'storage').length === 0) return false;
  const key = view.currentKey(office, 'storage', now);
  return key === null || view.departed(office, key, now).length > 0;
}

/** Who gives an office's keys to somebody who came, or that their own device makes them: said wherever people are admitted. */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, PersonRecord } from '#model/directory-view.ts';
import { type Act, mayAct, whoMay } from '#model/rights.ts';

/**
 * Who gives somebody an office's keys: those who make them, or, where nobody else does, whoever has them. Where nobody has
 * them, whoever makes keys makes them, and that may be the one who lacks them.
 * @returns `first` where their own device makes the first, `anew` where nobody holds those that were
 */
export function giversOf(view: DirectoryView, office: string, now: Instant, person: string): readonly PersonRecord[] | 'first' | 'anew' {
  const others = (act: Act): PersonRecord[] => whoMay(view, act, office, now).filter((one) => one.person !== person);
  const makers = others('make the keys');
  if (makers.length > 0) return makers;
  const holders = view.currentKey(office, 'storage', now) === null ? [] : others('hold the keys');
  if (holders.length > 0 || !mayAct({ view, person, at: now }, 'make the keys', office)) return holders;
  return view.officeKeys(office, 'storage').length === 0 ? 'first' : 'anew';
}

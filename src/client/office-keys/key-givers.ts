/** Who gives an office's keys to somebody who came, or that their own device makes them: said wherever people are admitted. */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, PersonRecord } from '#model/directory-view.ts';
import { type Act, mayAct, whoMay } from '#model/rights.ts';
import { staysWithKeys } from './last-keys.ts';
import type { Session } from '../session.ts';
import { plansOf } from '../directory/countersigning.ts';
import { soundProposals } from '../directory/waiting-alike.ts';

/**
 * Who gives somebody an office's keys: those who make them, or, where nobody else does, whoever has them. Where nobody has
 * them, whoever makes keys makes them, and that may be the one who lacks them.
 * @param goes whom not to name
 * @returns `first` where their own device makes the first, `anew` where nobody holds those that were
 */
export function giversOf(view: DirectoryView, office: string, now: Instant, person: string, goes: (person: string) => boolean = () => false): readonly PersonRecord[] | 'first' | 'anew' {
  const others = (act: Act): PersonRecord[] => whoMay(view, act, office, now).filter((one) => one.person !== person && !goes(one.person));
  const makers = others('make the keys');
  if (makers.length > 0) return makers;
  const holders = view.currentKey(office, 'storage', now) === null ? [] : others('hold the keys');
  if (holders.length > 0 || !mayAct({ view, person, at: now }, 'make the keys', office)) return holders;
  return view.officeKeys(office, 'storage').length === 0 ? 'first' : 'anew';
}

export interface Givers {
  readonly givers: readonly PersonRecord[] | 'first' | 'anew';
  /** Each of them goes by what waits for a second registrar: they give the keys before that is signed, or nobody does. */
  readonly areGoing: boolean;
}

/** As giversOf, without those who go by what waits, as far as somebody else is there: what is signed meanwhile takes the keys with it. */
export async function giversNow(session: Pick<Session, 'api' | 'clock' | 'crypto' | 'ring' | 'view' | 'now'>, office: string, person: string): Promise<Givers> {
  const { view } = session;
  const now = session.now();
  const givers = giversOf(view, office, now, person);
  if (typeof givers === 'string' || givers.length === 0) return { givers, areGoing: false };
  const plans = (await soundProposals(session)).flatMap(({ entries }) => plansOf(entries));
  const staying = giversOf(view, office, now, person, (one) => !staysWithKeys(view, one, office, plans, now));
  return typeof staying === 'string' || staying.length === 0 ? { givers, areGoing: true } : { givers: staying, areGoing: false };
}

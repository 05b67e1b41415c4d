/** Hỏa tốc is sent by whoever may give it: said when it is written and signed, not first when sending fails. */
import { fill } from '#core/refusal-words.ts';
import type { HeldDraft } from '#client/outgoing.ts';
import { mayAct, mayGive } from '#model/rights.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

/** Nothing where this person may send it. */
export function flashLines({ words: { said } }: CliContext, { session, person }: Device, { office, open: { core } }: HeldDraft): string[] {
  const { view } = session;
  const now = session.now();
  const maySend = (one: string): boolean =>
    mayAct({ view, person: one, at: now }, 'send', office) && core.to.every(({ precedence }) => mayGive(view, one, precedence, office, now));
  const isFlash = core.to.some(({ precedence }) => precedence === 'flash');
  if (!isFlash || maySend(person)) return [];
  const persons = view.persons().filter((one) => maySend(one.person)).map(({ name }) => name);
  return [persons.length === 0 ? said.flashNobody : fill(said.flashSenders, { persons: persons.join(', ') })];
}

/** Hỏa tốc is sent by whoever may give it: said when it is written and signed, not first when sending fails. */
import { fill } from '#core/refusal-words.ts';
import type { HeldDraft } from '#client/dispatch/outgoing.ts';
import { flashSenders } from '#model/rights.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

/** Nothing where this person may send it. */
export function flashLines({ words: { said } }: CliContext, { session, person }: Device, { office, open: { core } }: HeldDraft): string[] {
  const isFlash = core.to.some(({ precedence }) => precedence === 'flash');
  const senders = flashSenders(session.view, office, session.now());
  // Whoever may send nothing is told who goes on by the next step.
  if (!isFlash || senders.some((one) => one.person === person) || (senders.length > 0 && !session.may('send', office))) return [];
  return [senders.length === 0 ? said.flashNobody : fill(said.flashSenders, { persons: senders.map(({ name }) => name).join(', ') })];
}

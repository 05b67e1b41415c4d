/** Prints a completion script, as it stands: a shell reads it. */
import { Refusal } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import { completionScript, type Shell, SHELLS } from '../completion.ts';
import type { CliContext } from '../context.ts';
import type { Values } from '../values.ts';

export async function completion({ words }: CliContext, values: Values): Promise<Outcome> {
  const asked = values.operand(0, 'SHELL');
  const shell = SHELLS.find((one) => one === asked);
  if (shell === undefined) throw new Refusal('option-unknown', { option: asked.slice(0, 40), words: SHELLS.join(', ') });
  const script = completionScript(shell satisfies Shell, words);
  return { json: { shell, script }, lines: script.replace(/\n$/, '').split('\n') };
}

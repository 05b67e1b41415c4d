/** The practice province, once: the main job without a hand. */
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { resolved } from '../homes.ts';
import type { Values } from '../values.ts';

export async function demo(context: CliContext, values: Values): Promise<Outcome> {
  const keep = values.text('keep');
  const text = values.text('text');
  const { json, holds } = await context.practice.run(context, {
    text: text === null || text === '-' ? text : resolved(text),
    attach: values.files('attach').map(resolved),
    subject: values.text('subject'),
    keep: keep === null ? null : resolved(keep),
  });
  return { json, lines: [], ok: holds };
}

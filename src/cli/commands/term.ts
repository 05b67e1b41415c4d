/** The holders of the root sign a term for a station that was promoted: offline, from a file and a fingerprint that was read to them. */
import { signTerm } from '#client/directory/term.ts';
import { fill } from '#core/refusal-words.ts';
import { termRequest } from '#wire/term.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved } from '../homes.ts';
import { rootOpener } from '../root.ts';
import type { Values } from '../values.ts';

export async function term(context: CliContext, values: Values): Promise<Outcome> {
  const { provider: crypto, random, words, clock } = context;
  const request = expectKind(context, 'termRequest', () => termRequest.decode(readBytes(values.need('request'))));
  const typed = values.need('fingerprint');
  const file = resolved(values.need('out'));
  const ring = await rootOpener(context, values)();
  try {
    context.host.durable.write(file, await signTerm({ crypto, random, now: clock.now() }, ring, request, typed));
  } finally {
    ring.lock();
  }
  const { station, number, name } = request;
  return { json: { station, term: number, file }, lines: [fill(words.standby.termSigned, { station, number, name, file })] };
}

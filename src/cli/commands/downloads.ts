/** Who took files of a dispatch to which machine, as the station's ledger has it for the own office. */
import { fill } from '#core/refusal-words.ts';
import { readDispatch } from '#client/dispatch/incoming.ts';
import { downloadsOf } from '#client/dispatch/taking.ts';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDispatch } from '../finding.ts';
import { formatMoment } from '../locale.ts';
import { columns } from '../showing.ts';
import type { Values } from '../values.ts';

export function downloads(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const found = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'));
    const taken = await downloadsOf(device.session, found, context.stop);
    const names = await namesOf(device, found, context.stop);
    const { words, timeZone } = context;
    const lines = taken.map(({ at, part, person, device: on }): readonly [string, string] => [
      formatMoment(at, timeZone),
      fill(words.said.tookFile, { file: names.get(part) ?? part.slice(0, 16), person: person ?? words.said.tookErased, device: on ?? words.said.tookErased }),
    ]);
    return {
      json: { dispatch: found.dispatch, office: found.office, downloads: taken.map((one) => ({ ...one, at: new Date(one.at).toISOString(), name: names.get(one.part) ?? null })) },
      lines: lines.length === 0 ? [words.said.tookNothing] : columns(lines),
    };
  });
}

/** Names of files, where this device may open the letter; the ledger has none. */
async function namesOf({ session }: Device, { dispatch, office }: { readonly dispatch: string; readonly office: string }, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  try {
    const { core } = await readDispatch(session, dispatch, office, signal);
    return new Map(core.parts.map(({ root, name }) => [hex(root), name]));
  } catch (error) {
    if (error instanceof Refusal) return new Map();
    throw error;
  }
}

/** Somebody else may know an office's keys: all of them at once made anew and ended, and what they open is listed. */
import { fill } from '#core/refusal-words.ts';
import { affectedBy, compromiseOffice } from '#client/compromise.ts';
import { officeLabel, officeText, officeTold } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { officeOf, withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { columns, isoOrNull, numberText, shortId } from '../showing.ts';
import type { Values } from '../values.ts';

export function compromise(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const { said } = context.words;
    const office = officeOf(values, device);
    const ended = await compromiseOffice(session, office);
    const { given } = await session.keepOffice(office, { wrapsMax: 4_096, arrivalsMax: 256 });
    const affected = await affectedBy(session, office);
    const rows = affected.map(({ dispatch, direction, from, number, time, keys }) =>
      [shortId(dispatch), [context.words.direction[direction], number === null ? '' : numberText(number), officeLabel(session, officeTold(session.view, from)), formatInstant(time, context.timeZone), keys.join(', ')].join('  ')] as const);
    return {
      json: { office, ended, given, affected: affected.map((one) => ({ ...one, from: officeText(session.view, officeTold(session.view, one.from)), time: isoOrNull(one.time) })) },
      lines: [
        fill(ended.length > 0 ? said.keysCompromised : said.keysCompromiseSent, { office, keys: ended.join(', ') }),
        fill(said.keysAffected, { count: affected.length }), ...columns(rows),
      ],
    };
  });
}

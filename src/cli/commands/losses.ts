/** What a restored station knows of what it lost. */
import { fill } from '#core/refusal-words.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf } from '../homes.ts';
import { formatInstant } from '../locale.ts';
import { shortId } from '../showing.ts';
import type { Values } from '../values.ts';

export async function stationLosses({ host, words, timeZone, environment }: CliContext, values: Values): Promise<Outcome> {
  const losses = await host.backups.losses(dataOf(values, environment));
  const { restorations, unheard, dispatches, leftOut, suspected } = losses;
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    json: {
      ...losses, restorations: restorations.map((one) => ({ ...one, asOf: iso(one.asOf) })),
      dispatches: dispatches.map((one) => ({ ...one, created: iso(one.created) })),
    },
    lines: restorations.length === 0 ? [words.backup.neverRestored] : [
      ...restorations.map(({ asOf, opened }) => fill(opened ? words.backup.lossesSince : words.backup.notReopened, { time: formatInstant(asOf, timeZone) })),
      ...dispatches.map(({ dispatch, office, created, peers, arrived, beyond }) => fill(words.backup.lostHere, {
        dispatch: shortId(dispatch), office, to: [...arrived, ...beyond].join(', '), time: formatInstant(created, timeZone), peers: peers.join(', '),
        ...(arrived.length > 0 && { arrived: arrived.join(', ') }), ...(beyond.length > 0 && { beyond: beyond.join(', ') }),
      })),
      ...suspected.map(({ dispatch, office, from }) => fill(words.backup.suspectedHere, { dispatch: shortId(dispatch), office, from })),
      ...(unheard.length === 0 ? [] : [fill(words.backup.lossesUnheard, { peers: unheard.join(', ') })]),
      ...leftOut.map((run) => fill(words.backup.lossesNumbers, run)),
      ...(dispatches.length + leftOut.length === 0 ? [] : [words.backup.lossesNext]),
      fill(words.backup.lossesCount, { lost: dispatches.length, suspected: suspected.length }),
    ],
  };
}

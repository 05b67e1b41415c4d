/** The station's links: up or down, what waits, the last numbers. */
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';

export function links(context: CliContext, values: Values): Promise<Outcome> {
  const { words, timeZone } = context;
  return withDevice(context, values, async ({ session }) => {
    const answer = await session.api.call('links', {});
    const lines = answer.links.map(({ peer, state, queued, lastSent, lastReceived, lastMet }) => {
      const waiting = queued.routine + queued.priority + queued.immediate + queued.flash;
      const met = lastMet === null ? '–' : formatInstant(lastMet, timeZone);
      const site = session.view.station(peer)?.site ?? peer;
      return `${site} (${peer})  ${words.state[state]}  ${words.field.queued}: ${waiting}  ` +
        `${words.field.numbers}: ${lastSent}/${lastReceived}  ${words.field.lastMet}: ${met}`;
    });
    const json = answer.links.map((link) => ({ ...link, oldestQueued: isoOrNull(link.oldestQueued), lastMet: isoOrNull(link.lastMet) }));
    return { json: { links: json }, lines: lines.length === 0 ? [words.said.nothing] : lines };
  });
}

/** What an office cannot open, said to its origin, and sealed again there. */
import { fill } from '#core/refusal-words.ts';
import { sayUnreadable } from '#client/unreadable.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { findDispatch } from '../finding.ts';
import { shortId } from '../showing.ts';
import type { Values } from '../values.ts';

export function unreadable(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'), 'in');
    await sayUnreadable(device.session, dispatch, office, values.text('reason') ?? undefined);
    return { json: { dispatch, office, receipt: 'unreadable' }, lines: [fill(context.words.reseal.said, { dispatch: shortId(dispatch) })] };
  });
}

/** What an office cannot open, said to its origin, and sealed again there. */
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { resealDispatch } from '#client/office-keys/resealing.ts';
import { sayUnreadable } from '#client/dispatch/unreadable.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { findDispatch } from '../finding.ts';
import { officeName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';

export function unreadable(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'), 'in');
    await sayUnreadable(device.session, dispatch, office, values.text('reason') ?? undefined);
    return { json: { dispatch, office, receipt: 'unreadable' }, lines: [fill(context.words.reseal.said, { dispatch: shortId(dispatch) })] };
  });
}

export function reseal(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'), 'out');
    const to = values.list('to');
    const done = await resealDispatch(session, office, dispatch, to.length === 0 ? undefined : to);
    const { words: { reseal: said }, locale } = context;
    const named = (code: string): string => officeName(session.view, code);
    const lines = [
      fill(said.resealed, { dispatch: shortId(dispatch), sealing: done.sealing, offices: done.offices.map(named).join(', ') }),
      ...done.left.map((one) => fill(said.left, { office: named(one.office), reason: refusalSentence(one.code, { office: named(one.office) }, locale) })),
    ];
    return { json: done, lines, ok: done.left.length === 0 };
  });
}

/** The steps after writing: approve, sign, send. Each by a person with the right, on that person's own device. */
import { fill } from '#core/refusal-words.ts';
import { approveDraft, type HeldDraft, sendDraft, signDraft } from '#client/outgoing.ts';
import { mayAct } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDraft } from '../finding.ts';
import { flashLines } from '../flash-senders.ts';
import { isoOrNull, numberText, shortId, withoutStandInLines } from '../showing.ts';
import type { Values } from '../values.ts';
import { contentFrom, draftJson } from './draft.ts';

export function approve(context: CliContext, values: Values): Promise<Outcome> {
  const { said } = context.words;
  // The next command is this person's only where they may sign too.
  return step(context, values, approveDraft, ({ session, person }, { office }) =>
    mayAct({ view: session.view, person, at: session.now() }, 'sign a draft', office) ? said.approved : said.approvedOther);
}

export function sign(context: CliContext, values: Values): Promise<Outcome> {
  return step(context, values, signDraft, () => context.words.said.signed);
}

export function send(context: CliContext, values: Values): Promise<Outcome> {
  const content = contentFrom(values);
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const { dispatch, accepted, number, symbol, isBefore } = await sendDraft(device.session, id, content);
    const shown = numberText(number, symbol);
    return {
      json: { draft: id, dispatch, number: shown, series: number.series, accepted: isoOrNull(accepted) },
      lines: [fill(isBefore ? context.words.said.sentBefore : context.words.said.sent, { number: shown, dispatch: shortId(dispatch) })],
    };
  });
}

function step(context: CliContext, values: Values, act: typeof approveDraft, said: (device: Device, held: HeldDraft) => string): Promise<Outcome> {
  const content = contentFrom(values);
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const held = await act(device.session, id, content);
    return { json: draftJson(device.session, held), lines: [fill(said(device, held), { draft: shortId(held.id) }), ...withoutStandInLines(context, device.session, held.open.core), ...flashLines(context, device, held)] };
  });
}

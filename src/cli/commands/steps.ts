/** The steps after writing: approve, sign, send. Each by a person with the right, on that person's own device. */
import { fill } from '#core/refusal-words.ts';
import { approveDraft, coreOf, readDraft, sendDraft, signDraft } from '#client/outgoing.ts';
import { Refusal } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDraft } from '../finding.ts';
import { flashLines } from '../flash-senders.ts';
import { isoOrNull, numberText, shortId, withoutStandInLines } from '../showing.ts';
import type { Values } from '../values.ts';
import { CONTENT_DIGITS, draftJson } from './draft.ts';

export function approve(context: CliContext, values: Values): Promise<Outcome> {
  return step(context, values, approveDraft, context.words.said.approved);
}

export function sign(context: CliContext, values: Values): Promise<Outcome> {
  return step(context, values, signDraft, context.words.said.signed);
}

export function send(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const { dispatch, accepted, number, symbol, isBefore } = await sendDraft(device.session, id, await seenIn(device, id, values));
    const shown = numberText(number, symbol);
    return {
      json: { draft: id, dispatch, number: shown, series: number.series, accepted: isoOrNull(accepted) },
      lines: [fill(isBefore ? context.words.said.sentBefore : context.words.said.sent, { number: shown, dispatch: shortId(dispatch) })],
    };
  });
}

function step(context: CliContext, values: Values, act: typeof approveDraft, said: string): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const held = await act(device.session, id, await seenIn(device, id, values));
    return { json: draftJson(device.session, held), lines: [fill(said, { draft: shortId(held.id) }), ...withoutStandInLines(context, device.session, held.open.core), ...flashLines(context, device, held)] };
  });
}

const CONTENT_MARK = new RegExp(`^[0-9a-f]{${CONTENT_DIGITS}}$`, 'i');

/**
 * What the person has looked at, where they say so: the whole digest of what is there now, if it has that mark.
 * @throws Refusal `option-unknown` for what is no mark; `draft-changed`
 */
async function seenIn({ session }: Device, id: string, values: Values): Promise<string | undefined> {
  const mark = values.text('content');
  if (mark === null) return undefined;
  if (!CONTENT_MARK.test(mark)) throw new Refusal('option-unknown', { option: `--content ${mark.slice(0, 40)}` });
  const core = coreOf(session, await readDraft(session, id));
  if (!core.startsWith(mark.toLowerCase())) throw new Refusal('draft-changed', { draft: id });
  return core;
}

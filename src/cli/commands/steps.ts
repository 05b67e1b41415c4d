/** The steps after writing: approve, sign, send. Each by a person with the right, on that person's own device. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { approveDraft, sendDraft, signDraft } from '#client/dispatch/outgoing.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { stationLabel } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDraft, onDraft } from '../finding.ts';
import { flashLines } from '../flash-senders.ts';
import { nextStepLine, noContentLines } from '../next-step.ts';
import { nobodyOpensLines } from '../nobody-opens.ts';
import { placedLine } from '../placed.ts';
import { isoOrNull, numberText, shortId, withoutStandInLines } from '../showing.ts';
import type { Values } from '../values.ts';
import { contentFrom, draftJson } from './draft.ts';

export function approve(context: CliContext, values: Values): Promise<Outcome> {
  return step(context, values, approveDraft, context.words.said.approved);
}

export function sign(context: CliContext, values: Values): Promise<Outcome> {
  return step(context, values, signDraft, context.words.said.signed);
}

export function send(context: CliContext, values: Values): Promise<Outcome> {
  const content = contentFrom(values);
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const { dispatch, accepted, number, symbol, isBefore } = await onDraft(device, id, () => sendDraft(device.session, id, content)).catch(async (error: unknown) => {
      const kept = await numberKept(context, device, id);
      if (kept !== null) context.output.say(kept);
      throw error;
    });
    const shown = numberText(number, symbol);
    return {
      json: { draft: id, dispatch, number: shown, series: number.series, accepted: isoOrNull(accepted) },
      lines: [placedLine(context, isBefore ? context.words.said.sentBefore : context.words.said.sent, { number: shown, dispatch: shortId(dispatch) }), ...await warnings(context, device, dispatch)],
    };
  });
}

/** What is refused after it was numbered keeps its number; null where it has none. */
async function numberKept(context: CliContext, { session: { api } }: Pick<Device, 'session'>, id: string): Promise<string | null> {
  // Whatever cannot be asked now: what is said is why it was not sent.
  const reached = await api.call('draft', { path: { draft: id } }).then((one) => one.step, () => null);
  return reached === 'numbered' ? placedLine(context, context.words.said.numberKept, { draft: shortId(id) }) : null;
}

/** Sent is not gone: where the line on its way is down, or nobody opens it there, whoever sent it knows now and not when somebody misses it. */
async function warnings(context: CliContext, device: Device, dispatch: string): Promise<string[]> {
  const { session } = device;
  try {
    const [{ queued, header }, { links }] = await Promise.all([traceDispatch(session, dispatch), session.api.call('links', {})]);
    const down = links.filter(({ peer, state }) => state !== 'up' && queued.some((copy) => copy.peer === peer));
    return [...down.map(({ peer }) => placedLine(context, context.words.said.lineDown, { peer: stationLabel(session, peer), code: peer })), ...nobodyOpensLines(context, device, header)];
  } catch (error) {
    // It is sent, whatever cannot be asked after that.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function step(context: CliContext, values: Values, act: typeof approveDraft, said: string): Promise<Outcome> {
  const content = contentFrom(values);
  return withDevice(context, values, async (device) => {
    const id = await findDraft(device, values.operand(0, 'DRAFT'));
    const held = await onDraft(device, id, () => act(device.session, id, content));
    const done = `${fill(said, { draft: shortId(held.id) })} ${nextStepLine(context, device, held)}`;
    return { json: draftJson(device.session, held), lines: [done, ...noContentLines(context, held), ...withoutStandInLines(context, device.session, held.open.core), ...flashLines(context, device, held), ...nobodyOpensLines(context, device, held.open.core)] };
  });
}

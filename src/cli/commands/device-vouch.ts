/** This device speaks for a new one of the same person, found by the code on its screen, as in the pages' settings. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { inFours } from '#core/crockford.ts';
import { findOwnRequest, turnDown, vouchOnShelf } from '#client/keyring/request-shelf.ts';
import { giveOnceAdmitted } from '#client/keyring/vouched-device.ts';
import { deviceRequest } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { resolved } from '../homes.ts';
import { codeFrom } from '../names.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';

/** Shown first: whoever sent somebody a code hopes that nobody looks whose machine it is. It is named to be vouched for. */
export function deviceVouch(context: CliContext, values: Values): Promise<Outcome> {
  const typed = values.operand(0, 'CODE');
  const named = values.text('device-code') === null ? null : codeFrom(values, 'device-code');
  const { words: { keyring } } = context;
  return withDevice(context, values, async ({ session }) => {
    const found = await findOwnRequest(session, typed);
    const { asked: { device, name } } = found;
    const code = inFours(found.code);
    const json = { code, device, name };
    if (values.flag('refuse')) {
      const unheard = await turnDown(session, found);
      return { json: { ...json, vouched: false, refused: true, unheard }, lines: droppedLines(context, device, unheard) };
    }
    if (named === null) return { json: { ...json, vouched: false }, lines: [fill(keyring.vouchAsk, { device, name, code }), placedLine(context, keyring.vouchHow, { device, code })] };
    if (named !== device) throw new Refusal('option-unknown', { option: '--device-code', value: named, words: device });
    const { request, stations } = await vouchOnShelf(session, found);
    const file = values.text('out') === null ? null : resolved(values.need('out'));
    if (file !== null) context.host.durable.write(file, deviceRequest.encode(request));
    const done = { ...json, vouched: true, request: file, stations };
    const withFile = { device, ...(file !== null && { file }) };
    const said = stations.length === 0 ? fill(keyring.vouchedNowhere, withFile) : fill(keyring.vouchedNow, { ...withFile, stations: stations.join(', ') });
    if (!values.flag('wait')) return { json: done, lines: [said, keyring.keysLater] };
    for (const line of [said, fill(keyring.waiting, { device })]) context.output.say(line);
    const keysGiven = await giveOnceAdmitted(session, request, context.stop);
    return { json: { ...done, keysGiven }, lines: [fill(keyring.handedOver, { device, keys: keysGiven })] };
  });
}

/** @param unheard stations that have the request and could not be told */
export function droppedLines({ words: { keyring } }: CliContext, device: string, unheard: readonly string[]): string[] {
  const dropped = fill(keyring.vouchRefused, { device });
  return unheard.length === 0 ? [dropped] : [dropped, fill(keyring.dropUnheard, { stations: unheard.join(', ') })];
}

/** This device speaks for a new one of the same person, found by the code on its screen, as in the pages' settings. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { inFours } from '#core/crockford.ts';
import { giveOnceAdmitted } from '#client/people-errands.ts';
import { findOwnRequest, turnDown, vouchOnShelf } from '#client/request-shelf.ts';
import { deviceRequest } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { resolved, writeWhole } from '../homes.ts';
import { codeFrom } from '../names.ts';
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
      await turnDown(session, found.code);
      return { json: { ...json, vouched: false, refused: true }, lines: [fill(keyring.vouchRefused, { device })] };
    }
    if (named === null) return { json: { ...json, vouched: false }, lines: [fill(keyring.vouchAsk, { device, name, code }), fill(keyring.vouchHow, { device, code })] };
    if (named !== device) throw new Refusal('option-unknown', { option: `--device-code ${named}`, words: device });
    const vouched = await vouchOnShelf(session, found);
    const file = values.text('out') === null ? null : resolved(values.need('out'));
    if (file !== null) writeWhole(file, deviceRequest.encode(vouched));
    const said = fill(keyring.vouchedNow, { device, ...(file !== null && { file }) });
    if (!values.flag('wait')) return { json: { ...json, vouched: true, request: file }, lines: [said, keyring.keysLater] };
    for (const line of [said, fill(keyring.waiting, { device })]) context.output.say(line);
    await giveOnceAdmitted(session, device, context.stop);
    return { json: { ...json, vouched: true, request: file, keysGiven: true }, lines: [fill(keyring.handedOver, { device })] };
  });
}

/** New devices that somebody's own device vouches for, wherever they were left: a registrar lists them and admits each, or turns it down, as on the Directory page. */
import { inFours } from '#core/crockford.ts';
import { fill } from '#core/refusal-words.ts';
import { admitVouched } from '#client/directory/people-errands.ts';
import { turnDown, VouchedShelf } from '#client/keyring/request-shelf.ts';
import { readRequestCode } from '#model/device-requests.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';
import { droppedLines } from './device-vouch.ts';
import { onceInForce, proposedLine } from './directory-add.ts';

export function deviceWaiting(context: CliContext, values: Values): Promise<Outcome> {
  const { timeZone, words: { keyring } } = context;
  return withDevice(context, values, async ({ session }) => {
    const { requests: listed, more } = await new VouchedShelf(session).list();
    const requests = listed.map(({ code, asked: { person, name, device }, request, expires }) =>
      ({ code: inFours(code), person, name, device, voucher: request.voucher!.device, expires }));
    const lines = requests.map((one) => fill(keyring.waits, { ...one, expires: formatInstant(one.expires, timeZone) }));
    if (more > 0) lines.push(fill(keyring.moreWait, { more }));
    return { json: { requests, more }, lines: lines.length === 0 ? [keyring.nobodyWaits] : [...lines, placedLine(context, keyring.admitHow)] };
  });
}

/** @throws Refusal `request-unknown` for a code under which nothing waits that counts now */
export function deviceAdmit(context: CliContext, values: Values): Promise<Outcome> {
  const code = readRequestCode(values.operand(0, 'CODE'));
  const { words: { keyring } } = context;
  return withDevice(context, values, async ({ session }) => {
    const found = await new VouchedShelf(session).find(code);
    const { asked: { device, name } } = found;
    const json = { code: inFours(code), device, name };
    if (values.flag('refuse')) {
      const unheard = await turnDown(session, found);
      return { json: { ...json, refused: true, unheard }, lines: droppedLines(context, device, unheard) };
    }
    const { keysGiven, ...proposed } = await admitVouched(session, found.request, context.stop);
    return { json: { ...json, ...proposed, keysGiven }, lines: [proposedLine(context, proposed), ...onceInForce(context, proposed, [fill(keyring.admitted, { device, name })])] };
  });
}

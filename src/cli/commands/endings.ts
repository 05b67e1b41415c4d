/** Entries that end or move what stands in the directory, one command each. */
import { Refusal } from '#core/refusals.ts';
import type { EndReason } from '#client/directory/members.ts';
import { endDevice, planDeviceEnd } from '#client/directory/people-errands.ts';
import { endPosition, planListEnd, planOfficeAlternate, planOfficeEnd, planOfficeMove, planPositionEnd } from '#client/directory/structure-errands.ts';
import { lasts } from '#model/directory-ending.ts';
import { cutOffBy } from '#client/directory/cut-off.ts';
import type { Ending } from '#model/directory-view.ts';
import { type Known, stationLabel } from '#model/peer-names.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { demandDevice } from '../device-named.ts';
import { keysAfterLines } from '../keys-after.ts';
import { demandEndSeen } from '../last-keys.ts';
import { checkCode, codeFrom } from '../names.ts';
import { demandYes } from '../passphrases.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine, proposing } from './directory-add.ts';

type Ended = Pick<Ending, 'endedBy' | 'endedAt'> | null;

/** Ends a device; the keys of its person's offices are rolled, for it had them. */
export function deviceEnd(context: CliContext, values: Values): Promise<Outcome> {
  const code = checkCode(values.operand(0, 'DEVICE'));
  const reason = reasonOf(values);
  return withDevice(context, values, async (device) => {
    demandDevice(context, device, code);
    const last = await demandEndSeen(context, device, values, { plans: planDeviceEnd(code, reason), isUrgent: reason === 'compromised' });
    const { person, keys, ...proposed } = await endDevice(device.session, code, reason, context.stop);
    return { json: { ...proposed, device: code, person, reason, lastKeysOf: last.offices, ...keys }, lines: [proposedLine(context, proposed), ...last.lines, ...onceInForce(context, proposed, keysAfterLines(context, device, keys, proposed))] };
  });
}

export function positionEnd(context: CliContext, values: Values): Promise<Outcome> {
  const code = checkCode(values.operand(0, 'POSITION'));
  return withDevice(context, values, async (device) => {
    const last = await demandEndSeen(context, device, values, { plans: planPositionEnd(code) });
    const { keys, ...proposed } = await endPosition(device.session, code, context.stop);
    return { json: { ...proposed, position: code, lastKeysOf: last.offices, ...keys }, lines: [proposedLine(context, proposed), ...last.lines, ...onceInForce(context, proposed, keysAfterLines(context, device, keys, proposed))] };
  });
}

export function officeEnd(context: CliContext, values: Values): Promise<Outcome> {
  const office = checkCode(values.operand(0, 'OFFICE'));
  return proposing(context, values, async ({ session }) => planOfficeEnd(session.view, office, session.now()));
}

export function officeMove(context: CliContext, values: Values): Promise<Outcome> {
  const office = checkCode(values.operand(0, 'OFFICE'));
  const station = codeFrom(values, 'at');
  return proposing(context, values, async ({ session: { view } }) => planOfficeMove(view, office, station));
}

/** Who receives while the office is shut: an author's device adds it, visibly. Without `--to` it has none any more. */
export function officeAlternate(context: CliContext, values: Values): Promise<Outcome> {
  const office = checkCode(values.operand(0, 'OFFICE'));
  const [alternate] = values.list('to').map(checkCode);
  return proposing(context, values, async ({ session: { view } }) => planOfficeAlternate(view, office, alternate ?? null));
}

export function stationEnd(context: CliContext, values: Values): Promise<Outcome> {
  const station = checkCode(values.operand(0, 'STATION'));
  const reason = reasonOf(values);
  return proposing(context, values, async ({ session: { view } }) => {
    demandLasts(context, view.station(station), 'station-unknown', { station });
    return [{ kind: 'end', body: { what: 'station', code: station, reason } }];
  });
}

export function listEnd(context: CliContext, values: Values): Promise<Outcome> {
  const list = checkCode(values.operand(0, 'LIST'));
  return proposing(context, values, async ({ session }) => planListEnd(session.view, list, session.now()));
}

export function linkAdd(context: CliContext, values: Values): Promise<Outcome> {
  const [caller, answerer] = [checkCode(values.operand(0, 'CALLER')), checkCode(values.operand(1, 'ANSWERER'))];
  const address = values.text('address') ?? undefined;
  if (address !== undefined && !ADDRESS_SHAPE.test(address)) throw new Refusal('option-unknown', { option: '--address' });
  return proposing(context, values, async ({ session: { view } }) => {
    for (const station of [caller, answerer]) demandInForce(view.station(station), 'station-unknown', { station });
    const isSame = view.links().some((link) => link.caller === caller && link.answerer === answerer && link.address === (address ?? null));
    return isSame ? [] : [{ kind: 'link', body: { caller, answerer, address } }];
  });
}

export function linkEnd(context: CliContext, values: Values): Promise<Outcome> {
  const [one, other] = [checkCode(values.operand(0, 'STATION')), checkCode(values.operand(1, 'STATION'))];
  return proposing(context, values, async ({ session }) => {
    if (!session.view.neighbours(one).includes(other)) throw new Refusal('no-route', { station: other });
    await demandCutSeen(context, session, values, cutOffBy(session.view, one, other));
    return [{ kind: 'end', body: { reason: 'superseded', what: 'link', code: one, other } }];
  });
}

/** Whoever is cut off hears of nothing by a line, and is told so by nobody: it is said before. @throws Refusal `cancelled` where the answer is no */
async function demandCutSeen({ output, prompt, words, ...context }: CliContext, known: Known, values: Values, stations: readonly string[]): Promise<void> {
  if (stations.length === 0) return;
  const { station: keeper } = known.view.sequencer;
  const line = placedLine(context, words.said.linkCutsOff, { stations: stations.map((code) => stationLabel(known, code)).join(', '), keeper: stationLabel(known, keeper) });
  const typed = values.flag('yes') ? null : await prompt.ask(`${line}\n${words.rights.askLastKeys}`, 'shown');
  if (typed === null) output.say(line);
  else demandYes({ words }, typed);
}

/** What ends only later, by an entry that was dated ahead, may be ended now. */
function demandLasts({ clock }: CliContext, thing: Ended, code: 'device-unknown' | 'position-unknown' | 'office-unknown' | 'station-unknown', detail: Record<string, string>): void {
  if (thing === null || !lasts(thing, clock.now())) throw new Refusal(code, detail);
}

function demandInForce(thing: Ended, code: 'device-unknown' | 'position-unknown' | 'office-unknown' | 'station-unknown', detail: Record<string, string>): void {
  if (thing?.endedBy !== null) throw new Refusal(code, detail);
}

function reasonOf(values: Values): EndReason {
  return values.flag('compromised') ? 'compromised' : 'left';
}

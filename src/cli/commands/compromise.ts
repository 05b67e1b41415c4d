/** Others may have keys: their use ended at once, everything made anew that this device can make, and what they open listed. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { affectedBy, type AffectedDispatch, type ExposedReason, nameOf, type OfficeExposure } from '#client/office-keys/compromise.ts';
import { declareExposed, declareOffice } from '#client/office-keys/exposure-errands.ts';
import { type ExposurePlan, isDeclarable, planDeviceExposed, planPersonExposed } from '#client/office-keys/exposure-plans.ts';
import { exposedKeys } from '#model/exposure.ts';
import { officeLabel, officeText, officeTold } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { demandDevice } from '../device-named.ts';
import { demandEndSeen } from '../last-keys.ts';
import { formatInstant, parseInstant } from '../locale.ts';
import { checkCode } from '../names.ts';
import { sealGoneLines } from '../next-seal.ts';
import { placedLine } from '../placed.ts';
import { columns, isoOrNull, numberText, officeName, personName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';
import { EXPOSED_MARKS, markFrom } from '../marks.ts';
import { onceInForce, proposedLine } from './directory-add.ts';
import { withMakers } from './office-keys.ts';

export function compromise(context: CliContext, values: Values): Promise<Outcome> {
  const reason = markFrom(values, 'reason', EXPOSED_MARKS, 'compromised');
  const [device, person] = [values.text('device'), values.text('person')];
  const named = [device, person, values.text('office')].filter((one) => one !== null);
  if (named.length > 1) throw new Refusal('option-unknown', { option: '--device --person --office' });
  const keys = values.list('keys');
  if (keys.length > 0 && (device ?? person) !== null) throw new Refusal('option-unknown', { option: '--keys' });
  if (values.flag('holdings') && person === null) throw new Refusal('option-unknown', { option: '--holdings' });
  const since = values.text('gone-since');
  if (since !== null && (device ?? person) === null) throw new Refusal('option-unknown', { option: '--gone-since' });
  const gone = since === null ? undefined : parseInstant(since, context.timeZone, '--gone-since').instant;
  return withDevice(context, values, (own) => {
    const { session } = own;
    const why = { reason, now: session.now(), since: gone };
    if (device !== null) {
      demandDevice(context, own, checkCode(device), (one) => isDeclarable(session.view, one, why));
      return exposed(context, own, values, planDeviceExposed(session.view, checkCode(device), why, own), reason);
    }
    if (person !== null) return exposed(context, own, values, planPersonExposed(session.view, checkCode(person), values.flag('holdings'), why), reason);
    return officeExposed(context, own, officeOf(values, own), { reason, keys: keys.length > 0 ? keys : undefined, signal: context.stop });
  });
}

/** What ended keys open, of one office's registers: what came to it, and what it sent to others. */
export function exposedList(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const office = officeOf(values, device);
    const affected = await affectedBy(device.session, office);
    return { json: { office, ended: exposedKeys(device.session.view, office).map(nameOf), affected: affected.map((one) => affectedJson(device, one)) }, lines: affectedLines(context, device, office, affected) };
  });
}

async function officeExposed(context: CliContext, device: Device, office: string, exposure: OfficeExposure): Promise<Outcome> {
  const { ended, given, spared, sparedSince, affected } = await declareOffice(device.session, office, exposure).catch((error: unknown) => {
    throw withMakers(error, device, office);
  });
  const { said } = context.words;
  const outcome = spared.length > 0 ? said.keysSpared : ended.length > 0 ? said.keysCompromised : said.keysCompromiseSent;
  return {
    json: { office, reason: exposure.reason, ended, spared, given, affected: affected.map((one) => affectedJson(device, one)) },
    lines: [placedLine(context, outcome, { office, keys: ended.join(', '), spared: spared.join(', '), since: sparedSince === null ? '' : formatInstant(sparedSince, context.timeZone) }), ...affectedLines(context, device, office, affected)],
    ok: spared.length === 0,
  };
}

async function exposed(context: CliContext, device: Device, values: Values, plan: ExposurePlan, reason: ExposedReason): Promise<Outcome> {
  const { session } = device;
  const { exposure } = context.words;
  const what = fill(context.words.rights.stops, { name: personName(session.view, plan.person), devices: plan.devices.join(', ') || '–' });
  const last = await demandEndSeen(context, device, values, { plans: plan.plans, what, isUrgent: true });
  const { rolled, left, listed, elsewhere, ...proposed } = await declareExposed(session, plan, reason, context.stop);
  const isDone = proposed.outcome === 'sequenced';
  const { devices, seals, person } = plan;
  const name = personName(session.view, person);
  return {
    json: {
      ...proposed, reason, person, devices, seals, rolled, left, lastKeysOf: last.offices,
      affected: listed.map(({ office, affected }) => ({ office, dispatches: affected.map((one) => affectedJson(device, one)) })), listElsewhere: elsewhere,
    },
    lines: [
      proposedLine(context, proposed), ...last.lines,
      fill(isDone ? exposure.ended : proposed.outcome === 'waiting' ? exposure.toEnd : exposure.toEndSent, { name, devices: devices.join(', ') || '–', reason: context.words.rights.reason[reason] }),
      ...(devices.length > 0 && isDone ? [exposure.signedBefore] : []),
      ...rolled.map((office) => fill(context.words.rights.rolled, { office: officeName(session.view, office) })),
      ...onceInForce(context, proposed, [
        ...left.map(({ office, persons }) => fill(leftText(context, device, { office, persons, isDone }), {
          name: officeName(session.view, office), office, reason, persons: persons.map((one) => personName(session.view, one)).join(', ') || '–',
        })),
        ...sealGoneLines(context, device, seals, person),
        ...listed.flatMap(({ office, affected }) => affectedLines(context, device, office, affected)),
        ...elsewhere.map((office) => fill(exposure.listElsewhere, { name: officeName(session.view, office), office })),
      ]),
    ],
  };
}

/** Where this device makes the keys they are ended by command, after the device; elsewhere they end with it. */
function leftText({ words: { exposure } }: CliContext, { session }: Device, { office, persons, isDone }: { readonly office: string; readonly persons: readonly string[]; readonly isDone: boolean }): string {
  if (!isDone && session.may('make the keys', office)) return exposure.waiting;
  if (persons.length === 0) return exposure.leftNobody;
  return isDone ? exposure.left : exposure.leftLater;
}

function affectedJson({ session: { view } }: Device, one: AffectedDispatch): object {
  return { ...one, from: officeText(view, officeTold(view, one.from)), time: isoOrNull(one.time) };
}

function affectedLines(context: CliContext, { session }: Device, office: string, affected: readonly AffectedDispatch[]): string[] {
  const { words, timeZone } = context;
  const { view } = session;
  const rows = affected.map(({ dispatch, direction, from, number, time, keys, elsewhere }) => {
    const opened = [...keys, ...elsewhere.map((one) => `${officeName(view, one.office)}: ${one.keys.join(', ')}`)].join('; ');
    return [shortId(dispatch), [words.direction[direction], number === null ? '' : numberText(number), officeLabel(session, officeTold(view, from)), formatInstant(time, timeZone), opened].join('  ')] as const;
  });
  const ended = exposedKeys(view, office).map(nameOf);
  return [
    ...(ended.length === 0 ? [] : [fill(words.exposure.endedKeys, { name: officeName(view, office), keys: ended.join(', ') })]),
    fill(words.exposure.listed, { name: officeName(view, office), count: affected.length }), ...columns(rows),
  ];
}

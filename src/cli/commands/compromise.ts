/** Others may have keys: their use ended at once, everything made anew that this device can make, and what they open listed. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { affectedBy, type AffectedDispatch, compromiseOffice, type ExposedReason } from '#client/compromise.ts';
import { endKeysPlans, type ExposurePlan, planDeviceExposed, planPersonExposed } from '#client/exposure-plans.ts';
import { officeLabel, officeText, officeTold } from '#model/peer-names.ts';
import { whoMay } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { checkCode } from '../names.ts';
import { proposePlans } from '../registrar.ts';
import { columns, isoOrNull, numberText, officeName, personName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';
import { proposedLine } from './directory-add.ts';

const REASONS = ['compromised', 'lost', 'stolen'] as const satisfies readonly ExposedReason[];
const WHOLE = { wrapsMax: 4_096, arrivalsMax: 256 };

export function compromise(context: CliContext, values: Values): Promise<Outcome> {
  const reason = values.word('reason', REASONS, 'compromised');
  const [device, person] = [values.text('device'), values.text('person')];
  const named = [device, person, values.text('office')].filter((one) => one !== null);
  if (named.length > 1) throw new Refusal('option-unknown', { option: '--device --person --office' });
  if (values.flag('holdings') && person === null) throw new Refusal('option-unknown', { option: '--holdings' });
  return withDevice(context, values, (own) => {
    const { session } = own;
    if (device !== null) return exposed(context, own, planDeviceExposed(session.view, checkCode(device), reason, session.now()), reason);
    if (person !== null) return exposed(context, own, planPersonExposed(session.view, checkCode(person), values.flag('holdings'), reason, session.now()), reason);
    return officeExposed(context, own, officeOf(values, own), reason);
  });
}

/** What ended keys open, of one office's registers: what came to it, and what it sent to others. */
export function exposedList(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const office = officeOf(values, device);
    const affected = await affectedBy(device.session, office);
    return { json: { office, affected: affected.map((one) => affectedJson(device, one)) }, lines: affectedLines(context, device, office, affected) };
  });
}

async function officeExposed(context: CliContext, device: Device, office: string, reason: ExposedReason): Promise<Outcome> {
  const { session } = device;
  const { said } = context.words;
  const ended = await compromiseOffice(session, office, reason);
  const { given } = await session.keepOffice(office, WHOLE);
  const affected = await affectedBy(session, office);
  return {
    json: { office, reason, ended, given, affected: affected.map((one) => affectedJson(device, one)) },
    lines: [fill(ended.length > 0 ? said.keysCompromised : said.keysCompromiseSent, { office, keys: ended.join(', ') }), ...affectedLines(context, device, office, affected)],
  };
}

/**
 * Keys that this device may make are made anew after the device has ended, so that it is given none; those of other
 * offices are ended with it, by the registrar, and their key holders make new ones.
 */
async function exposed(context: CliContext, device: Device, plan: ExposurePlan, reason: ExposedReason): Promise<Outcome> {
  const { session } = device;
  const { exposure } = context.words;
  const mine = plan.offices.filter((office) => session.may('make the keys', office));
  const others = plan.offices.filter((office) => !mine.includes(office));
  const ends = others.flatMap((office) => endKeysPlans(session.view, office, reason, session.now()));
  const proposed = await proposePlans(context, device, [...plan.plans, ...ends]);
  const isDone = proposed.outcome === 'sequenced';
  const rolled: string[] = [];
  for (const office of isDone ? mine : []) {
    await compromiseOffice(session, office, reason);
    await session.keepOffice(office, WHOLE);
    rolled.push(office);
  }
  const left = plan.offices.filter((office) => !rolled.includes(office)).map((office) => ({
    office, persons: whoMay(session.view, 'make the keys', office, session.now()).map(({ person }) => person).filter((person) => person !== plan.person || !isDone),
  }));
  const lists = isDone ? await listsOf(device, plan.offices) : { listed: [], elsewhere: plan.offices };
  const { devices, seals, person } = plan;
  const name = personName(session.view, person);
  return {
    json: {
      ...proposed, reason, person, devices, seals, rolled, left,
      affected: lists.listed.map(({ office, affected }) => ({ office, dispatches: affected.map((one) => affectedJson(device, one)) })), listElsewhere: lists.elsewhere,
    },
    lines: [
      proposedLine(context, proposed),
      fill(exposure.ended, { name, devices: devices.join(', ') || '–', reason: context.words.rights.reason[reason] }),
      ...rolled.map((office) => fill(context.words.rights.rolled, { office: officeName(session.view, office) })),
      ...left.map(({ office, persons }) => fill(isDone ? exposure.left : exposure.waiting, {
        name: officeName(session.view, office), office, reason, persons: persons.map((one) => personName(session.view, one)).join(', ') || '–',
      })),
      ...seals.map((position) => fill(context.words.rights.sealGone, { position })),
      ...lists.listed.flatMap(({ office, affected }) => affectedLines(context, device, office, affected)),
      ...lists.elsewhere.map((office) => fill(exposure.listElsewhere, { name: officeName(session.view, office), office })),
    ],
  };
}

/** The lists of those offices whose registers this device reads; the others' people read their own. */
async function listsOf(device: Device, offices: readonly string[]): Promise<{ listed: { office: string; affected: AffectedDispatch[] }[]; elsewhere: string[] }> {
  const [listed, elsewhere]: [{ office: string; affected: AffectedDispatch[] }[], string[]] = [[], []];
  for (const office of offices) {
    const affected = device.session.offices().includes(office) ? await affectedBy(device.session, office).catch(nothingElsewhere) : null;
    if (affected === null) elsewhere.push(office);
    else listed.push({ office, affected });
  }
  return { listed, elsewhere };
}

/** An office that lives at another station has its registers there. */
function nothingElsewhere(error: unknown): null {
  if (error instanceof Refusal && ['office-unknown', 'not-entitled'].includes(error.code)) return null;
  throw error;
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
  return [fill(words.exposure.listed, { name: officeName(view, office), count: affected.length }), ...columns(rows)];
}

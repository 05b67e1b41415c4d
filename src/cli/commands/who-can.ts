/** Who may do something in an office, and what a person may: through which position, until when, in whose place. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { Instant } from '#core/clock.ts';
import { beginningOf, type Way, waysOf, waysTo } from '#client/directory/entitlements.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Act, ACTS, positionMay } from '#model/rights.ts';
import type { Right } from '#wire/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { officeOf, withDevice } from '../device.ts';
import { formatInstant, parseInstant } from '../locale.ts';
import { foldedMark, markOf, RIGHT_MARKS } from '../marks.ts';
import { checkCode } from '../names.ts';
import { isoOrNull, listedName, officeName, personName } from '../showing.ts';
import type { Values } from '../values.ts';

/** What people call it by the act, where the right has another name. */
const ACTS_CALLED: Readonly<Record<string, Right>> = { open: 'receive', mo: 'receive', read: 'receive', doc: 'receive', send: 'dispatch', write: 'draft', viet: 'draft' };

export function whoCan(context: CliContext, values: Values): Promise<Outcome> {
  const typed = values.operand(0, 'RIGHT');
  const right = ACTS_CALLED[foldedMark(typed)] ?? markOf(RIGHT_MARKS, typed, 'RIGHT');
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const office = officeOf(values, device);
    const at = momentOf(context, values);
    const ways = waysTo(view, right, office, at);
    const heading = fill(context.words.rights.whoCan, { right: context.words.right[right], office: officeName(view, office), time: formatInstant(at, context.timeZone) });
    const lines = ways.map((way) => `  ${listedName(context, view, way.person)}: ${wayText(context, view, way, at, [right])}`);
    return { json: { right, office, at: isoOrNull(at), ways: ways.map(wayJson) }, lines: [heading, ...(lines.length === 0 ? [context.words.rights.nobody] : lines)] };
  });
}

export function whatCan(context: CliContext, values: Values): Promise<Outcome> {
  const person = checkCode(values.operand(0, 'PERSON'));
  return withDevice(context, values, async ({ session: { view } }) => {
    const known = view.person(person);
    if (known === null) throw new Refusal('person-unknown', { person });
    const at = momentOf(context, values);
    const ways = waysOf(view, person, at);
    const isRegistrar = view.registrars().some((one) => one.person === person);
    const { rights, right } = context.words;
    const heading = fill(rights.whatCan, { name: known.name, code: `[${person}]`, time: formatInstant(at, context.timeZone) });
    const lines = [
      ...ways.map((way) => `  ${officeName(view, way.office)}: ${way.rights.map((one) => right[one]).join(', ')} – ${wayText(context, view, way, at)}`),
      ...(isRegistrar ? [`  ${rights.isRegistrar}`] : []),
    ];
    const devices = view.devices(person).map(({ device }) => device);
    return {
      json: { person, name: known.name, at: isoOrNull(at), ended: isoOrNull(known.endedAt), registrar: isRegistrar, ways: ways.map((way) => ({ ...wayJson(way), acts: (Object.keys(ACTS) as Act[]).filter((act) => positionMay(way, act)) })), devices },
      lines: [heading, ...(lines.length === 0 ? [rights.nothing] : lines), fill(rights.devicesNow, { devices: devices.join(', ') || '–' })],
    };
  });
}

function momentOf({ clock, timeZone }: CliContext, values: Values): Instant {
  const text = values.text('at');
  return text === null ? clock.now() : parseInstant(text, timeZone, '--at').instant;
}

function wayJson(way: Way): object {
  return { ...way, from: isoOrNull(way.from), written: isoOrNull(way.written), until: isoOrNull(way.until) };
}

/** @param asked the rights that are asked about; all of them where the person is */
function wayText({ words: { rights }, timeZone }: CliContext, view: DirectoryView, way: Way, at: Instant, asked: readonly Right[] = way.rights): string {
  const { title, position, until, delegation } = way;
  const from = beginningOf(way);
  const shown = (time: Instant): string => formatInstant(time, timeZone);
  return [
    `${title} [${position}]`,
    from === null ? null : fill(rights.from, { time: shown(from) }),
    until === null ? null : fill(rights.until, { time: shown(until) }),
    delegation === null ? null : fill(rights.actedFor, { name: personName(view, delegation.by), delegation: delegation.code }),
    delegation === null ? null : delegation.reason,
    delegation === null && positionMay({ rights: asked }, 'carry the seal') && view.positionAt(position, at)?.seal === null ? rights.noSeal : null,
    asked !== way.rights && view.devices(way.person).length === 0 ? rights.noDevice : null,
    view.person(way.person)?.kind === 'service' && asked.some((right) => right === 'approve' || right === 'sign') ? rights.machineOnly : null,
  ].filter((one) => one !== null).join(', ');
}

/** Who may do something in an office, and what a person may: through which position, until when, in whose place. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, HeldPosition } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { officeOf, withDevice } from '../device.ts';
import { formatInstant, parseInstant } from '../locale.ts';
import { markOf, RIGHT_MARKS } from '../marks.ts';
import { checkCode } from '../names.ts';
import { isoOrNull, officeName, personName } from '../showing.ts';
import type { Values } from '../values.ts';

/** One way in which a person has rights at an instant. */
interface Way {
  readonly person: string;
  readonly position: string;
  readonly title: string;
  readonly office: string;
  readonly rights: readonly Right[];
  readonly from: string | null;
  readonly until: string | null;
  /** Null where the position is the person's own. */
  readonly delegation: { readonly code: string; readonly by: string; readonly reason: string } | null;
}

export function whoCan(context: CliContext, values: Values): Promise<Outcome> {
  const right = markOf(RIGHT_MARKS, values.operand(0, 'RIGHT'), 'RIGHT');
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const office = officeOf(values, device);
    const at = momentOf(context, values);
    const ways = view.entitled(right, office, at).flatMap(({ person }) => waysOf(view, person, at))
      .filter((way) => way.office === office && way.rights.includes(right));
    const heading = fill(context.words.rights.whoCan, { right: context.words.right[right], office: officeName(view, office), time: formatInstant(at, context.timeZone) });
    const lines = ways.map((way) => `  ${personName(view, way.person)} [${way.person}]: ${wayText(context, view, way)}`);
    return { json: { right, office, at: isoOrNull(at), ways }, lines: [heading, ...(lines.length === 0 ? [context.words.rights.nobody] : lines)] };
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
    const heading = fill(rights.whatCan, { name: known.name, person, time: formatInstant(at, context.timeZone) });
    const lines = [
      ...ways.map((way) => `  ${officeName(view, way.office)}: ${way.rights.map((one) => right[one]).join(', ')} – ${wayText(context, view, way)}`),
      ...(isRegistrar ? [`  ${rights.isRegistrar}`] : []),
    ];
    return {
      json: { person, name: known.name, at: isoOrNull(at), ended: isoOrNull(known.endedAt), registrar: isRegistrar, ways, devices: view.devices(person).map(({ device }) => device) },
      lines: [heading, ...(lines.length === 0 ? [rights.nothing] : lines)],
    };
  });
}

function momentOf({ clock, timeZone }: CliContext, values: Values): Instant {
  const text = values.text('at');
  return text === null ? clock.now() : parseInstant(text, timeZone, '--at').instant;
}

function waysOf(view: DirectoryView, person: string, at: Instant): Way[] {
  return view.held(person, at).map((held) => {
    const { position, title, office, rights, acting } = held;
    const { from, until } = timeOf(view, person, held, at);
    const reason = acting === null ? '' : view.delegation(acting.delegation)?.reason ?? '';
    return {
      person, position, title, office, rights, from: isoOrNull(from), until: isoOrNull(until),
      delegation: acting === null ? null : { code: acting.delegation, by: acting.by, reason },
    };
  });
}

/** Of the delegation, or of the holding that reaches furthest. */
function timeOf(view: DirectoryView, person: string, { position, acting }: HeldPosition, at: Instant): { from: Instant | null; until: Instant | null } {
  if (acting !== null) return view.delegation(acting.delegation) ?? { from: null, until: null };
  const now = view.holdings(person).filter((one) => one.position === position && one.from <= at && (one.until === null || at < one.until));
  return now.find(({ until }) => until === null) ?? now.toSorted((a, b) => b.until! - a.until!)[0] ?? { from: null, until: null };
}

function wayText({ words: { rights }, timeZone }: CliContext, view: DirectoryView, { title, position, from, until, delegation }: Way): string {
  const shown = (time: string): string => formatInstant(Date.parse(time), timeZone);
  return [
    `${title} [${position}]`,
    from === null ? null : fill(rights.from, { time: shown(from) }),
    until === null ? null : fill(rights.until, { time: shown(until) }),
    delegation === null ? null : fill(rights.actedFor, { name: personName(view, delegation.by), delegation: delegation.code }),
    delegation === null ? null : delegation.reason,
  ].filter((one) => one !== null).join(', ');
}

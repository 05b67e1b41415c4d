/** Registrar's entries that need no keys of anybody else: offices, positions, lists. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { checkCode, codeFrom, nameFrom, rightsFrom } from '../names.ts';
import { proposePlans, type Proposed } from '../registrar.ts';
import { officeName } from '../showing.ts';
import type { Values } from '../values.ts';

export function officeAdd(context: CliContext, values: Values): Promise<Outcome> {
  const office = codeFrom(values, 'office');
  const body = { office, name: nameFrom(values, 'name'), symbol: nameFrom(values, 'symbol') };
  return proposing(context, values, async ({ session: { api, view } }) => {
    const station = values.text('at') ?? (await api.call('station', {})).station;
    if (view.station(station) === null) throw new Refusal('station-unknown', { station: station.slice(0, 32) });
    const known = view.office(office);
    const isSame = known?.endedBy === null && known.name === body.name && known.symbol === body.symbol && known.station === station;
    // Whoever corrects a name opens no office that is shut.
    return isSame ? [] : [{ kind: 'office', body: { ...body, station, alternate: known?.alternate ?? undefined } }];
  });
}

/** The position's seal comes with the device of its first holder (`person add`). */
export async function positionAdd(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const office = codeFrom(values, 'office');
  const rights = rightsFrom(values) ?? [];
  const title = nameFrom(values, 'title');
  const { right, said } = context.words;
  const lines: string[] = [];
  const outcome = await proposing(context, values, async ({ session: { view } }) => {
    if (view.office(office) === null) throw new Refusal('office-unknown', { office });
    lines.push(fill(said.positionSaid, { title, code: `[${position}]`, office: officeName(view, office), rights: rights.map((one) => right[one]).join(', ') || '–' }));
    if (!view.persons().some(({ person }) => view.holdings(person).some((one) => one.position === position && one.endedBy === null))) lines.push(fill(said.positionNext, { position }));
    const known = view.position(position);
    const isSame = known?.endedBy === null && known.office === office && known.title === title && sameWords(known.rights, rights);
    return isSame ? [] : [{ kind: 'position', body: { position, office, title, rights } }];
  });
  return { ...outcome, lines: [...outcome.lines, ...lines] };
}

export function listAdd(context: CliContext, values: Values): Promise<Outcome> {
  const list = codeFrom(values, 'code');
  const name = nameFrom(values, 'name');
  const offices = values.list('offices').map(checkCode);
  if (offices.length === 0) throw new Refusal('no-recipients');
  return proposing(context, values, async ({ session: { view } }) => {
    const unknown = offices.find((office) => view.office(office) === null);
    if (unknown !== undefined) throw new Refusal('office-unknown', { office: unknown });
    const known = view.list(list);
    return known?.endedBy === null && known.name === name && sameWords(known.offices, offices) ? [] : [{ kind: 'list', body: { list, name, offices } }];
  });
}

export async function proposing(context: CliContext, values: Values, plan: (device: Device) => Promise<EntryPlan[]>): Promise<Outcome> {
  const proposed = await withDevice(context, values, async (device) => {
    const plans = await plan(device);
    return plans.length === 0 ? null : proposePlans(context, device, plans);
  });
  if (proposed === null) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged] };
  return { json: proposed, lines: [proposedLine(context, proposed)] };
}

function sameWords(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

export function proposedLine({ words }: CliContext, { outcome, size, proposals, marks }: Proposed): string {
  if (outcome === 'waiting') return fill(words.rights.waiting, { proposal: proposals?.join(', ') ?? '', ...(marks !== undefined && { mark: marks.join(', ') }) });
  return outcome === 'sequenced' ? fill(words.said.sequenced, { size }) : words.said.proposed;
}

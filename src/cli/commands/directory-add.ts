/** Registrar's entries that need no keys of anybody else: offices, positions, lists. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { planList, planOffice, planPositionAs } from '#client/structure-errands.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { positionMay } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { checkCode, codeFrom, nameFrom, rightsFrom, symbolFrom } from '../names.ts';
import { placedLine } from '../placed.ts';
import { proposePlans, type Proposed } from '../registrar.ts';
import { officeName } from '../showing.ts';
import type { Values } from '../values.ts';

export async function officeAdd(context: CliContext, values: Values): Promise<Outcome> {
  const office = codeFrom(values, 'office');
  const body = { office, name: nameFrom(values, 'name'), symbol: symbolFrom(values) };
  const lines: string[] = [];
  const outcome = await proposing(context, values, async ({ session: { api, view } }) => {
    const [known, plans] = [view.office(office), planOffice(view, { ...body, station: values.text('at') ?? (await api.call('station', {})).station })];
    const { said } = context.words;
    if (plans.length > 0 && known?.endedBy === null) lines.push(fill(said.officeBefore, { office, name: known.name, symbol: known.symbol, station: known.station }));
    const same = view.offices().filter((one) => one.endedBy === null && one.office !== office && one.symbol === body.symbol);
    if (same.length > 0) lines.push(fill(said.symbolShared, { symbol: body.symbol, offices: same.map((one) => officeName(view, one.office)).join(', ') }));
    if (view.positions(office).length === 0) lines.push(placedLine(context, said.officeNext, { office }));
    return plans;
  });
  return { ...outcome, lines: [...outcome.lines, ...lines] };
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
    if (!view.persons().some(({ person }) => view.holdings(person).some((one) => one.position === position && one.endedBy === null))) lines.push(placedLine(context, said.positionNext, { position, ...(positionMay({ rights }, 'carry the seal') && { sealed: position }) }));
    return planPositionAs(view, { position, office, title, rights });
  });
  return { ...outcome, lines: [...outcome.lines, ...lines] };
}

export function listAdd(context: CliContext, values: Values): Promise<Outcome> {
  const list = codeFrom(values, 'code');
  const name = nameFrom(values, 'name');
  const offices = values.list('offices').map(checkCode);
  if (offices.length === 0) throw new Refusal('no-recipients');
  return proposing(context, values, async ({ session: { view } }) => planList(view, { list, name, offices }));
}

export async function proposing(context: CliContext, values: Values, plan: (device: Device) => Promise<EntryPlan[]>): Promise<Outcome> {
  const proposed = await withDevice(context, values, async (device) => {
    const plans = await plan(device);
    return plans.length === 0 ? null : proposePlans(context, device, plans);
  });
  if (proposed === null) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged] };
  return { json: proposed, lines: [proposedLine(context, proposed)] };
}

export function proposedLine({ words }: CliContext, { outcome, size, proposals, marks }: Proposed): string {
  if (outcome === 'waiting') return fill(words.rights.waiting, { proposal: proposals?.join(', ') ?? '', ...(marks !== undefined && { mark: marks.join(', ') }) });
  return outcome === 'sequenced' ? fill(words.said.sequenced, { size }) : words.said.proposed;
}

/** Registrar's entries that need no keys of anybody else: offices, positions, lists. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { planList, planOffice, planPositionAs } from '#client/directory/structure-errands.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { positionMay } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { checkCode, codeFrom, nameFrom, rightsFrom, symbolFrom } from '../names.ts';
import { placedLine } from '../placed.ts';
import { proposePlans, type Proposed } from '../registrar.ts';
import { awaitedNames, officeName } from '../showing.ts';
import type { Values } from '../values.ts';

export function officeAdd(context: CliContext, values: Values): Promise<Outcome> {
  const office = codeFrom(values, 'office');
  const body = { office, name: nameFrom(values, 'name'), symbol: symbolFrom(values) };
  const more: Told = { said: [], next: [] };
  return proposing(context, values, async ({ session: { api, view } }) => {
    const [known, plans] = [view.office(office), planOffice(view, { ...body, station: values.text('at') ?? (await api.call('station', {})).station })];
    const { said } = context.words;
    if (plans.length > 0 && known?.endedBy === null) more.said.push(fill(said.officeBefore, { office, name: known.name, symbol: known.symbol, station: known.station }));
    const same = view.offices().filter((one) => one.endedBy === null && one.office !== office && one.symbol === body.symbol);
    if (same.length > 0) more.said.push(fill(said.symbolShared, { symbol: body.symbol, offices: same.map((one) => officeName(view, one.office)).join(', ') }));
    if (view.positions(office).length === 0) more.next.push(placedLine(context, said.officeNext, { office }));
    return plans;
  }, more);
}

/** The position's seal comes with the device of its first holder (`person add`). */
export function positionAdd(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const office = codeFrom(values, 'office');
  const rights = rightsFrom(values) ?? [];
  const title = nameFrom(values, 'title');
  const { right, said } = context.words;
  const more: Told = { said: [], next: [] };
  return proposing(context, values, async ({ session: { view } }) => {
    if (view.office(office) === null) throw new Refusal('office-unknown', { office });
    more.said.push(fill(said.positionSaid, { title, code: `[${position}]`, office: officeName(view, office), rights: rights.map((one) => right[one]).join(', ') || '–' }));
    if (!view.persons().some(({ person }) => view.holdings(person).some((one) => one.position === position && one.endedBy === null))) more.next.push(placedLine(context, said.positionNext, { position, ...(positionMay({ rights }, 'carry the seal') && { sealed: position }) }));
    return planPositionAs(view, { position, office, title, rights });
  }, more);
}

export function listAdd(context: CliContext, values: Values): Promise<Outcome> {
  const list = codeFrom(values, 'code');
  const name = nameFrom(values, 'name');
  const offices = values.list('offices').map(checkCode);
  if (offices.length === 0) throw new Refusal('no-recipients');
  return proposing(context, values, async ({ session: { view } }) => planList(view, { list, name, offices }));
}

/** What is only so, and what is only to be done, once the entries are in force: where they wait, or are on their way, it is said as that. */
export function onceInForce({ words }: CliContext, { outcome }: Pick<Proposed, 'outcome'>, lines: readonly string[]): string[] {
  if (outcome === 'sequenced' || lines.length === 0) return [...lines];
  return [outcome === 'waiting' ? words.rights.onceSigned : words.rights.onceBack, ...lines.map((line) => `  ${line}`)];
}

/** Beside the entries, filled while they are planned. */
interface Told {
  readonly said: string[];
  /** To be done once they are in force. */
  readonly next: string[];
}

export async function proposing(context: CliContext, values: Values, plan: (device: Device) => Promise<EntryPlan[]>, { said, next }: Told = { said: [], next: [] }): Promise<Outcome> {
  const proposed = await withDevice(context, values, async (device) => {
    const plans = await plan(device);
    return plans.length === 0 ? null : proposePlans(context, device, plans);
  });
  if (proposed === null) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged, ...said, ...next] };
  return { json: proposed, lines: [proposedLine(context, proposed), ...said, ...onceInForce(context, proposed, next)] };
}

/** What came of it, said first: what waits for a second registrar is not in force. */
export function proposedLine(context: CliContext, { outcome, size, proposals, marks, awaits, isWaitingBefore }: Proposed): string {
  const { words } = context;
  if (outcome === 'waiting') {
    const told = { proposal: proposals?.join(', ') ?? '', persons: awaitedNames(awaits ?? []), ...(marks !== undefined && { mark: marks.join(', ') }) };
    return fill(isWaitingBefore === true ? words.rights.waitingBefore : words.rights.waiting, told);
  }
  return outcome === 'sequenced' ? fill(words.said.sequenced, { size }) : placedLine(context, words.said.proposed);
}

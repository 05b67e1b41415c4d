/** A position in another person's hands for some days, and who may be given it. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { signPlans } from '#client/admission.ts';
import { signer } from '#client/signers.ts';
import { DELEGABLE } from '#model/delegations.ts';
import { lasts } from '#model/directory-ending.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { givesKeys } from '#model/rights.ts';
import type { Outcome } from '../command.ts';
import { dateFrom } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { checkCode, codeFrom, nameFrom, rightsFrom } from '../names.ts';
import { nextKeysLine } from '../next-keys.ts';
import { propose, proposePlans, type Proposed } from '../registrar.ts';
import { personName } from '../showing.ts';
import type { Values } from '../values.ts';
import { proposedLine } from './directory-add.ts';

/** By the holder's own device for an alternate; by a registrar's for anybody. */
export function delegate(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const to = checkCode(values.operand(0, 'PERSON'));
  const reason = nameFrom(values, 'note');
  const until = dateFrom(context, values, 'until');
  if (until === undefined) throw new Refusal('option-missing', { option: '--until' });
  const begins = dateFrom(context, values, 'beginning');
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const held = view.position(position);
    if (held?.endedBy !== null) throw new Refusal('position-unknown', { position });
    if (view.person(to)?.endedBy !== null) throw new Refusal('person-unknown', { person: to });
    const by = values.text('by') === null ? device.person : codeFrom(values, 'by');
    const now = device.session.now();
    const rights = rightsFrom(values) ?? held.rights.filter((right) => DELEGABLE.includes(right));
    const delegation = values.text('code') === null ? freshCode(device) : codeFrom(values, 'code');
    const body = { delegation, position, by, to, rights, from: begins ?? now, until, reason };
    const proposed = await asHolderOrRegistrar(context, device, by, { kind: 'delegation', body });
    const given = proposed.outcome === 'sequenced' && hasKeys(device, held.office) ? await device.session.shareOfficeKeys(held.office) : 0;
    const { rights: words, right } = context.words;
    const line = fill(words.delegated, {
      by: personName(view, by), to: personName(view, to), position, rights: rights.map((one) => right[one]).join(', '),
      until: formatInstant(until, context.timeZone), delegation,
    });
    return {
      json: { ...proposed, ...body, from: new Date(body.from).toISOString(), until: new Date(until).toISOString(), keysGiven: given },
      lines: [proposedLine(context, proposed), line, ...(given === 0 && givesKeys(rights) ? [nextKeysLine(context, device, { office: held.office, person: to })] : [])],
    };
  });
}

export function delegationEnd(context: CliContext, values: Values): Promise<Outcome> {
  const code = checkCode(values.operand(0, 'DELEGATION'));
  return withDevice(context, values, async (device) => {
    const known = device.session.view.delegation(code);
    if (known === null || !lasts(known, device.session.now())) throw new Refusal('delegation-unknown', { delegation: code });
    const proposed = await asHolderOrRegistrar(context, device, known.by, { kind: 'end', body: { what: 'delegation', code, reason: 'superseded' } });
    return { json: { ...proposed, delegation: code }, lines: [proposedLine(context, proposed)] };
  });
}

export function positionAlternates(context: CliContext, values: Values): Promise<Outcome> {
  const position = checkCode(values.operand(0, 'POSITION'));
  const persons = values.list('persons').map(checkCode);
  return withDevice(context, values, async (device) => {
    const { view } = device.session;
    if (view.position(position)?.endedBy !== null) throw new Refusal('position-unknown', { position });
    const unknown = persons.find((person) => view.person(person)?.endedBy !== null);
    if (unknown !== undefined) throw new Refusal('person-unknown', { person: unknown });
    if (view.alternates(position).join() === persons.join()) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged] };
    const struck = view.delegations().filter((one) => one.position === position && one.isOwnWord && one.endedBy === null && !persons.includes(one.to))
      .filter(({ until }) => until > device.session.now()).map(({ delegation }) => delegation);
    const proposed = await proposePlans(context, device, [{ kind: 'alternate', body: { position, persons } }]);
    return { json: { ...proposed, position, persons, delegations: struck }, lines: [proposedLine(context, proposed), ...struck.map((delegation) => fill(context.words.rights.delegationStruck, { delegation }))] };
  });
}

/** The holder's own word where it is theirs to give; otherwise a registrar's. */
async function asHolderOrRegistrar(context: CliContext, device: Device, by: string, plan: EntryPlan): Promise<Proposed> {
  const { session } = device;
  const isOwn = by === device.person && (plan.kind === 'end' || (plan.kind === 'delegation' && session.view.alternates(plan.body.position).includes(plan.body.to)));
  if (!isOwn) return proposePlans(context, device, [plan]);
  const { provider: crypto, random } = context;
  const own = await signer(crypto, session.ring, session.view, { kind: 'device' });
  const desk = { crypto, random, organisation: session.view.organisation, now: session.now() };
  return propose(context, device, await signPlans(desk, [own], [plan], session.view.point));
}

function hasKeys({ session: { ring } }: Device, office: string): boolean {
  return ring.contents.officeKeys.some((key) => key.office === office);
}

function freshCode({ session: { view } }: Device): string {
  const taken = new Set(view.delegations().map(({ delegation }) => delegation));
  let number = taken.size + 1;
  while (taken.has(`uq-${number}`)) number += 1;
  return `uq-${number}`;
}

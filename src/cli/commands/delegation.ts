/** A position in another person's hands for some days, and who may be given it. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { delegatePosition, endDelegation } from '#client/directory/people-errands.ts';
import { endedDelegations } from '#client/office-keys/last-keys.ts';
import { planAlternates } from '#client/directory/structure-errands.ts';
import type { Outcome } from '../command.ts';
import { dateFrom } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { demandEndSeen } from '../last-keys.ts';
import { formatInstant } from '../locale.ts';
import { checkCode, codeFrom, nameFrom, rightsFrom } from '../names.ts';
import { nextKeysLines } from '../next-keys.ts';
import { proposePlans } from '../registrar.ts';
import { personName } from '../showing.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine } from './directory-add.ts';

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
    const by = values.text('by') === null ? device.person : codeFrom(values, 'by');
    const code = values.text('code') === null ? undefined : codeFrom(values, 'code');
    const order = { position, by, to, rights: rightsFrom(values) ?? undefined, from: begins, until, reason, code };
    const { body, office, keysGiven: given, ...proposed } = await delegatePosition(device.session, order, context.stop);
    const { rights, delegation } = body;
    const { rights: words, right } = context.words;
    const line = fill(words.delegated, {
      by: personName(view, by), to: personName(view, to), position, rights: rights.map((one) => right[one]).join(', '),
      until: formatInstant(until, context.timeZone), delegation,
    });
    return {
      json: { ...proposed, ...body, from: new Date(body.from).toISOString(), until: new Date(until).toISOString(), keysGiven: given },
      lines: [proposedLine(context, proposed), line, ...onceInForce(context, proposed, await nextKeysLines(context, device, view, { office, person: to, rights }, proposed))],
    };
  });
}

export function delegationEnd(context: CliContext, values: Values): Promise<Outcome> {
  const code = checkCode(values.operand(0, 'DELEGATION'));
  return withDevice(context, values, async (device) => {
    const last = await demandEndSeen(context, device, values, { plans: endedDelegations([code]) });
    const proposed = await endDelegation(device.session, code, context.stop);
    return { json: { ...proposed, delegation: code, lastKeysOf: last.offices }, lines: [proposedLine(context, proposed), ...last.lines] };
  });
}

export function positionAlternates(context: CliContext, values: Values): Promise<Outcome> {
  const position = checkCode(values.operand(0, 'POSITION'));
  const persons = values.list('persons').map(checkCode);
  return withDevice(context, values, async (device) => {
    const { plans, delegations } = planAlternates(device.session.view, position, persons, device.session.now());
    if (plans.length === 0) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged] };
    const last = await demandEndSeen(context, device, values, { plans: endedDelegations(delegations) });
    const proposed = await proposePlans(context, device, plans);
    return { json: { ...proposed, position, persons, delegations, lastKeysOf: last.offices }, lines: [proposedLine(context, proposed), ...last.lines, ...onceInForce(context, proposed, delegations.map((delegation) => fill(context.words.rights.delegationStruck, { delegation })))] };
  });
}

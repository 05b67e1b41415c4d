/** Movers and leavers: one command signs all that has to be signed, rolls keys, and names what is left to do. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type Change, type EndReason, planLeave, planMove, planUntil } from '#client/directory/members.ts';
import { letLeave, letMove } from '#client/directory/people-errands.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Outcome } from '../command.ts';
import { dateFrom } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { keysAfterLines } from '../keys-after.ts';
import { checkCode, codeFrom } from '../names.ts';
import { demandEndSeen } from '../last-keys.ts';
import { nextKeysLines } from '../next-keys.ts';
import { nextSealLines, sealGoneLines } from '../next-seal.ts';
import { placedLine } from '../placed.ts';
import { proposePlans } from '../registrar.ts';
import { officeName, personName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine } from './directory-add.ts';

export function personLeave(context: CliContext, values: Values): Promise<Outcome> {
  const person = checkCode(values.operand(0, 'PERSON'));
  const reason: EndReason = values.flag('compromised') ? 'compromised' : 'left';
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const name = view.person(person)?.name ?? person;
    const { plans, positions, devices } = planLeave(view, person, reason, device.session.now());
    const what = fill(context.words.rights.leaves, { name, code: `[${person}]`, devices: devices.join(', ') || '–', positions: positions.join(', ') || '–' });
    const last = await demandEndSeen(context, device, values, { plans, what, isUrgent: reason === 'compromised' });
    const { leaving, keys, drafts, ...proposed } = await letLeave(device.session, person, reason, context.stop);
    const { rights } = context.words;
    return {
      json: { ...proposed, person, reason, devices: leaving.devices, positions: leaving.positions, seals: leaving.seals, custodianOf: leaving.custodianOf, delegations: leaving.delegations, lacking: leaving.lacking, lastKeysOf: last.offices, drafts, ...keys },
      lines: [
        proposedLine(context, proposed), ...last.lines,
        ...(proposed.outcome !== 'sequenced' ? [what] : [fill(rights.left, { name, code: `[${person}]`, devices: leaving.devices.join(', ') || '–', positions: leaving.positions.join(', ') || '–' })]),
        ...onceInForce(context, proposed, [
          ...afterLines(context, view, leaving),
          ...keysAfterLines(context, device, keys, proposed),
          ...sealGoneLines(context, device, leaving.seals, person),
          ...leaving.custodianOf.map((office) => placedLine(context, rights.custodianGone, { office })),
        ]),
        ...drafts.map(({ draft, office, subject }) => fill(rights.draftLeft, { draft: shortId(draft), office, subject })),
        ...(reason === 'compromised' ? [placedLine(context, rights.compromised, { name })] : []),
      ],
    };
  });
}

export function personMove(context: CliContext, values: Values): Promise<Outcome> {
  const person = checkCode(values.operand(0, 'PERSON'));
  const from = codeFrom(values, 'from');
  const to = checkCode(only(values.list('to'), '--to'));
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const { view } = session;
    const last = await demandEndSeen(context, device, values, { plans: planMove(view, person, from, to, session.now()).plans });
    const { moving, office, needsSeal, keysGiven: given, keys, ...proposed } = await letMove(device.session, person, from, to, context.stop);
    const { rights } = context.words;
    return {
      json: { ...proposed, person, from, to, office, seals: moving.seals, delegations: moving.delegations, lacking: moving.lacking, lastKeysOf: last.offices, needsSeal, keysGiven: given, ...keys },
      lines: [
        proposedLine(context, proposed), ...last.lines,
        fill(proposed.outcome === 'sequenced' ? rights.moved : rights.moves, { name: personName(view, person), from, to }),
        ...onceInForce(context, proposed, [
          ...afterLines(context, view, moving),
          ...sealGoneLines(context, device, moving.seals, person),
          ...keysAfterLines(context, device, keys, proposed),
          ...await nextKeysLines(context, device, view, { office, person, rights: view.position(to)!.rights }, proposed),
          ...(needsSeal ? nextSealLines(context, session.view, { name: personName(view, person), position: to }) : []),
        ]),
      ],
    };
  });
}

export function holderUntil(context: CliContext, values: Values): Promise<Outcome> {
  const person = checkCode(values.operand(0, 'PERSON'));
  const position = codeFrom(values, 'position');
  const until = dateFrom(context, values, 'until');
  if (until === undefined) throw new Refusal('option-missing', { option: '--until' });
  return withDevice(context, values, async (device) => {
    const { plans, delegations } = planUntil(device.session.view, person, position, until, device.session.now());
    const last = await demandEndSeen(context, device, values, { plans });
    const proposed = await proposePlans(context, device, plans);
    return {
      json: { ...proposed, person, position, until: new Date(until).toISOString(), delegations, lastKeysOf: last.offices },
      lines: [proposedLine(context, proposed), ...last.lines, ...onceInForce(context, proposed, delegations.map((delegation) => fill(context.words.rights.delegationGone, { delegation })))],
    };
  });
}

/** Delegations that ended with it, and what nobody may any more. */
function afterLines(context: CliContext, view: DirectoryView, { delegations, lacking }: Pick<Change, 'delegations' | 'lacking'>): string[] {
  const { rights, right: names } = context.words;
  return [
    ...delegations.map((delegation) => {
      const { by, to } = view.delegation(delegation)!;
      return fill(rights.delegationEnded, { delegation, by: personName(view, by), to: personName(view, to) });
    }),
    ...lacking.map(({ office, rights: lost }) => placedLine(context, rights.lacking, { office: officeName(view, office), code: office, rights: lost.map((one) => names[one]).join(', ') })),
  ];
}

function only(given: readonly string[], option: string): string {
  const [one, ...others] = given;
  if (one === undefined || others.length > 0) throw new Refusal('option-missing', { option });
  return one;
}

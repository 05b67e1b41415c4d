/** Admits a station that was invited: compares the fingerprint, certifies, has the entries sequenced, answers with a file. */
import { FIRST_RIGHTS } from '#client/directory/founding-errand.ts';
import { type Admitted, type AdmitOrder, admitStation, FIRST_TITLE, firstThere, orderAdmission, readJoinRequest } from '#client/directory/station-errands.ts';
import { isAdmitted } from '#client/directory/newcomers.ts';
import { printable } from '#core/printable.ts';
import { fill } from '#core/refusal-words.ts';
import type { DeviceRequestStatement, JoinRequestStatement } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved } from '../homes.ts';
import { invitationsOf } from '../invitations.ts';
import { codeFrom, nameFrom, rightsFrom, symbolFrom } from '../names.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine } from './directory-add.ts';
import { positionCode } from './station-init.ts';

export async function stationAdmit(context: CliContext, values: Values): Promise<Outcome> {
  const request = readBytes(values.need('request'));
  const { statement, first } = expectKind(context, 'joinRequest', () => {
    const read = readJoinRequest(request);
    return { statement: read, first: firstThere(read) };
  });
  const { office: asked = null } = statement;
  const order: AdmitOrder = { request, fingerprint: values.need('fingerprint'), ...officeFrom(values, asked) };
  const file = resolved(values.need('out'));
  const done = await withDevice(context, values, (device) => {
    if (!isAdmitted(device.session.view, statement)) sayWhat(context, statement, first, order);
    return orderAdmission(device.session, invitationsOf(context, device), order, context.stop);
  });
  const other = order.office === undefined || asked === null || order.office.office === asked ? [] : [fill(context.words.said.admittedOther, { asked, office: order.office.office })];
  if (!('bytes' in done)) return { json: done, lines: [proposedLine(context, done), ...other, ...onceInForce(context, done, [context.words.said.admitAgain])] };
  const { station, size, isBefore, bytes } = done;
  context.host.durable.write(file, bytes);
  return { json: { station, admission: file, size }, lines: [fill(isBefore ? context.words.said.admittedBefore : context.words.said.admitted, { station, file }), ...other] };
}

/** Before it is signed: whoever sits there wrote most of it. */
function sayWhat({ output, words }: CliContext, { station, site }: JoinRequestStatement, first: DeviceRequestStatement | null, { office, position }: AdmitOrder): void {
  output.say(fill(words.said.stationToBe, {
    station, site: printable(site),
    ...(office !== undefined && position !== undefined && { office: office.office, officeName: office.name, position: position.position }),
    ...(first !== null && { name: printable(first.name), person: first.person, device: first.device }),
  }));
}

/** As the practice province and tests do. */
export function admit(context: CliContext, device: Device, order: AdmitOrder): Promise<Admitted> {
  expectKind(context, 'joinRequest', () => readJoinRequest(order.request));
  return admitStation(device.session, invitationsOf(context, device), order, context.stop);
}

/** @param asked as whoever sits there wrote it, which need not be typed again */
function officeFrom(values: Values, asked: string | null): Pick<AdmitOrder, 'office' | 'position'> {
  if (values.text('office') === null && values.text('office-name') === null) return { office: undefined, position: undefined };
  const office = values.text('office') === null && asked !== null ? asked : codeFrom(values, 'office');
  return {
    office: { office, name: nameFrom(values, 'office-name'), symbol: symbolFrom(values) },
    position: {
      position: values.text('position') === null ? positionCode(office) : codeFrom(values, 'position'),
      title: values.text('title') === null ? FIRST_TITLE : nameFrom(values, 'title'),
      rights: rightsFrom(values) ?? FIRST_RIGHTS,
    },
  };
}

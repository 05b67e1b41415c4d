/** Invites a station: a file for the stick, and a code that goes another way. */
import { hex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { INVITATION_DAYS, INVITATION_DAYS_MAX, type Invited, type InviteOrder, inviteStation } from '#client/directory/station-errands.ts';
import { organisationShown } from '#model/organisation-id.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { resolved } from '../homes.ts';
import { invitationsOf } from '../invitations.ts';
import { formatInstant } from '../locale.ts';
import { codeFrom, nameFrom } from '../names.ts';
import type { Values } from '../values.ts';

export async function stationInvite(context: CliContext, values: Values): Promise<Outcome> {
  const order: InviteOrder = {
    station: codeFrom(values, 'code'),
    site: nameFrom(values, 'site'),
    neighbour: values.text('neighbour') === null ? null : codeFrom(values, 'neighbour'),
    address: addressFrom(values),
    days: values.number('days', 1, INVITATION_DAYS_MAX) ?? INVITATION_DAYS,
  };
  const file = resolved(values.need('out'));
  if (context.host.exists(file)) throw new Refusal('name-taken', { file });
  const { organisation, bytes, code, expires, neighbour } = await withDevice(context, values, async (device) => ({ ...await invite(context, device, order), organisation: device.session.view.organisation.id }));
  context.host.durable.write(file, bytes);
  const { said } = context.words;
  return {
    json: { invitation: file, station: order.station, organisation: hex(organisation), expires: new Date(expires).toISOString(), code },
    lines: [
      fill(said.invitationMade, { file, expires: formatInstant(expires, context.timeZone) }),
      fill(said.invitationOrganisation, { organisation: organisationShown(organisation) }),
      fill(order.address === undefined ? said.invitationNoAddress : said.invitationAddress, { neighbour, address: order.address ?? '' }),
      fill(said.invitationCode, { code }),
      said.invitationNext,
    ],
  };
}

/** As the practice province and tests do too. */
export function invite(context: CliContext, device: Device, order: InviteOrder): Promise<Invited> {
  return inviteStation(device.session, invitationsOf(context, device), order);
}

/** @throws Refusal `option-unknown` */
export function addressFrom(values: Values): string | undefined {
  const address = values.text('address');
  if (address === null) return undefined;
  if (!ADDRESS_SHAPE.test(address) || !/:\d{1,5}$/.test(address)) throw new Refusal('option-unknown', { option: '--address' });
  return address;
}

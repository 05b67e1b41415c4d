/** Invites a station: a file for the stick, and a code that goes another way. */
import { DAY_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { makeInvitation } from '#client/invitation.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { resolved, writeWhole } from '../homes.ts';
import { keepInvitation } from '../invitations.ts';
import { formatInstant } from '../locale.ts';
import { codeFrom, nameFrom } from '../names.ts';
import type { Values } from '../values.ts';

const DAYS = 14;

export interface InviteOrder {
  readonly station: string;
  readonly site: string;
  readonly neighbour: string | null;
  readonly address: string | undefined;
  readonly days: number;
}

export interface Invited {
  readonly bytes: Uint8Array;
  readonly code: string;
  readonly expires: number;
}

export async function stationInvite(context: CliContext, values: Values): Promise<Outcome> {
  const order: InviteOrder = {
    station: codeFrom(values, 'code'),
    site: nameFrom(values, 'site'),
    neighbour: values.text('neighbour') === null ? null : codeFrom(values, 'neighbour'),
    address: addressFrom(values),
    days: values.number('days', 1, 366) ?? DAYS,
  };
  const file = resolved(values.need('out'));
  const { bytes, code, expires } = await withDevice(context, values, (device) => invite(context, device, order));
  writeWhole(file, bytes);
  const { said } = context.words;
  return {
    json: { invitation: file, station: order.station, expires: new Date(expires).toISOString(), code },
    lines: [
      fill(said.invitationMade, { file, expires: formatInstant(expires, context.timeZone) }),
      fill(said.invitationCode, { code }),
    ],
  };
}

export async function invite(context: CliContext, { home, session }: Device, order: InviteOrder): Promise<Invited> {
  if (session.ring.contents.registrar === undefined) throw new Refusal('registrar-required');
  const { provider, random, clock } = context;
  const neighbour = order.neighbour ?? (await session.api.call('station', {})).station;
  const expires = clock.now() + order.days * DAY_MS;
  const { station, site, address } = order;
  const { bytes, code, secret } = await makeInvitation(provider, random, session.view, { station, site, expires, neighbour, address });
  await keepInvitation(context, home, session.ring, bytes, secret);
  return { bytes, code, expires };
}

/** @throws Refusal `option-unknown` */
export function addressFrom(values: Values): string | undefined {
  const address = values.text('address');
  if (address === null) return undefined;
  if (!ADDRESS_SHAPE.test(address) || !/:\d{1,5}$/.test(address)) throw new Refusal('option-unknown', { option: '--address' });
  return address;
}

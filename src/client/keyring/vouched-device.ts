/** What becomes of a device that this one vouched for: once the directory has it, it is given the office keys. */
import { Refusal } from '#core/refusals.ts';
import { askedIn, isOfRequest, requestCodeOf } from '#model/device-requests.ts';
import type { DeviceRequest } from '#wire/invitation.ts';
import { giveKeysOf } from '../directory/people-errands.ts';
import { whyGone } from './request-shelf.ts';
import type { Session } from '../session.ts';

/**
 * Once the directory has the device that this one vouched for, with the keys that it vouched for.
 * @returns how many office keys were given then, of those that this one has; null where the directory does not have it yet
 * @throws Refusal `name-taken` where the name is another device's by now; `device-unknown` where it has ended again
 */
export async function giveIfAdmitted(session: Session, request: DeviceRequest, signal?: AbortSignal): Promise<number | null> {
  await session.directory.sync(signal);
  const asked = askedIn(request);
  const { device } = asked;
  const record = session.view.device(device);
  if (record === null) return null;
  if (!isOfRequest(record, asked)) throw new Refusal('name-taken', { name: device });
  if (record.endedBy !== null) throw new Refusal('device-unknown', { device });
  return giveKeysOf(session, session.offices());
}

/**
 * As long as it takes, or until it waits no more; looked for at each of the station's signs of life.
 * @returns how many office keys were given
 * @throws Refusal `cancelled`; `request-turned-down`, `request-unknown` where it was turned down or lapsed, and the directory has not got it; those of giveIfAdmitted
 */
export async function giveOnceAdmitted(session: Session, request: DeviceRequest, signal: AbortSignal): Promise<number> {
  const code = requestCodeOf(session.crypto, request);
  let isHeard = false;
  for await (const { kind } of session.events({ signal })) {
    const gone = kind === 'position' ? await whyGone(session, code) : null;
    // From its first word on the stream tells of growth; what grew before it is looked for once.
    const given = kind === 'directory-grown' || gone !== null || !isHeard ? await giveIfAdmitted(session, request, signal) : null;
    if (given !== null) return given;
    if (gone !== null) throw new Refusal(gone, { device: askedIn(request).device });
    isHeard = true;
  }
  throw new Refusal('cancelled');
}

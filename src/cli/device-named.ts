/** A device that a registrar names by its code: said where it has ended already, and what was most likely meant where it never was. */
import { Refusal } from '#core/refusals.ts';
import { lasts } from '#model/directory-ending.ts';
import type { DeviceRecord } from '#model/directory-view.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { formatInstant } from './locale.ts';
import { nearTo } from './nearest.ts';

/**
 * @param isOpen whether it can be done to this one; otherwise to whatever has not ended
 * @throws Refusal `device-unknown`, `device-ended`
 */
export function demandDevice({ timeZone }: CliContext, { session }: Device, code: string, isOpen: (device: DeviceRecord) => boolean = (device) => lasts(device, session.now())): void {
  const { view } = session;
  const known = view.device(code);
  if (known === null) {
    const all = view.persons().flatMap(({ person }) => view.devices(person)).map(({ device }) => device);
    throw new Refusal('device-unknown', { device: code, ...nearTo(code, all) });
  }
  if (!isOpen(known)) throw new Refusal('device-ended', { device: code, since: formatInstant(known.endedAt!, timeZone) });
}

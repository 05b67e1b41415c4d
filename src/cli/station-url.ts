/** The address of a station as a person types it: `127.0.0.1:7440` is on this machine, `tram.tinh.example` is not. */
import { Refusal } from '#core/refusals.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::|\/|$)/i;

/** Without a scheme it is HTTP on this machine, where a station answers so, and HTTPS elsewhere. @throws Refusal `option-unknown` */
export function stationUrl(typed: string): string {
  const url = SCHEME.test(typed) ? typed : `${THIS_MACHINE.test(typed) ? 'http' : 'https'}://${typed}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new Refusal('option-unknown', { option: '--station' });
  return url;
}

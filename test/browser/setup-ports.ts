/** Where a station that is set up in a test listens. */
import type { SetupPorts } from '../../src/app/setup/ports.ts';
import { freePort } from '../scenario/small-office.ts';

/** Where nothing stands. */
export async function freeSetupPorts(): Promise<SetupPorts> {
  return { api: await freePort(), link: await freePort(), taken: null };
}

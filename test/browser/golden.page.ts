/** The client's own code opens the golden files in this browser, with what the browser has itself. */
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { checkGolden, type Golden } from '../vectors/checks/golden.ts';
import type { Outcome } from '../vectors/checks/outcome.ts';

export default async function run(golden: Golden): Promise<Outcome> {
  return checkGolden(await webCrypto(), webRandom, golden);
}

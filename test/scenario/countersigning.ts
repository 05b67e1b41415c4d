/** The second signature as somebody gives it who saw what `pending` showed. */
import assert from 'node:assert/strict';
import { tramJson } from './command-line.ts';

/** The words that sign a proposal under the mark that the station's list shows now. @param as options that name the device */
export async function countersigning(as: readonly string[], proposal: string): Promise<string[]> {
  const { proposals } = await tramJson<{ proposals: { proposal: string; mark: string; fault: string | null }[] }>(['registrar', 'pending', ...as]);
  const found = proposals.find((one) => one.proposal === proposal);
  assert.ok(found !== undefined, `${proposal} waits`);
  assert.equal(found.fault, null);
  return ['registrar', 'countersign', proposal, '--mark', found.mark, ...as];
}

/** A folder that goes on with a clock behind its backup: said before the station starts, while the time can still be set. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import { stationReopen } from './commands/backup.ts';
import type { CliContext } from './context.ts';
import { Values } from './values.ts';
import { vi } from './words/vi.ts';

const LAST = Date.UTC(2026, 10, 23, 5, 21);

async function saidAt(now: number): Promise<string> {
  const report = { station: 'hub', former: 'a'.repeat(32), incarnation: 'b'.repeat(32), asOf: LAST, ledger: 7, skipped: [] };
  const context = { words: vi, timeZone: 'UTC', environment: {}, clock: { now: () => now }, host: { backups: { reopen: async () => report } } };
  const { lines } = await stationReopen(context as unknown as CliContext, new Values({ data: '/srv/tram', reason: 'disk-lost' }));
  return lines.join('\n');
}

it('says by how many minutes the clock is behind the last thing in the backup, and nothing where it is not', async () => {
  assert.match(await saidAt(LAST - 90 * MINUTE_MS), /chậm 90 phút/);
  assert.doesNotMatch(await saidAt(LAST + 1), /chậm/);
});

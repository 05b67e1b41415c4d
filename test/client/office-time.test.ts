/** One time for an office: commands and pages on a machine of any zone say the same, and understand the same. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const SOURCE = path.join(import.meta.dirname, '../../src');
const PROGRAM = `
  const { nodeContext } = await import(${JSON.stringify(path.join(SOURCE, 'app/compose-node.ts'))});
  const cli = await import(${JSON.stringify(path.join(SOURCE, 'cli/locale.ts'))});
  const pages = await import(${JSON.stringify(path.join(SOURCE, 'web/kit/writing.ts'))});
  const { timeZone } = nodeContext({ environment: process.env });
  const at = Date.UTC(2026, 10, 22, 22, 21, 7);
  const typed = '23/11/2026 05:21';
  console.log(JSON.stringify([
    [new Date(at).getHours(), cli.formatInstant(at, timeZone), pages.dateText(at), cli.formatMoment(at, timeZone), pages.dateText(at, true)],
    [cli.parseInstant(typed, timeZone, '--until').instant - at, pages.typedDate(typed, 'until') - at],
    [pages.dayOf(at), cli.formatInstant(pages.endOfDay('2026-11-23') - 60_000, timeZone), pages.startOfDay('2026-11-23') - at],
  ]));`;

for (const [zone, hours] of [['UTC', 22], ['America/New_York', 17], ['Asia/Ho_Chi_Minh', 5]] as const) {
  test(`on a machine in ${zone}`, () => {
    const env = { ...process.env, TZ: zone, TRAM_TZ: undefined };
    const [shown, typed, days] = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { env, encoding: 'utf8' })) as unknown[];
    assert.deepEqual(shown, [hours, '23/11/2026 05:21', '23/11/2026 05:21', '23/11/2026 05:21:07', '23/11/2026 05:21:07']);
    assert.deepEqual(typed, [-7_000, -7_000]);
    assert.deepEqual(days, ['2026-11-23', '23/11/2026 23:59', -19_267_000]);
  });
}

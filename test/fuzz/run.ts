/**
 * `npm run fuzz -- --seconds 60 [--seed 1] [--target Header]`: every decoder for its share of the time. An input that breaks
 * one is written to test/fuzz/found/, where the test suite tries it for ever after.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { campaign } from './campaign.ts';
import { nameOf } from './fuzzing.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' }, target: { type: 'string' } },
});
const all = (await targets()).filter(({ name }) => values.target === undefined || name === values.target);
const { isPassed } = campaign(all, {
  seed: Number(values.seed),
  shareMs: (Number(values.seconds) * 1_000) / all.length,
  nowMs: () => performance.now(),
  say: console.log,
  keep,
});
process.exitCode = isPassed ? 0 : 1;

function keep(target: string, input: Uint8Array): string {
  const folder = path.join(import.meta.dirname, 'found');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, nameOf(target, input));
  writeFileSync(file, input);
  return path.relative(process.cwd(), file);
}

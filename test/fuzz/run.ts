/** `npm run fuzz`: every decoder, for its share of the time. Source: docs/fuzzing.md. */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { askedOf } from '../asked.ts';
import { campaign } from './campaign.ts';
import { measure } from './coverage/measure.ts';
import { startCoverage } from './coverage/precise.ts';
import { shortfalls, tableOf } from './coverage/table.ts';
import { nameOf } from './fuzzing.ts';
import { startWatchdog } from './watchdog.ts';

const FOUND = path.join(import.meta.dirname, 'found');
const MEASURED_INPUTS_MIN = 4_096;

const USAGE = `
Every decoder for its share of the time. An input that breaks one is written to test/fuzz/found/, where the tests try it for ever after.

npm run fuzz -- --seconds 60 --seed 1
npm run fuzz -- --target Header         one decoder alone
npm run fuzz -- --coverage              how many branches of each were gone through; ends with 1 where that is too little
`;

const asked = askedOf(USAGE, { seconds: 60, seed: 1, target: null, coverage: false });
const measured = asked.coverage ? measure(startCoverage()) : undefined;
// Only now, because a decoder that was compiled before cannot be measured.
const { targets, REASONS } = await import('./targets/all.ts');
const all = (await targets()).filter(({ name }) => asked.target === null || name === asked.target);
const { isPassed } = campaign(all, {
  seed: asked.seed,
  shareMs: (asked.seconds * 1_000) / all.length,
  inputsMin: asked.coverage ? MEASURED_INPUTS_MIN : 0,
  nowMs: () => performance.now(),
  say: console.log,
  keep,
  watchdog: await startWatchdog({ hangMsMax: 20_000, memoryBytesMax: 1_536 * 2 ** 20, folder: FOUND }),
  measure: measured,
});
const isWhole = asked.target === null;
const isCovered = measured === undefined || isEnough(measured.rows(isWhole));
process.exitCode = isPassed && isCovered ? 0 : 1;

function keep(target: string, input: Uint8Array): string {
  mkdirSync(FOUND, { recursive: true });
  const file = path.join(FOUND, nameOf(target, input));
  writeFileSync(file, input);
  return path.relative(process.cwd(), file);
}

function isEnough(rows: ReturnType<NonNullable<typeof measured>['rows']>): boolean {
  for (const line of tableOf(rows, REASONS)) console.log(line);
  if (!isWhole) for (const { missed } of rows) for (const one of missed) console.log(`missed ${one}`);
  const below = shortfalls(rows, REASONS, isWhole);
  for (const one of below) console.error(`TOO LITTLE: ${one}`);
  console.log(`${rows.length} rows, ${below.length} with too little`);
  return below.length === 0;
}

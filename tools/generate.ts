/**
 * `npm run generate`: writes what is derived from the code, so that nobody has to keep it in step by hand.
 * `npm run generate -- --check` says what is out of date and fails; `npm run check` calls it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeConfiguration } from '#station/kernel/config.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/operating/configuration.md': () => `# Configuration

<!-- Written by npm run generate from src/station/kernel/config.ts. -->

One file, \`station.json\` in the data folder; every key is optional, an unknown one is refused by name. What belongs to the
organisation (offices, links, routes, rights) is in the directory, not here. A change counts from the next start.

${describeConfiguration()}`,
};

const isCheck = process.argv.includes('--check');
const stale = Object.entries(GENERATED).filter(([file, make]) => {
  const target = path.join(REPOSITORY_ROOT, file);
  return !existsSync(target) || readFileSync(target, 'utf8') !== make();
});
for (const [file, make] of stale) {
  if (!isCheck) writeFileSync(path.join(REPOSITORY_ROOT, file), make());
  console.log(isCheck ? `out of date: ${file}; run npm run generate` : `written: ${file}`);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;

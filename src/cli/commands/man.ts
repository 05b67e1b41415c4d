/** Writes the pages of the manual in both languages: English where `man` looks first, Vietnamese below `vi/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fill } from '#core/refusal-words.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { resolved } from '../homes.ts';
import { manualPages } from '../manual.ts';
import type { Values } from '../values.ts';
import { manualEn } from '../words/manual-en.ts';
import { manualVi } from '../words/manual-vi.ts';
import { operationsEn } from '../words/operations-en.ts';
import { operationsVi } from '../words/operations-vi.ts';
import { wordsOf } from '../words/words.ts';

/** Day of the pages: that of their words, so that the same program always writes the same pages. */
const DAY = 'November 26, 2026';

export async function man({ locale }: CliContext, values: Values): Promise<Outcome> {
  const folder = resolved(values.operand(0, 'FOLDER'));
  const written = [
    ...write(path.join(folder, 'man1'), manualPages(wordsOf('en'), manualEn, DAY)),
    ...write(path.join(folder, 'vi', 'man1'), manualPages(wordsOf('vi'), manualVi, DAY)),
  ];
  const { manWritten } = locale === 'vi' ? operationsVi : operationsEn;
  return { json: { folder, written }, lines: [fill(manWritten, { count: written.length, folder })] };
}

function write(folder: string, pages: ReadonlyMap<string, string>): string[] {
  mkdirSync(folder, { recursive: true });
  return [...pages].map(([name, text]) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  });
}

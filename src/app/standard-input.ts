/** Standard input of this process: a pipe or a file that somebody put there, or nothing to read. */
import { fstatSync, readFileSync } from 'node:fs';
import type { Input } from '#cli/context.ts';

const STANDARD_INPUT = 0;

/** A socket is a supervisor's, which says nothing on it; an empty file and the null device are nobody's content. */
export const standardInput: Input = {
  isPiped: () => {
    try {
      const found = fstatSync(STANDARD_INPUT);
      return found.isFIFO() || (found.isFile() && found.size > 0);
    } catch {
      return false;
    }
  },
  read: () => readFileSync(STANDARD_INPUT),
};

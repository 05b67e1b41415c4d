/** What a station says of itself to who looks after it. */
import type { z } from 'zod';
import { CHORES, type operationsAnswer } from '#wire/api/operations.ts';

export type Operations = z.output<typeof operationsAnswer>;

/** Whether a job is one that somebody asked for, and may cancel. */
export function isChore(kind: string): boolean {
  return CHORES.some((chore) => chore === kind);
}

/** What a station says of itself to who looks after it. */
import type { z } from 'zod';
import type { operationsAnswer } from '#wire/api/operations.ts';

export type Operations = z.output<typeof operationsAnswer>;

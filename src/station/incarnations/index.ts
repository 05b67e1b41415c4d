/** The incarnations room: when this folder may number, and what is known of the incarnations that ended. Its only door. */
export { takeReturned } from './given-back.ts';
export { Leading } from './leading.ts';
export { incarnationsMigrations } from './migrations/index.ts';
export { closeIncarnation, demandOpen, formersOf, isOpen, markClaimed, markLed, newestRestoration, type Reason, REASONS, reopen, reopenedAt, type Reopening, type Restoration, type Skipped, type Standing, whyStill } from './restoration.ts';
export type { Cause, IncarnationTables } from './tables.ts';

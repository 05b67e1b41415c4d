/** What an error of PostgreSQL, or of the way to it, means to a store. */
import { DatabaseError } from 'pg';
import { Refusal } from '#core/refusals.ts';

/** Source: PostgreSQL's errcodes.txt. */
const CODE = {
  diskFull: '53100', dataCorrupted: 'XX001', indexCorrupted: 'XX002', lockNotAvailable: '55P03',
} as const;
const NO_ENTRY = new Set(['28000', '28P01', '3D000', '42501']);

/** Another process has the database, or it is not what it was: only a new start can tell what to do. */
export class DatabaseTaken extends Error {
  constructor(refusal: Refusal) {
    super(refusal.message, { cause: refusal });
    this.name = 'DatabaseTaken';
  }
}

/** Whether a commit took place is not known, and could not be found out. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('whether the commit took place is not known', { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** Whether the connection has ended with this error: everything but a statement that the server refused, and our own mistakes. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof Refusal || error instanceof DatabaseTaken || isOurMistake(error)) return false;
  return !(error instanceof DatabaseError && error.severity === 'ERROR');
}

function isOurMistake(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('assertion failed');
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === CODE.lockNotAvailable;
}

/** The refusal that an error stands for, or the error itself where it is a fault of ours. */
export function postgresRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof DatabaseTaken) return error.cause;
  if (error instanceof OutcomeUnknown) return new Refusal('store-failed', {}, { cause: error });
  const code = error instanceof DatabaseError ? (error.code ?? '') : '';
  if (code === CODE.diskFull) return new Refusal('disk-full', {}, { cause: error });
  if (code === CODE.dataCorrupted || code === CODE.indexCorrupted) return new Refusal('database-damaged', {}, { cause: error });
  if (NO_ENTRY.has(code)) return new Refusal('database-refused', { reason: code }, { cause: error });
  return isConnectionLost(error) ? new Refusal('database-unreachable', {}, { cause: error }) : error;
}

/** Why an entry is refused: the `reason` in the detail of Refusal `directory-entry-refused`. */

import { DecodeError } from '#core/decode-error.ts';
import type { EntryFault } from '#core/entry-fault-words.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';

export type { EntryFault } from '#core/entry-fault-words.ts';

/** An entry's fault before it is known which entry of the log it is; directory.ts makes the Refusal. */
export class EntryRefused extends Error {
  readonly reason: EntryFault;
  readonly more: RefusalDetail;

  constructor(reason: EntryFault, more: RefusalDetail = {}, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'EntryRefused';
    this.reason = reason;
    this.more = more;
  }
}

/** Gives an entry's fault its place in the log; any other error stays what it is. */
export function refusalOfEntry(error: unknown, index: number, kind: string): unknown {
  const where = { index, kind };
  if (error instanceof EntryRefused) {
    return entryRefusal(error.reason, { ...where, ...error.more }, { cause: error });
  }
  if (error instanceof DecodeError) {
    const { field, reason: fault } = error;
    return entryRefusal('malformed', { ...where, field, fault }, { cause: error });
  }
  return error;
}

/** The refusal of an entry for a fault; its detail's `reason` is the fault's code. */
export function entryRefusal(reason: EntryFault, more: RefusalDetail = {}, options?: ErrorOptions): Refusal {
  return new Refusal('directory-entry-refused', { ...more, reason }, options);
}

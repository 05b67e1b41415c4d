/**
 * Which keys of an office are to be made: periods of transport keys in time, and all at once when somebody who had them
 * is gone. Source: docs/protocol/keyring.md §Periods, §Rolls.
 */

import { DAY_MS, HOUR_MS, type Instant } from '#core/clock.ts';
import type { DirectoryView, OfficeKeyRecord } from '#model/directory-view.ts';
import type { KeyPurpose } from '#wire/names.ts';

/** A key begins a little before it is made, for clocks that are behind. */
export const EARLY_MS = HOUR_MS;

export interface PeriodPlan {
  /** How long one transport key is sealed to; a week by default. */
  readonly periodMs: number;
  /** Coming periods that are kept in stock, so that a post cut off for so long goes on; three by default. */
  readonly ahead: number;
}

export const WEEKLY: PeriodPlan = { periodMs: 7 * DAY_MS, ahead: 3 };

export interface KeyNeed {
  readonly purpose: KeyPurpose;
  readonly number: number;
  readonly from: Instant;
  readonly until?: Instant | undefined;
}

export interface KeysNeeded {
  readonly keys: readonly KeyNeed[];
  /** Whether everything is made anew, because somebody who had the keys is gone or a key was ended. */
  readonly isRoll: boolean;
}

/** A key without an end in its entry never lapses: then its office makes no periods, until it rolls. */
export function keysNeeded(view: DirectoryView, office: string, now: Instant, plan: PeriodPlan = WEEKLY): KeysNeeded {
  const storage = view.currentKey(office, 'storage', now);
  const transport = view.currentKey(office, 'transport', now);
  if (storage === null || transport === null || isRollDue(view, office, storage, transport, now)) {
    return { keys: rolled(view, office, now, plan), isRoll: true };
  }
  return { keys: coming(view, office, now, plan), isRoll: false };
}

/** Whether a device that is gone may know the storage key in use, the transport key in use, or one that comes. */
function isRollDue(view: DirectoryView, office: string, storage: OfficeKeyRecord, transport: OfficeKeyRecord, now: Instant): boolean {
  const inUse = [storage, ...view.officeKeys(office, 'transport').filter(({ number, endedBy }) => number >= transport.number && endedBy === null)];
  const first = inUse.reduce((one, other) => (other.fixedBy < one.fixedBy ? other : one));
  return view.departed(office, first, now).length > 0;
}

/** A new generation, a period from now on, and the coming ones: greater numbers than any, so that nobody seals to the old. */
export function rolled(view: DirectoryView, office: string, now: Instant, { periodMs, ahead }: PeriodPlan): KeyNeed[] {
  const from = Math.max(0, now - EARLY_MS);
  const first = nextNumber(view, office, 'transport');
  const keys: KeyNeed[] = [{ purpose: 'storage', number: nextNumber(view, office, 'storage'), from }];
  for (let i = 0; i <= ahead; i++) {
    keys.push({ purpose: 'transport', number: first + i, from: i === 0 ? from : now + i * periodMs, until: now + (i + 1) * periodMs });
  }
  return keys;
}

function coming(view: DirectoryView, office: string, now: Instant, { periodMs, ahead }: PeriodPlan): KeyNeed[] {
  const known = view.officeKeys(office, 'transport').filter(({ endedBy }) => endedBy === null);
  const last = known.reduce((one, other) => (other.number > one.number ? other : one));
  if (last.until === null) return [];
  const keys: KeyNeed[] = [];
  const current = view.currentKey(office, 'transport', now)!;
  let stock = known.filter(({ number, from }) => number > current.number && from > now).length;
  let begins = last.until;
  if (begins <= now) {
    begins = now - EARLY_MS;
    // The one in use has lapsed: the first that is made is for now, not for later.
    stock -= 1;
  }
  for (let number = nextNumber(view, office, 'transport'); stock < ahead; stock++, number++) {
    const until: Instant = Math.max(begins, now) + periodMs;
    keys.push({ purpose: 'transport', number, from: Math.max(0, begins), until });
    begins = until;
  }
  return keys;
}

/** The first sequenced wins, so the next number is one after all that are fixed. */
function nextNumber(view: DirectoryView, office: string, purpose: KeyPurpose): number {
  return 1 + Math.max(0, ...view.officeKeys(office, purpose).map(({ number }) => number));
}

/** Whether a key's time had ended by then, as its entry says or as the entry that ended it does. */
export function isPast({ until, endedAt }: Pick<OfficeKeyRecord, 'until' | 'endedAt'>, at: Instant): boolean {
  return (until !== null && until <= at) || (endedAt !== null && endedAt <= at);
}

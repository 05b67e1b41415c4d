/**
 * What the sequencer asks of an entry beside its signatures: that it is dated near its own clock, that who makes or ends an
 * office's keys still may by that clock, and room for it.
 */
import { DAY_MS, type Instant } from '#core/clock.ts';
import type { DirectoryState } from '#model/directory.ts';
import { entryRefusal } from '#model/directory-faults.ts';
import { officeOfKey } from '#model/directory-signers.ts';
import { mayAct } from '#model/rights.ts';
import { directoryEntry, type DirectoryKind, entryStatement } from '#wire/directory.ts';

/** What takes something away, or takes over from a station that is gone, is not held up by a full disk. */
export function growsAtWill(bytes: Uint8Array): boolean {
  const { kind } = entryStatement.decode(directoryEntry.decode(bytes).statement);
  return kind !== 'end' && kind !== 'term';
}

/** What rewrites what was, or ends nothing yet, by the time that its signer gives it. */
const DATED: readonly DirectoryKind[] = ['end', 'office', 'delegation', 'alternate'];
const BACKDATED_MS_MAX = 40 * DAY_MS;

/**
 * An entry is taken within a day of its time where it is ahead of this station's clock, and those that tell of the past
 * within forty days: a post that was cut off signs anew. @throws Refusal `directory-entry-refused` (reason date)
 */
export function demandDated(bytes: Uint8Array, now: Instant): void {
  const { kind, created } = entryStatement.decode(directoryEntry.decode(bytes).statement);
  const isAhead = created > now + DAY_MS;
  const isPast = DATED.includes(kind) && created < now - BACKDATED_MS_MAX;
  if (isAhead || isPast) throw entryRefusal(isAhead ? 'dated-ahead' : 'dated-back', { kind });
}

/**
 * A holding lapses by its date without an entry, so that the log alone may learn of it late; by this clock it is known now.
 * @param after the state with the entries in it, which found their signatures right by the times that they give themselves
 * @throws Refusal `directory-entry-refused` (reason signer-not-entitled)
 */
export function demandStillMakingKeys(before: DirectoryState, after: DirectoryState, entries: readonly Uint8Array[], now: Instant): void {
  for (const [i, bytes] of entries.entries()) {
    const { statement, signatures } = directoryEntry.decode(bytes);
    const { kind, body } = entryStatement.decode(statement);
    const office = officeOfKey(kind, body);
    if (office === null) continue;
    for (const { p256Certificate, mldsaCertificate } of signatures) {
      const signer = after.identify(p256Certificate, mldsaCertificate);
      if (signer?.kind !== 'device' || [before, after].some((view) => mayAct({ view, person: signer.person, at: now }, 'make the keys', office))) continue;
      throw entryRefusal('signer-not-entitled', { signer: signer.kind, index: before.point.size + i });
    }
  }
}

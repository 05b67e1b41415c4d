/**
 * Why something ended, where it matters: whether others may have its keys. Then what it signed and nobody witnessed does
 * not count, and what was sealed to it may be read. Source: docs/decisions/0026-a-compromise-is-one-command.md.
 */
import type { Instant } from '#core/clock.ts';
import type { DirectoryView, Ending, OfficeKeyRecord } from '#model/directory-view.ts';

const MAY_BE_KNOWN: readonly Ending['endReason'][] = ['compromised', 'lost', 'stolen'];

/** Whether others may have the keys of what ended so. */
export function mayBeKnown(reason: Ending['endReason']): boolean {
  return MAY_BE_KNOWN.includes(reason);
}

/** Keys of an office that nobody has ended; a transport key's time may be over. */
export function keysInForce(view: DirectoryView, office: string): OfficeKeyRecord[] {
  return (['transport', 'storage'] as const).flatMap((purpose) => view.officeKeys(office, purpose)).filter(({ endedBy }) => endedBy === null);
}

/** Keys of an office that others may have: ended, never to be sealed to, and what is sealed to them may be read. */
export function exposedKeys(view: DirectoryView, office: string): OfficeKeyRecord[] {
  return (['transport', 'storage'] as const).flatMap((purpose) => view.officeKeys(office, purpose)).filter(({ exposedAt }) => exposedAt !== null);
}

/**
 * Keys in force that were made after others of their office had been declared exposed, and that nobody had who is gone since:
 * who declares the same once more does not mean them. What is declared long after it was rolled says nothing of what came after it.
 */
export function madeAfterExposure(view: DirectoryView, office: string, now: Instant): OfficeKeyRecord[] {
  const declared = exposedKeys(view, office).filter(({ endedBy, exposedBy }) => endedBy === exposedBy);
  return (['transport', 'storage'] as const).flatMap((purpose) => {
    const before = declared.filter((key) => key.purpose === purpose);
    const isAfter = (key: OfficeKeyRecord): boolean => before.length > 0 && before.every((one) => one.number < key.number && isBecauseOf(key, one));
    return view.officeKeys(office, purpose).filter((key) => isAfter(key) && key.endedBy === null && view.departed(office, key, now).length === 0);
  });
}

/** Fixed after the declaration, by the log's order; or with it, in one proposal, where new keys stand before the ends of the old. */
function isBecauseOf({ fixedBy, fixedAt }: OfficeKeyRecord, { exposedBy, exposedAt }: OfficeKeyRecord): boolean {
  return exposedBy! < fixedBy || exposedAt === fixedAt;
}

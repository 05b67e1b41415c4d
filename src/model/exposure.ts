/**
 * Why something ended, where it matters: whether others may have its keys. Then what it signed and nobody witnessed does
 * not count, and what was sealed to it may be read. Source: docs/decisions/0026-a-compromise-is-one-command.md.
 */
import type { DirectoryView, Ending, OfficeKeyRecord } from '#model/directory-view.ts';

const MAY_BE_KNOWN: readonly Ending['endReason'][] = ['compromised', 'lost', 'stolen'];

/** Whether others may have the keys of what ended so. */
export function mayBeKnown(reason: Ending['endReason']): boolean {
  return MAY_BE_KNOWN.includes(reason);
}

/** Keys of an office that others may have: ended, never to be sealed to, and what is sealed to them may be read. */
export function exposedKeys(view: DirectoryView, office: string): OfficeKeyRecord[] {
  return (['transport', 'storage'] as const).flatMap((purpose) => view.officeKeys(office, purpose)).filter(({ endReason }) => mayBeKnown(endReason));
}

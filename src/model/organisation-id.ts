/**
 * An organisation's id as people see it, say it and type it: one length everywhere, the first half of the founding entry's
 * digest, in groups of four. Source: docs/decisions/0152-an-organisation-is-told-by-32-digits.md.
 */
import { equal, fromHex } from '#core/bytes.ts';
import { inGroups } from './proofs.ts';

const ID_BYTES = 16;
const DIGEST_BYTES = 32;

/** @param founding SHA-256 of the founding entry, or the id, which begins it */
export function organisationShown(founding: Uint8Array): string {
  return inGroups(founding.subarray(0, ID_BYTES));
}

/** What was typed: the id, or the whole digest that programs print; spaces, hyphens and case do not count. @returns null where it is neither */
export function organisationTyped(typed: string): Uint8Array | null {
  const bytes = fromHex(typed.replaceAll(/[\s\p{Pd}]/gu, '').toLowerCase());
  return bytes !== null && [ID_BYTES, DIGEST_BYTES].includes(bytes.length) ? bytes : null;
}

/** @param typed as organisationTyped gives it */
export function isOrganisation(founding: Uint8Array, typed: Uint8Array): boolean {
  return equal(founding.subarray(0, typed.length), typed);
}

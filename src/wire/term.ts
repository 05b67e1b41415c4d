/**
 * What a promoted standby asks of the holders of the root: to sign the next term of the directory for keys that only it has.
 * It says all that a machine without a network needs. Source: docs/protocol/directory.md §Terms.
 */
import { type Infer, struct, text, uint } from '#wire/codec.ts';
import { logKeys, twin } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, logPoint, organisationId } from '#wire/names.ts';

export const termRequest = struct('TermRequest', 16_384, {
  version: [1, uint(1, 1)],
  organisation: [2, organisationId],
  /** Of the organisation, for whoever signs. */
  name: [3, text(1, LIMITS.nameBytes)],
  station: [4, code],
  /** Of the term: one more than the newest that the asker holds. */
  number: [5, uint(0xffff_ffff, 1)],
  logKeys: [6, logKeys],
  /** What the asker holds of the log. */
  after: [7, logPoint],
  /** The root's certificates as the founding entry has them. */
  root: [8, twin],
});
export type TermRequest = Infer<typeof termRequest>;

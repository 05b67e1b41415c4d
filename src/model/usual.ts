/**
 * What a dispatch says of itself where nobody says anything else, in pages, commands and gateway alike. A
 * classification is proposed by the drafter and determined by whoever approves, so that none is set by itself.
 */
import type { Right } from '#wire/directory.ts';
import type { Classification, Precedence } from '#wire/names.ts';

export const USUAL_TYPE = 'Công điện';
export const USUAL_PRECEDENCE: Precedence = 'routine';
export const USUAL_CLASSIFICATION: Classification = 'none';

/** What the usual positions of an office may do: proposed where one is written, and changed there. */
export const USUAL_RIGHTS = {
  clerk: ['draft', 'dispatch', 'receive', 'hand-over', 'keys'],
  leader: ['approve', 'sign', 'flash'],
  drafter: ['draft'],
} as const satisfies Record<string, readonly Right[]>;

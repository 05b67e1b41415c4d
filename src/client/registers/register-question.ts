/** What is asked of a register. */
import type { Instant } from '#core/clock.ts';
import type { Classification, Precedence } from '#wire/names.ts';

export type RegisterDirection = 'in' | 'out';

/** What an incoming dispatch says is nobody's to see before the office opened it. */
export function mayRead({ direction, state }: { readonly direction: RegisterDirection; readonly state: string }): boolean {
  return direction === 'out' || state !== 'arrived';
}

export const REGISTER_TABS = ['all', 'open', 'late', 'soon'] as const;
/** All; not handled yet; late; due within 24 hours. */
export type RegisterTab = (typeof REGISTER_TABS)[number];

export interface RegisterQuestion {
  readonly office: string;
  readonly direction: RegisterDirection;
  /** Words that begin words of the line, with or without diacritics. */
  readonly query: string;
  readonly tab: RegisterTab;
  readonly classification: Classification | null;
  readonly precedence: Precedence | null;
  /** From this instant on, and before this one. */
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** The other side, as in RegisterRow.others. */
  readonly other: string | null;
  readonly now: Instant;
}

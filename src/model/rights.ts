/** Who may do what, as law: one line for each act. Holding is judged at the time of the act. docs/protocol/directory.md */

import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { Precedence } from '#wire/names.ts';

export type Act =
  | 'write-draft' | 'approve' | 'sign' | 'number' | 'seal' | 'send'
  | 'open' | 'register' | 'hand-over' | 'act-upon' | 'make-keys' | 'see-register';

/** Any one of these rights is enough. */
const LAW: Readonly<Record<Act, readonly Right[]>> = {
  'write-draft': ['draft'],
  'approve': ['approve'],
  'sign': ['sign'],
  'number': ['dispatch'],
  'seal': ['dispatch'],
  'send': ['dispatch'],
  'open': ['receive'],
  'register': ['receive'],
  'hand-over': ['hand-over'],
  'act-upon': ['receive', 'hand-over'],
  'make-keys': ['keys'],
  'see-register': ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over'],
};

export function mayDo(view: DirectoryView, person: string, act: Act, office: string, at: Instant): boolean {
  return LAW[act].some((right) => view.may(person, right, office, at));
}

/** @throws Refusal `not-entitled` */
export function demand(view: DirectoryView, person: string, act: Act, office: string, at: Instant): void {
  if (!mayDo(view, person, act, office, at)) throw new Refusal('not-entitled', { act, office });
}

/** Hỏa tốc is for who may give it; every other precedence is anybody's who may send. */
export function mayGive(view: DirectoryView, person: string, precedence: Precedence, office: string, at: Instant): boolean {
  return precedence !== 'flash' || view.may(person, 'flash', office, at);
}

/** The rights that make a device one to which an office's keys are sealed. */
const KEY_RIGHTS: readonly Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'];

export function mayHoldKeys(view: DirectoryView, person: string, office: string, at: Instant): boolean {
  return KEY_RIGHTS.some((right) => view.may(person, right, office, at));
}

/**
 * Rights that both sides judge alike. What each act at a station asks for stands in that room's policy.ts; this is
 * what a device must know before it acts. Source: docs/protocol/directory.md §Rights.
 */

import type { Instant } from '#core/clock.ts';
import type { DeviceRecord, DirectoryView } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { Precedence } from '#wire/names.ts';

/** Hỏa tốc is for who may give it; every other precedence is anybody's who may send. */
export function mayGive(view: DirectoryView, person: string, precedence: Precedence, office: string, at: Instant): boolean {
  return precedence !== 'flash' || view.may(person, 'flash', office, at);
}

/** The rights that make a device one to which an office's keys are sealed. */
const KEY_RIGHTS: readonly Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'];

/** Whether a position with these rights is one whose holder's devices are given the office's keys. */
export function givesKeys(rights: readonly Right[]): boolean {
  return rights.some((right) => KEY_RIGHTS.includes(right));
}

/** Devices in force of everyone who may hold an office's keys at that instant. */
export function keyDevices(view: DirectoryView, office: string, at: Instant): DeviceRecord[] {
  return view.persons().filter(({ person }) => mayHoldKeys(view, person, office, at)).flatMap(({ person }) => view.devices(person));
}

export function mayHoldKeys(view: DirectoryView, person: string, office: string, at: Instant): boolean {
  return KEY_RIGHTS.some((right) => view.may(person, right, office, at));
}

/**
 * What each act asks for: the one list. A station's policy, a device before it acts, whoever checks what others signed,
 * a page that offers a button and docs/operating/rights.md all read it here.
 * Source: docs/protocol/directory.md §Rights, docs/protocol/receipts.md, docs/decisions/0095-one-list-of-acts.md.
 */

import type { Instant } from '#core/clock.ts';
import type { DeviceRecord, DirectoryView, PersonRecord } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import type { EndorsementPurpose } from '#wire/core.ts';
import type { Precedence } from '#wire/names.ts';
import type { ReceiptKind } from '#wire/receipt.ts';

/** One of the rights is enough; the first is named where all are lacking. */
export const ACTS = {
  'save a draft': ['draft'],
  'approve a draft': ['approve'],
  'sign a draft': ['sign'],
  'return a draft': ['approve', 'sign'],
  'read a draft': ['draft', 'approve', 'sign', 'dispatch'],
  'discard a draft': ['draft', 'sign', 'dispatch'],
  'upload a part': ['draft', 'approve', 'sign', 'dispatch'],
  'take a number': ['dispatch'],
  'send': ['dispatch'],
  'seal again': ['dispatch'],
  'give flash': ['flash'],
  'take an incoming number': ['receive'],
  'say opened': ['receive'],
  'say unreadable': ['receive'],
  'say handed over': ['hand-over', 'receive'],
  'say acted': ['receive', 'hand-over'],
  'read what came': ['receive', 'hand-over'],
  're-wrap what came': ['receive', 'hand-over', 'keys'],
  'read what went': ['draft', 'approve', 'sign', 'dispatch'],
  'read a register': ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over'],
  'hold the keys': ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'],
  'make the keys': ['keys'],
  'put the keys into escrow': ['keys'],
  'carry the seal': ['dispatch', 'receive', 'hand-over'],
  'carry bundles': ['dispatch', 'receive'],
  'act unattended': ['automatic'],
} as const satisfies Readonly<Record<string, readonly Right[]>>;
export type Act = keyof typeof ACTS;

/** What each endorsement of a dispatch says was done. */
export const ACT_OF_ENDORSEMENT = {
  author: 'save a draft', approve: 'approve a draft', sign: 'sign a draft',
} as const satisfies Readonly<Record<EndorsementPurpose, Act>>;

/** What each of an office's own words says was done; of the others a station speaks. */
export const ACT_OF_RECEIPT = {
  'opened': 'say opened', 'handed-over': 'say handed over', 'acted': 'say acted', 'unreadable': 'say unreadable',
} as const satisfies Partial<Readonly<Record<ReceiptKind, Act>>>;

/** Who acts, judged by one directory at one time. */
export interface Acting {
  readonly view: Pick<DirectoryView, 'may'>;
  readonly person: string;
  readonly at: Instant;
}

/** Whether a person may do something in an office, by any position that they hold or act in. */
export function mayAct({ view, person, at }: Acting, act: Act, office: string): boolean {
  return ACTS[act].some((right) => view.may(person, right, office, at));
}

/** Whether a position carries what an act asks for; none carries nothing. */
export function positionMay(position: { readonly rights: readonly Right[] } | null, act: Act): boolean {
  return position !== null && ACTS[act].some((right) => position.rights.includes(right));
}

/** Everybody who may do something in an office. */
export function whoMay(view: Pick<DirectoryView, 'may' | 'persons'>, act: Act, office: string, at: Instant): PersonRecord[] {
  return view.persons().filter(({ person }) => mayAct({ view, person, at }, act, office));
}

/** Hỏa tốc is for who may give it; every other precedence is anybody's who may send. */
export function mayGive(view: Pick<DirectoryView, 'may'>, person: string, precedence: Precedence, office: string, at: Instant): boolean {
  return precedence !== 'flash' || mayAct({ view, person, at }, 'give flash', office);
}

/** Who may send Hỏa tốc for an office: the right to give it and the right to send are two. */
export function flashSenders(view: Pick<DirectoryView, 'may' | 'persons'>, office: string, at: Instant): PersonRecord[] {
  return whoMay(view, 'send', office, at).filter(({ person }) => mayGive(view, person, 'flash', office, at));
}

/** Devices in force of everyone who may hold an office's keys at that instant. */
export function keyDevices(view: DirectoryView, office: string, at: Instant): DeviceRecord[] {
  return whoMay(view, 'hold the keys', office, at).flatMap(({ person }) => view.devices(person));
}

/** Whether an office's keys are sealed to the devices of a person. */
export function mayHoldKeys(view: Pick<DirectoryView, 'may'>, person: string, office: string, at: Instant): boolean {
  return mayAct({ view, person, at }, 'hold the keys', office);
}

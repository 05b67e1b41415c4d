/**
 * People come, move, go and give their positions into other hands: one errand each, with the keys that have to be made
 * anew, and what is left for others to do. Source: docs/operating/people.md.
 */
import type { Instant } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { DELEGABLE } from '#model/delegations.ts';
import { checkDeviceRequest, demandVoucher, readDeviceRequest } from '#model/device-requests.ts';
import { lasts } from '#model/directory-ending.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { PositionRecord } from '#model/directory-view.ts';
import { positionMay } from '#model/rights.ts';
import type { DirectoryBody, PersonKind, Right } from '#wire/directory.ts';
import type { DeviceRequest, DeviceRequestStatement } from '#wire/invitation.ts';
import { earlier, planDevice, planMember, planPosition, signPlans } from './admission.ts';
import { type KeysAfter, keysAfter } from './keys-after.ts';
import { type Change, type EndReason, type Leaving, planLeave, planMove } from './members.ts';
import { listDrafts, readDraft } from '../dispatch/outgoing.ts';
import { checkNames } from '../one-line.ts';
import { propose, type Proposed, proposePlans, registrarDesk } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { actorOf, signer } from '../signers.ts';

export interface LeftDraft {
  readonly draft: string;
  readonly office: string;
  readonly subject: string;
}

export interface Left extends Proposed {
  readonly leaving: Leaving;
  readonly keys: KeysAfter;
  readonly drafts: readonly LeftDraft[];
}

/** @throws Refusal those of planLeave and proposePlans */
export async function letLeave(session: Session, person: string, reason: EndReason, signal?: AbortSignal): Promise<Left> {
  const leaving = planLeave(session.view, person, reason, session.now());
  const drafts = await draftsOf(session, person);
  const proposed = await proposePlans(session, leaving.plans, signal);
  return { ...proposed, leaving, drafts, keys: await keysAfter(session, leaving.offices, proposed, person) };
}

export interface Moved extends Proposed {
  readonly moving: Change;
  /** The office of the new position. */
  readonly office: string;
  /** Whether the person must ask for an office seal before they can send and receive. */
  readonly needsSeal: boolean;
  readonly keysGiven: number;
  readonly keys: KeysAfter;
}

/** @throws Refusal those of planMove and proposePlans */
export async function letMove(session: Session, person: string, from: string, to: string, signal?: AbortSignal): Promise<Moved> {
  const moving = planMove(session.view, person, from, to, session.now());
  const proposed = await proposePlans(session, moving.plans, signal);
  const keys = await keysAfter(session, moving.offices, proposed, person);
  return { ...proposed, ...await withNewHolder(session, to, proposed), moving, keys };
}

export type Held = Omit<Moved, 'moving' | 'keys'>;

/** One more position, beside those that the person holds. @throws Refusal `person-unknown`, `position-unknown`; those of proposePlans */
export async function letHold(session: Session, person: string, position: string, signal?: AbortSignal): Promise<Held> {
  const { view } = session;
  if (view.person(person)?.endedBy !== null) throw new Refusal('person-unknown', { person });
  if (view.position(position)?.endedBy !== null) throw new Refusal('position-unknown', { position });
  const proposed = await proposePlans(session, [{ kind: 'holder', body: { person, position, from: session.now() } }], signal);
  return { ...proposed, ...await withNewHolder(session, position, proposed) };
}

async function withNewHolder(session: Session, position: string, { outcome }: Proposed): Promise<Omit<Held, keyof Proposed>> {
  const held = session.view.position(position)!;
  return { office: held.office, needsSeal: positionMay(held, 'carry the seal'), keysGiven: outcome === 'sequenced' ? await giveKeys(session, held.office) : 0 };
}

export interface DelegationOrder {
  readonly position: string;
  /** The holder. */
  readonly by: string;
  readonly to: string;
  /** Absent: all that may be delegated. */
  readonly rights?: readonly Right[] | undefined;
  readonly from?: Instant | undefined;
  readonly until: Instant;
  readonly reason: string;
  /** Absent: the next of ours. */
  readonly code?: string | undefined;
}

export interface Delegated extends Proposed {
  readonly body: DirectoryBody<'delegation'>;
  readonly office: string;
  readonly keysGiven: number;
}

/** By the holder's own device for an alternate; by a registrar's for anybody. @throws Refusal `position-unknown`, `person-unknown`; those of proposePlans */
export async function delegatePosition(session: Session, order: DelegationOrder, signal?: AbortSignal): Promise<Delegated> {
  const { view } = session;
  const { position, by, to, until, reason } = order;
  checkNames({ note: reason });
  const held = view.position(position);
  if (held?.endedBy !== null) throw new Refusal('position-unknown', { position });
  if (view.person(to)?.endedBy !== null) throw new Refusal('person-unknown', { person: to });
  const rights = order.rights ?? delegableOf(held);
  const body = { delegation: order.code ?? freshCode(session), position, by, to, rights: [...rights], from: order.from ?? session.now(), until, reason };
  const proposed = await asHolderOrRegistrar(session, by, { kind: 'delegation', body }, signal);
  return { ...proposed, body, office: held.office, keysGiven: proposed.outcome === 'sequenced' ? await giveKeys(session, held.office) : 0 };
}

export function delegableOf({ rights }: Pick<PositionRecord, 'rights'>): Right[] {
  return rights.filter((right) => DELEGABLE.includes(right));
}

/** @throws Refusal `delegation-unknown` where it has ended; those of proposePlans */
export function endDelegation(session: Session, code: string, signal?: AbortSignal): Promise<Proposed> {
  const known = session.view.delegation(code);
  if (known === null || !lasts(known, session.now())) throw new Refusal('delegation-unknown', { delegation: code });
  return asHolderOrRegistrar(session, known.by, { kind: 'end', body: { what: 'delegation', code, reason: 'superseded' } }, signal);
}

export function planDeviceEnd(code: string, reason: EndReason): EntryPlan[] {
  return [{ kind: 'end', body: { what: 'device', code, reason } }];
}

/** Ends a device, whose keys of its person's offices are rolled, for it had them. @throws Refusal `device-unknown`; those of proposePlans */
export async function endDevice(session: Session, code: string, reason: EndReason, signal?: AbortSignal): Promise<Proposed & { readonly person: string; readonly keys: KeysAfter }> {
  const record = session.view.device(code);
  if (record === null || !lasts(record, session.now())) throw new Refusal('device-unknown', { device: code });
  const offices = [...new Set(session.view.held(record.person, session.now()).map(({ office }) => office))];
  const hasOther = session.view.devices(record.person).some(({ device }) => device !== code);
  const proposed = await proposePlans(session, planDeviceEnd(code, reason), signal);
  return { ...proposed, person: record.person, keys: await keysAfter(session, offices, proposed, hasOther ? undefined : record.person) };
}

/** A position that is written together with its first holder, so that two registrars sign once for both. */
export type NewPosition = Pick<PositionRecord, 'position' | 'office' | 'title' | 'rights'>;

export interface MemberResult extends Proposed {
  readonly person: string;
  readonly name: string;
  readonly device: string;
  readonly office: string;
  /** Whether office keys could be given to the new device at once. */
  readonly keysGiven: number;
  /** Whether that device must ask for the office seal before it can send and open. */
  readonly needsSeal: boolean;
}

export interface MemberWish {
  readonly to: string | NewPosition;
  /** A request whose fingerprint was compared, or that another device of theirs vouches for. */
  readonly request: Uint8Array;
  readonly kind?: PersonKind | undefined;
  /** On the registrar's own machine: no other screen has shown its fingerprint. */
  readonly isMadeHere?: boolean;
}

/**
 * Checks a device's request, certifies it, and gives the new device the office keys that this one has.
 * @throws Refusal `registrar-required`, `position-unknown`, `name-taken`, `person-name-differs`; those of checkDeviceRequest and proposePlans
 */
export async function addMember(session: Session, { to, request, kind, isMadeHere }: MemberWish, signal?: AbortSignal): Promise<MemberResult> {
  const desk = await registrarDesk(session);
  const read = readDeviceRequest(request);
  const asked = await checkDeviceRequest(session.crypto, session.view.organisation.id, read);
  const held = typeof to === 'string' ? session.view.position(to) : { ...to, seal: null };
  if (held === null) throw new Refusal('position-unknown', { position: String(to) });
  refuseTaken(session, asked, kind);
  const isNewPerson = session.view.person(asked.person) === null;
  const plans: EntryPlan[] = typeof to === 'string' ? [] : [{ kind: 'position', body: { ...to, rights: [...to.rights] } }];
  const seals = await sealPlans(session, held, asked);
  plans.push(...seals);
  plans.push(...(await planMember(desk, { asked, isNewPerson, kind, holds: holdsNow(session, asked.person, held.position) ? [] : [held.position], from: earlier(desk.now) })));
  const proposed = await proposePlans(session, plans, signal, isMadeHere === true ? undefined : read.statement);
  return { ...proposed, person: asked.person, name: asked.name, device: asked.device, office: held.office, keysGiven: await giveKeys(session, held.office), needsSeal: seals.length === 0 && positionMay(held, 'carry the seal') };
}

export interface AdmittedDevice extends Proposed {
  readonly device: string;
  /** Whether office keys could be given to the new device at once. */
  readonly keysGiven: number;
}

/**
 * Another device of a person whom the directory has, for which one of theirs vouches: judged now, by the newest directory,
 * whatever was found when it was listed.
 * @throws Refusal `voucher-wrong`, `registrar-required`, `name-taken`, `person-name-differs`; those of checkDeviceRequest and proposePlans
 */
export async function admitVouched(session: Session, request: DeviceRequest, signal?: AbortSignal): Promise<AdmittedDevice> {
  await demandVouched(session, request, signal);
  const desk = await registrarDesk(session);
  const asked = await checkDeviceRequest(session.crypto, session.view.organisation.id, request);
  refuseTaken(session, asked);
  const proposed = await proposePlans(session, [await planDevice(desk, asked)], signal, request.statement);
  const offices = session.view.held(asked.person, session.now()).map(({ office }) => office);
  return { ...proposed, device: asked.device, keysGiven: proposed.outcome === 'sequenced' ? await giveKeysOf(session, offices) : 0 };
}

/** Gives other devices the keys of those offices, as far as this one has them. @returns how many */
export async function giveKeysOf(session: Session, offices: readonly string[]): Promise<number> {
  let given = 0;
  for (const office of new Set(offices)) given += await giveKeys(session, office);
  return given;
}

/** Whether a device of the person vouches for the request now. @throws Refusal `voucher-wrong` where none does */
export async function demandVouched(session: Session, request: DeviceRequest, signal?: AbortSignal): Promise<void> {
  await session.directory.sync(signal);
  await demandVoucher(session.crypto, session.view, request, session.now());
}

/** The position again, now with the seal whose keys its first holder's device made. */
async function sealPlans(session: Session, held: NewPosition & Pick<PositionRecord, 'seal'>, { seal }: DeviceRequestStatement): Promise<EntryPlan[]> {
  // What the position's rights cannot use is asked for in vain, and left out: the directory would refuse the whole.
  if (seal === undefined || held.seal !== null || !positionMay(held, 'carry the seal')) return [];
  const { position, office, title, rights } = held;
  return [await planPosition(await registrarDesk(session), { position, office, title, rights }, session.view.office(office)!.name, seal)];
}

/** Another device of a holder needs no second period in the same position. */
function holdsNow(session: Session, person: string, position: string): boolean {
  return session.view.held(person, session.now()).some((held) => held.position === position);
}

/** @throws Refusal `name-taken`, `person-name-differs` */
function refuseTaken({ view }: Session, { device, person, name }: DeviceRequestStatement, kind?: PersonKind): void {
  if (view.device(device) !== null) throw new Refusal('name-taken', { device });
  const known = view.person(person);
  if (known !== null && known.name !== name) throw new Refusal('person-name-differs', { person, name: known.name });
  if (known !== null && known.kind !== (kind ?? known.kind)) throw new Refusal('name-taken', { name: person });
}

/** Only a device that holds the office's keys can give them; otherwise another one does (`office keys`). */
async function giveKeys(session: Session, office: string): Promise<number> {
  return session.ring.contents.officeKeys.some((key) => key.office === office) ? session.shareOfficeKeys(office) : 0;
}

/** The holder's own word where it is theirs to give; otherwise a registrar's. */
async function asHolderOrRegistrar(session: Session, by: string, plan: EntryPlan, signal?: AbortSignal): Promise<Proposed> {
  const { crypto, random, ring, view } = session;
  const isOwn = by === actorOf(ring).person && (plan.kind === 'end' || (plan.kind === 'delegation' && view.alternates(plan.body.position).includes(plan.body.to)));
  if (!isOwn) return proposePlans(session, [plan], signal);
  const own = await signer(crypto, ring, view, { kind: 'device' });
  const desk = { crypto, random, organisation: view.organisation, now: session.now() };
  return propose(session, await signPlans(desk, [own], [plan], view.point), signal);
}

function freshCode({ view }: Session): string {
  const taken = new Set(view.delegations().map(({ delegation }) => delegation));
  let number = taken.size + 1;
  while (taken.has(`uq-${number}`)) number += 1;
  return `uq-${number}`;
}

/** Drafts that the person wrote and that are still open, in the offices whose drafts this device can read. */
async function draftsOf(session: Session, person: string): Promise<LeftDraft[]> {
  const found: LeftDraft[] = [];
  for (const office of session.offices()) {
    const records = await listDrafts(session, office).catch(nothingOf('not-entitled', 'office-unknown'));
    for (const { draft, step } of records ?? []) {
      const held = step === 'sent' || step === 'discarded' ? null : await readDraft(session, draft).catch(nothingOf());
      if (held?.open.core.author === person) found.push({ draft, office, subject: held.open.core.subject });
    }
  }
  return found;
}

/** What this device may not see, or cannot read, is passed over; a station that does not answer is not. */
function nothingOf(...codes: readonly RefusalCode[]): (error: unknown) => null {
  return (error) => {
    const isPassed = error instanceof Refusal && error.code !== 'station-unreachable' && (codes.length === 0 || codes.includes(error.code));
    if (!isPassed) throw error;
    return null;
  };
}

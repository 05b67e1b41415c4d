/**
 * What a registrar does for a new station: invites it, and admits it once its request came and its fingerprint was read
 * aloud. The command line and the pages do it alike. Source: docs/protocol/directory.md §Joining.
 */
import { DAY_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Right } from '#wire/directory.ts';
import { askedIn } from '#model/device-requests.ts';
import { admission, type DeviceRequestStatement, type Invitation, joinRequest, type JoinRequestStatement, joinRequestStatement } from '#wire/invitation.ts';
import { directoryEntry } from '#wire/directory.ts';
import { planAdmission } from './admission.ts';
import { decodedOr } from '#core/decoding.ts';
import { makeInvitation } from './invitation.ts';
import { checkJoinRequest } from './join-request.ts';
import { isAdmitted } from './newcomers.ts';
import { checkNames } from '../one-line.ts';
import { isRegistrar, type Proposed, proposePlans, registrarDesk } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { wholeLog } from './whole-log.ts';

/** Of whoever is the first at a new station, in the words of the directory. */
export const FIRST_TITLE = 'Văn thư';
export const INVITATION_DAYS = 14;
export const INVITATION_DAYS_MAX = 366;

export interface GivenInvitation {
  readonly invitation: Invitation;
  /** What its code unlocks. */
  readonly secret: Uint8Array;
  readonly isUsed: boolean;
}

/** Invitations that this device gave out; the secret of each is sealed to it, wherever they are kept. */
export interface InvitationBook {
  keep(bytes: Uint8Array, secret: Uint8Array): Promise<void>;
  /** @throws Refusal `invitation-malformed` where this device gave out no such invitation */
  find(id: Uint8Array): Promise<GivenInvitation>;
  markUsed(id: Uint8Array): Promise<void>;
}

export interface InviteOrder {
  readonly station: string;
  readonly site: string;
  /** Null: the station of this device. */
  readonly neighbour: string | null;
  readonly address: string | undefined;
  readonly days: number;
}

export interface Invited {
  readonly bytes: Uint8Array;
  /** For another way. */
  readonly code: string;
  readonly expires: number;
  /** Whom the new station meets first. */
  readonly neighbour: string;
}

/** @throws Refusal `registrar-required`; those of checkNames and makeInvitation */
export async function inviteStation(session: Session, book: InvitationBook, order: InviteOrder): Promise<Invited> {
  if (!isRegistrar(session)) throw new Refusal('registrar-required');
  checkNames({ site: order.site });
  const { crypto, random, clock, view } = session;
  const neighbour = order.neighbour ?? (await session.api.call('station', {})).station;
  const expires = clock.now() + order.days * DAY_MS;
  const { station, site, address } = order;
  const { bytes, code, secret } = await makeInvitation(crypto, random, view, { station, site, expires, neighbour, address });
  await book.keep(bytes, secret);
  secret.fill(0);
  return { bytes, code, expires, neighbour };
}

export interface AdmitOrder {
  readonly request: Uint8Array;
  readonly fingerprint: string;
  /** The station's first office; none for a relay. */
  readonly office: { readonly office: string; readonly name: string; readonly symbol: string } | undefined;
  readonly position: { readonly position: string; readonly title: string; readonly rights: readonly Right[] } | undefined;
}

export interface Admitted {
  readonly station: string;
  readonly size: number;
  /** By an earlier call, whose file this is again. */
  readonly isBefore: boolean;
  /** The admission, as a file. */
  readonly bytes: Uint8Array;
}

/** What a request says of itself, before anything of it is believed. @throws Refusal `cbor-malformed` */
export function readJoinRequest(request: Uint8Array): JoinRequestStatement {
  return decodedOr('cbor-malformed', () => joinRequestStatement.decode(joinRequest.decode(request).statement));
}

/** Who will be the first there, as they wrote themselves down; null at a relay. @throws Refusal `cbor-malformed` */
export function firstThere({ device }: JoinRequestStatement): DeviceRequestStatement | null {
  return device === undefined ? null : decodedOr('cbor-malformed', () => askedIn(device));
}

/** As orderAdmission, for whoever cannot go on while it waits. @throws Refusal as it does; `second-registrar-needed` */
export async function admitStation(session: Session, book: InvitationBook, order: AdmitOrder, signal?: AbortSignal): Promise<Admitted> {
  const done = await orderAdmission(session, book, order, signal);
  if ('bytes' in done) return done;
  const { proposals, marks, awaits } = done;
  throw new Refusal('second-registrar-needed', { proposal: proposals?.join(', ') ?? '', mark: marks?.join(', ') ?? '', persons: awaits?.map(({ name }) => name).join(', ') ?? '' });
}

/**
 * The same request again gives the file again, and changes nothing. Where a second registrar has yet to sign, the same order
 * gives the file once they have.
 * @throws Refusal `registrar-required`, those of checkNames, checkJoinRequest and planAdmission; `option-missing` where its person needs an office
 */
export async function orderAdmission(session: Session, book: InvitationBook, order: AdmitOrder, signal?: AbortSignal): Promise<Admitted | Proposed> {
  checkNames({ ...(order.office && { 'office-name': order.office.name, symbol: order.office.symbol }), ...(order.position && { title: order.position.title }) });
  const asked = readJoinRequest(order.request);
  const { invitation, secret, isUsed } = await book.find(asked.invitation);
  const { fingerprint, office, position } = order;
  // What stands is asked of the newest directory: another registrar may have admitted somebody meanwhile.
  await session.directory.sync(signal);
  const desk = await registrarDesk(session);
  // Admitted before: the second registrar had yet to sign, or the file was lost. It is all that is still lacking.
  const isIn = isAdmitted(session.view, asked);
  const join = await checkJoinRequest(session.crypto, order.request, { invitation, secret, isUsed: isUsed && !isIn, fingerprint, now: isIn ? invitation.expires : desk.now });
  const admit = async (): Promise<Proposed> => {
    if (join.device !== null && office === undefined) throw new Refusal('option-missing', { option: '--office' });
    const { neighbour, address } = invitation;
    const plans = await planAdmission(desk, { view: session.view, join, neighbour, address, office, position });
    return proposePlans(session, plans, signal, joinRequest.decode(order.request).statement);
  };
  const proposed: Proposed = isIn ? { outcome: 'sequenced', size: session.view.point.size } : await admit();
  if (proposed.outcome === 'waiting') return proposed;
  if (proposed.outcome !== 'sequenced') throw new Refusal('not-sequencer', { station: session.view.sequencer.station });
  await book.markUsed(invitation.invitation);
  return { station: asked.station, size: proposed.size, isBefore: isUsed, bytes: await admissionOf(session, asked.station, signal) };
}

/** The whole log with its checkpoint, as the joiner will verify it. */
async function admissionOf(session: Session, station: string, signal?: AbortSignal): Promise<Uint8Array> {
  const { entries, checkpoint } = await wholeLog(session, signal);
  return admission.encode({ version: 1, organisation: session.view.organisation.id, station, entries: entries.map((entry) => directoryEntry.decode(entry)), checkpoint });
}

/** A registrar's device at work: signs entries, proposes them, and waits for no other registrar. Source: docs/protocol/directory.md §Proposing. */
import { base64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { isForTwo } from '#model/directory-signers.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { proposalId } from '#model/proposals.ts';
import { directoryEntry } from '#wire/directory.ts';
import { PENDING_ENTRIES_MAX } from '#wire/proposal.ts';
import { issuerOf, type RegistrarDesk, signPlans } from './admission.ts';
import { markOf, type ShownProposal, signersOf } from './countersigning.ts';
import { lodge, PATIENCE_MS } from './lodging.ts';
import type { Session } from '../session.ts';
import { signer } from '../signers.ts';
import { waitingAlike } from './waiting-alike.ts';

export interface Proposed {
  /** `waiting`: at the station, until another registrar signs too. */
  readonly outcome: 'sequenced' | 'sent' | 'waiting';
  readonly size: number;
  /** Codes of what waits. */
  readonly proposals?: readonly string[];
  /** Their marks, of what this device signed: read to whoever signs second. */
  readonly marks?: readonly string[];
  /** Who has yet to sign what waits: one of them is enough. */
  readonly awaits?: readonly Awaited[];
  /** Whether the same waited already, and nothing was proposed. */
  readonly isWaitingBefore?: boolean;
}

export interface Awaited {
  readonly person: string;
  readonly name: string;
}

/** Whether this device signs changes of the directory: it has such keys, and its person is registrar. Who only asked is none. */
export function isRegistrar({ ring: { contents }, view }: Pick<Session, 'ring' | 'view'>): boolean {
  return contents.registrar !== undefined && view.registrars().some(({ person }) => person === contents.person);
}

/** @throws Refusal `registrar-required` where this keyring is no registrar's */
export async function registrarDesk({ crypto, random, clock, ring, view }: Session): Promise<RegistrarDesk> {
  if (ring.contents.registrar === undefined || ring.contents.issuer === undefined) throw new Refusal('registrar-required');
  const issuer = await issuerOf(crypto, ring, view.organisation);
  return { crypto, random, organisation: view.organisation, issuer, now: clock.now() };
}

/**
 * Signs as registrar, proposes, and fetches the directory back.
 * @param asked the statement that these answer, whose fingerprint was compared: whoever signs second compares it too
 * @throws Refusal `registrar-required`, `proposals-full`; the log's own
 */
export async function proposePlans(session: Session, plans: readonly EntryPlan[], signal?: AbortSignal, asked?: Uint8Array): Promise<Proposed> {
  const { crypto, random, clock, ring, view } = session;
  if (!isRegistrar(session)) throw new Refusal('registrar-required');
  const isForSecond = needsSecond(session, plans);
  const before = isForSecond ? await waitingAlike(session, plans) : null;
  if (before !== null) return { ...waits(session, before), isWaitingBefore: true };
  const registrar = await signer(crypto, ring, view, { kind: 'registrar' });
  const desk = { crypto, random, organisation: view.organisation, now: clock.now() };
  const entries = await signPlans(desk, [registrar], plans, view.point);
  return isForSecond ? park(session, entries, asked) : propose(session, entries, signal);
}

/** Lodges what is signed, and waits a while for the directory to come back with it. */
export function propose(session: Session, entries: readonly Uint8Array[], signal?: AbortSignal): Promise<Proposed> {
  return lodge(session, entries, { patienceMs: PATIENCE_MS, signal });
}

/** Whether one registrar's word is not enough; then all of it waits together, since entries build on each other. */
function needsSecond({ view }: Session, plans: readonly EntryPlan[]): boolean {
  return view.registrars().length > 1 && plans.some((plan) => isForTwo(plan, (office) => view.office(office)));
}

/** @throws Refusal `proposals-full`, `proposal-forged` where the station names another proposal than this */
async function park(session: Session, entries: readonly Uint8Array[], asked?: Uint8Array): Promise<Proposed> {
  const { crypto, api } = session;
  if (entries.length > PENDING_ENTRIES_MAX) throw new Refusal('proposals-full', { most: PENDING_ENTRIES_MAX });
  const { proposal } = await api.call('putPending', { body: { entries: entries.map(base64url), ...(asked !== undefined && { asked: base64url(asked) }) } });
  if (proposal !== proposalId(crypto, entries.map((bytes) => directoryEntry.decode(bytes).statement))) throw new Refusal('proposal-forged', { proposal });
  return waits(session, { proposal, entries });
}

function waits({ crypto, view }: Session, { proposal, entries }: ShownProposal): Proposed {
  return { outcome: 'waiting', size: view.point.size, proposals: [proposal], marks: [markOf(crypto, view, entries)], awaits: awaitedFor(view, entries) };
}

/** The registrars who have not signed these. */
export function awaitedFor(view: DirectoryView, entries: readonly Uint8Array[]): Awaited[] {
  const signed = signersOf(view, entries);
  return view.registrars().filter(({ person }) => !signed.includes(person)).map(({ person, name }) => ({ person, name }));
}

/**
 * What waits at the station for a second registrar, as their device judges it: read in the same lines everywhere, checked,
 * marked, signed, withdrawn. The ring remembers what it saw, so that a proposal which went does not come again.
 * Source: docs/protocol/directory.md §Waiting entries, docs/decisions/0089.
 */
import { base64url, fromBase64url, fromHex, hex } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { inFours } from '#core/crockford.ts';
import { decodedOrNull } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import { isAnsweredBy, readAsked } from '#model/asked-statement.ts';
import { requestCodeOf } from '#model/device-requests.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { fingerprintOf } from '#model/proofs.ts';
import { DIRECTORY_BODIES, entryStatement } from '#wire/directory.ts';
import { SEEN_PROPOSALS_MAX, type SeenProposal } from '#wire/keyring.ts';
import { checkProposal, countersignProposal, markOf, plansOf, type ShownProposal, signersOf, standing, WAITING_MS_MAX } from './countersigning.ts';
import { checkNames } from '../one-line.ts';
import type { Proposed } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { actorOf, signer } from '../signers.ts';

/** Longer than anything that waits can be signed. */
const REMEMBERED_MS = WAITING_MS_MAX + 2 * DAY_MS;

/** As the new device or station showed it. */
export interface AskedBefore {
  readonly fingerprint: string;
  /** What a device that left its request at the station showed in the fingerprint's place. */
  readonly code: string | null;
  /** Whose device it is, as directory or entries call them; null for a station alone. */
  readonly name: string | null;
}

export interface WaitingProposal extends ShownProposal {
  /** Who handed it in, and when, by the station's word. */
  readonly person: string;
  readonly created: Instant;
  readonly expires: Instant;
  /** What the two read to each other. */
  readonly mark: string;
  /** By the signatures, not by the station's word. */
  readonly signers: readonly string[];
  /** Whether this person signed first. */
  readonly isOwn: boolean;
  /** What the first registrar compared, where the entries certify what was asked for there and nothing else. */
  readonly asked: AskedBefore | null;
  /** Why it must not be signed; null where nothing is known against it, and for what this person proposed. */
  readonly fault: Refusal | null;
}

/** What was taken back before a second registrar signed, by the station's word. */
export interface WithdrawnProposal {
  readonly proposal: string;
  /** Who had handed it in, and when. */
  readonly person: string;
  readonly created: Instant;
  readonly by: string;
  readonly at: Instant;
  readonly why: string | null;
  /** Those that can be read; the station may show others, and shows none for which it has no room. */
  readonly statements: readonly Uint8Array[];
}

export interface Proposals {
  /** Oldest first. */
  readonly waiting: readonly WaitingProposal[];
  /** Newest first. */
  readonly withdrawn: readonly WithdrawnProposal[];
}

/** The ring then remembers which waited. @throws Refusal `registrar-required` */
export async function shownProposals(session: Session): Promise<Proposals> {
  const { proposals: shown, withdrawn } = await session.api.call('pending', {});
  const waiting = await Promise.all(shown.map((one) => judged(session, { ...one, entries: bytesOf(one.entries) })));
  await remember(session, waiting);
  return { waiting, withdrawn: withdrawn.map((one) => ({ ...one, why: one.why ?? null, statements: bytesOf(one.statements).filter(isReadable) })) };
}

/** @throws Refusal `registrar-required` */
export async function waitingProposals(session: Session): Promise<readonly WaitingProposal[]> {
  return (await shownProposals(session)).waiting;
}

function isReadable(statement: Uint8Array): boolean {
  return decodedOrNull(() => {
    const { kind, body } = entryStatement.decode(statement);
    return DIRECTORY_BODIES[kind].decode(body);
  }) !== null;
}

function bytesOf(entries: readonly string[]): Uint8Array[] {
  return entries.map((entry) => fromBase64url(entry) ?? new Uint8Array(0));
}

/**
 * Signs exactly this answer of the station, under the mark that the other registrar read out, and has it sequenced.
 * @throws Refusal `registrar-required`, `proposal-gone`; as countersignProposal; the log's own
 */
export async function signSecond(session: Session, shown: ShownProposal, mark: string, signal?: AbortSignal): Promise<Proposed> {
  const { crypto, random, ring, api } = session;
  if (ring.contents.registrar === undefined) throw new Refusal('registrar-required');
  const { person } = actorOf(ring);
  await checkProposal(crypto, session.view, person, shown);
  const fault = standing(session, shown);
  if (fault !== null) throw fault;
  // It is checked once more: what stands by now is not what stood when it was shown.
  const view = await session.directory.sync(signal);
  const own = await signer(crypto, ring, view, { kind: 'registrar' });
  const signed = await countersignProposal({ provider: crypto, random, own, person, view }, shown, mark);
  // All together: entries build on each other, and half a proposal would be worse than none.
  const proposed = await api.call('propose', { body: { entries: signed.map(base64url) } });
  await session.directory.sync(signal);
  return proposed;
}

/**
 * Takes it from the station, and remembers that it is gone.
 * @param why what the other registrars read of it; empty for nothing
 * @throws Refusal `registrar-required`, `proposal-unknown`; those of checkNames
 */
export async function withdrawProposal(session: Session, proposal: string, why = ''): Promise<void> {
  const { api, ring } = session;
  const given = why.trim();
  if (given !== '') checkNames({ reason: given });
  await api.call('dropPending', { path: { proposal }, ...(given !== '' && { query: { why: given } }) });
  const now = session.now();
  await ring.change((contents) => {
    const others = (contents.proposals ?? []).filter((one) => hex(one.proposal) !== proposal);
    return { ...contents, proposals: [...others, { proposal: fromHex(proposal)!, seen: now, state: 'gone' as const }].slice(-SEEN_PROPOSALS_MAX) };
  });
}

type Listed = Omit<WaitingProposal, 'mark' | 'signers' | 'isOwn' | 'fault' | 'asked'> & { readonly asked?: string | undefined };

async function judged(session: Session, one: Listed): Promise<WaitingProposal> {
  const { crypto, view, ring } = session;
  const { person } = actorOf(ring);
  const refused = await checkProposal(crypto, view, person, one).then(() => null, refusalOnly);
  const isOwn = refused?.detail['reason'] === 'signer-repeated';
  const fault = refused !== null && !isOwn ? refused : standing(session, one);
  // What is no entry has neither mark nor signers.
  const isRead = fault?.detail['reason'] !== 'malformed';
  return { ...one, isOwn, fault, mark: isRead ? markOf(crypto, view, one.entries) : '', signers: isRead ? signersOf(view, one.entries) : [], asked: isRead ? askedBefore(session, one) : null };
}

function askedBefore({ crypto, view }: Session, { asked, entries }: Listed): AskedBefore | null {
  const statement = fromBase64url(asked ?? '');
  if (asked === undefined || statement === null) return null;
  const read = decodedOrNull(() => readAsked(statement));
  const plans = plansOf(entries);
  if (read === null || !isAnsweredBy(read, plans)) return null;
  const code = read.station === null ? inFours(requestCodeOf(crypto, { statement })) : null;
  return { fingerprint: fingerprintOf(crypto, statement), code, name: read.device === null ? null : nameOf(view, plans, read.device.person) };
}

/** As the directory has it, or the entries: what is asked says no name of somebody else, who would then be called. */
function nameOf(view: DirectoryView, plans: readonly EntryPlan[], person: string): string {
  const named = plans.flatMap(({ kind, body }) => (kind === 'person' && body.person === person ? [body.name] : []));
  return view.person(person)?.name ?? named[0] ?? person;
}

async function remember(session: Session, listed: readonly WaitingProposal[]): Promise<void> {
  const { ring } = session;
  const now = session.now();
  const before = ring.contents.proposals ?? [];
  if (isSame(before, seenAfter(before, listed, now))) return;
  await ring.change(({ proposals, ...contents }) => {
    const seen = seenAfter(proposals ?? [], listed, now);
    return seen.length === 0 ? contents : { ...contents, proposals: seen };
  });
}

/** Old ones are forgotten; what was there and is not listed any more is gone; what is listed, sound and new is there. */
function seenAfter(before: readonly SeenProposal[], listed: readonly WaitingProposal[], now: Instant): SeenProposal[] {
  const there = new Set(listed.map(({ proposal }) => proposal));
  const kept = before.filter(({ seen }) => now - seen <= REMEMBERED_MS).map((one) => (there.has(hex(one.proposal)) ? one : { ...one, state: 'gone' as const }));
  const known = new Set(kept.map(({ proposal }) => hex(proposal)));
  const fresh = listed.filter(({ proposal, fault }) => fault === null && !known.has(proposal))
    .map(({ proposal }) => ({ proposal: fromHex(proposal)!, seen: now, state: 'waiting' as const }));
  return [...kept, ...fresh].slice(-SEEN_PROPOSALS_MAX);
}

function isSame(some: readonly SeenProposal[], others: readonly SeenProposal[]): boolean {
  const text = (seen: readonly SeenProposal[]): string => seen.map(({ proposal, state }) => `${hex(proposal)} ${state}`).join();
  return text(some) === text(others);
}

function refusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

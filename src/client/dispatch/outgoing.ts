/**
 * A dispatch on its way out: written, approved, signed, numbered, sealed, sent. Each step leaves a sealed draft at the
 * station, so that the next person works on another device, and a step that was interrupted can be done again.
 */
import { base64url, concat, fromBase64url, fromHex, hex } from '#core/bytes.ts';
import { OFFICE_OFFSET_MS } from '#core/dates.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { demandFresh } from '#model/core-age.ts';
import { coreDigest } from '#model/digests.ts';
import { demandCrossings } from '#model/directories.ts';
import { isSecondFor } from '#model/endorsement-checks.ts';
import { demandStandIns } from '#model/stand-ins.ts';
import { ACT_OF_ENDORSEMENT, mayGive, whoMay } from '#model/rights.ts';
import type { z } from 'zod';
import type { draftRecord } from '#wire/api/dispatch.ts';
import { type Draft, endorsementStatement } from '#wire/core.ts';
import type { RegisterNumber } from '#wire/names.ts';
import { signOne } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { checkComposition, type Composition } from './compose.ts';
import { checkDraft, demandStanding } from './draft-checks.ts';
import { authorDraft, DRAFT_ID_BYTES, endorse, openDraft, type OpenDraft, sealDraft } from './draft.ts';
import type { MeasuredPart } from '../parts/parts.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from './sealing.ts';
import type { Session } from '../session.ts';
import { actorOf, sealingPosition, signer } from '../signers.ts';

export type DraftRecord = z.output<typeof draftRecord>;

/** What a caller may watch and stop. */
export interface Errand {
  readonly signal?: AbortSignal | undefined;
  /** `part` counts from 0; bytes are plain bytes of that part. */
  readonly progress?: ((at: { step: 'measure' | 'upload'; part: number; bytes: number; bytesAll: number }) => void) | undefined;
}

export interface HeldDraft {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly version: number;
  readonly step: DraftRecord['step'];
  readonly office: string;
  readonly open: OpenDraft;
  /** Names of those whose steps stand by when the station had them alone, for others may have their keys: it goes no further so. */
  readonly exposed: readonly string[];
}

/**
 * Everything is checked before anything is sealed, and everything is sealed before anything is sent.
 * @param errand `id`: 32 hexadecimal digits that whoever must write it only once has noted before; `replaces` as `rewriteDraft` finds it
 */
export async function writeDraft(session: Session, composition: Composition, errand: Errand & { readonly id?: string | undefined; readonly replaces?: Draft['replaces'] } = {}): Promise<HeldDraft> {
  const { view, crypto, random } = session;
  const id = errand.id === undefined ? random.bytes(DRAFT_ID_BYTES) : idBytes(errand.id);
  const now = session.now();
  const checked = checkComposition(composition, session, now);
  const author = await session.actor('author', checked.office);
  const measured = await measureAll(session, checked.parts, errand);
  const open = withReplaced(await authorDraft({ crypto, random, view }, checked, measured, author, now), errand.replaces);
  for (const [part, one] of measured.entries()) await session.parts.upload(checked.office, one, watchPart(errand, 'upload', part, one.part.size));
  return saveDraft(session, { id: hex(id), version: 0, step: 'saved', office: checked.office, open, exposed: [] });
}

/** The same, saying whose place it takes. */
export function withReplaced({ core, draft }: OpenDraft, replaces: Draft['replaces']): OpenDraft {
  return { core, draft: { ...draft, ...(replaces !== undefined && { replaces }) } };
}

async function measureAll(session: Session, parts: ReturnType<typeof checkComposition>['parts'], errand: Errand): Promise<MeasuredPart[]> {
  const measured: MeasuredPart[] = [];
  for (const [at, part] of parts.entries()) {
    measured.push(await session.parts.measure(part, watchPart(errand, 'measure', at, part.file.sizeBytes)));
  }
  return measured;
}

function watchPart({ signal, progress }: Errand, step: 'measure' | 'upload', part: number, bytesAll: number) {
  return { signal, progress: (bytes: number) => progress?.({ step, part, bytes, bytesAll }) };
}

/** Drafts of an office as the station lists them, newest as it has them. */
export async function listDrafts(session: Session, office: string): Promise<DraftRecord[]> {
  return (await session.api.call('drafts', { path: { office } })).drafts;
}

/**
 * Fetches and opens a draft; what others endorsed is verified before it is given out.
 * @throws Refusal `draft-unknown`, `draft-closed`, `key-missing`, `cannot-open`, `signature-wrong`, `not-entitled`
 */
export async function readDraft(session: Session, id: string): Promise<HeldDraft> {
  return openRecord(session, await session.api.call('draft', { path: { draft: id } }));
}

/** A draft of the list with its content; null where this device cannot tell it. */
export interface ListedDraft {
  readonly record: DraftRecord;
  readonly open: OpenDraft | null;
  /** Why it could not be opened here; null where it was. */
  readonly sealed: RefusalCode | null;
  /** As of a HeldDraft. */
  readonly exposed: readonly string[];
}

/** As listDrafts, each fetched and opened where it can be: the list itself has nothing sealed. */
export async function readDrafts(session: Session, office: string): Promise<ListedDraft[]> {
  const listed: ListedDraft[] = [];
  for (const record of await listDrafts(session, office)) listed.push(await openListed(session, record));
  return listed;
}

/** One of the list with its content. @throws Refusal `station-unreachable` */
export async function openListed(session: Session, record: DraftRecord): Promise<ListedDraft> {
  const held = await readDraft(session, record.draft).catch((error: unknown) => {
    if (error instanceof Refusal && error.code !== 'station-unreachable') return error.code;
    throw error;
  });
  return typeof held === 'string' ? { record, open: null, sealed: held, exposed: [] } : { record, open: held.open, sealed: null, exposed: held.exposed };
}

async function openRecord(session: Session, record: DraftRecord): Promise<HeldDraft> {
  const id = record.draft;
  const sealed = record.sealed === null ? null : fromBase64url(record.sealed);
  if (sealed === null) throw new Refusal('draft-closed', { draft: id });
  const open = await openDraft(session.crypto, session.ring, record.office, idBytes(id), sealed);
  const exposed = await checkDraft(session, open, record.changed);
  return { id, version: record.version, step: record.step, office: record.office, open, exposed };
}

/**
 * @param seen as for demandSeen: whoever may write drafts can put another core under the same id meanwhile
 * @throws Refusal `step-done` by this person before, `same-person-twice`, `step-out-of-order`, `not-entitled`; `draft-changed` where it is not what was seen;
 *   those of readDraft
 */
export async function approveDraft(session: Session, id: string, seen?: string): Promise<HeldDraft> {
  return advance(session, id, seen, 'approve', 'approved');
}

/** @param seen as for approveDraft @throws Refusal `step-done`, `same-person-twice`, `approval-missing`, `not-entitled`, `draft-changed`, and those of readDraft */
export async function signDraft(session: Session, id: string, seen?: string): Promise<HeldDraft> {
  return advance(session, id, seen, 'sign', 'signed');
}

async function advance(session: Session, id: string, seen: string | undefined, purpose: 'approve' | 'sign', step: 'approved' | 'signed'): Promise<HeldDraft> {
  const held = await readDraft(session, id);
  demandSeen(session, held, seen);
  await demandStanding(session, held.open);
  const { crypto, random, view } = session;
  const actor = await session.actor(purpose, held.office);
  const isDone = held.open.draft.endorsements.map(({ statement }) => endorsementStatement.decode(statement))
    .some((one) => one.purpose === purpose && one.person === actor.person);
  if (isDone && held.open.draft.returned === undefined) throw new Refusal('step-done');
  const open = await endorse({ crypto, random, view }, held.open, purpose, actor, session.now());
  return saveDraft(session, { ...held, step, open });
}

export async function discardDraft(session: Session, id: string): Promise<DraftRecord> {
  return session.api.call('discardDraft', { path: { draft: id } });
}

/** Seals it for its office and gives it to the station. @throws Refusal `draft-changed`, `draft-closed`, `part-unknown` */
export async function saveDraft(session: Session, held: HeldDraft): Promise<HeldDraft> {
  const { crypto, random, view } = session;
  const { id, office, version, open } = held;
  const sealed = await sealDraft({ crypto, random, view }, idBytes(id), open, session.now());
  const step = held.step as 'saved' | 'approved' | 'signed' | 'returned';
  const body = { office, step, replaces: version, sealed: base64url(sealed), parts: open.core.parts.map(({ root }) => hex(root)) };
  const record = await session.api.call('putDraft', { path: { draft: id }, body });
  return { ...held, version: record.version, step: record.step };
}

export interface Accepted {
  /** 64 hexadecimal digits. */
  readonly dispatch: string;
  /** When the station accepted it. */
  readonly accepted: number;
  readonly number: RegisterNumber;
  readonly symbol: string;
  /** By an earlier call. */
  readonly isBefore: boolean;
}

/**
 * Numbers, seals and sends a signed draft. Doing it again after a lost answer gives the same number and dispatch.
 * @throws Refusal `step-out-of-order` before it is signed; `not-entitled` without the right dispatch or its seal key;
 *   `draft-changed` where it is not the core that was ordered; those of checkMaySend
 * @param ordered as `seen` for demandSeen; what was sent before stays sent, whatever was ordered
 */
export async function sendDraft(session: Session, id: string, ordered?: string): Promise<Accepted> {
  const record = await session.api.call('draft', { path: { draft: id } });
  const sent = sentAlready(session, record);
  if (sent !== null) return sent;
  const held = await openRecord(session, record);
  if (!isSigned(held.open)) throw notSigned(session, held);
  demandSeen(session, held, ordered);
  await demandStanding(session, held.open);
  const { view, crypto } = session;
  const now = session.now();
  const by = sealingPosition(session.ring, view, held.office, 'send', now);
  checkMaySend(session, held.open, now);
  const office = view.office(held.office);
  if (office === null) throw new Refusal('office-unknown', { office: held.office });
  const targets = stanzaTargets(session, held.open.core, now);
  const { number } = await session.api.call('number', { body: { draft: id, series: seriesOf(now) } });
  const seal = await sealOf(session, held.open, { position: by.position, symbol: office.symbol }, number);
  const sealed = await sealDispatch(crypto, session.random, held.open, seal, office.station, targets);
  const body = { draft: id, office: held.office, number, submission: base64url(sealed.submission) };
  const { dispatch, accepted } = await session.api.call('submit', { body });
  if (dispatch !== hex(sealed.dispatch)) throw new Refusal('header-differs', { field: 'dispatch' });
  return { dispatch, accepted, number, symbol: office.symbol, isBefore: false };
}

/** Nothing but a subject: not refused, since an answer may be that short, and never unsaid. */
export function isSubjectAlone({ core }: Pick<OpenDraft, 'core'>): boolean {
  return core.text.trim() === '' && core.parts.length === 0;
}

/** What a person has before them when they approve, sign, or order it sent: the digest of the core, in hexadecimal. */
export function coreOf({ crypto }: Pick<Session, 'crypto'>, { open }: Pick<HeldDraft, 'open'>): string {
  return hex(coreDigest(crypto, open.draft.core));
}

/** Of a core's digest: enough that nobody makes two drafts with one mark (docs/decisions/0127). */
export const SEEN_DIGITS = 32;

/**
 * @param seen digest of the core that the person looked at, in lower-case hexadecimal, or its first digits, SEEN_DIGITS at least; fewer are no core's
 * @throws Refusal `draft-changed`
 */
export function demandSeen(session: Session, held: HeldDraft, seen: string | undefined): void {
  if (seen === undefined) return;
  if (seen.length < SEEN_DIGITS || !coreOf(session, held).startsWith(seen)) throw new Refusal('draft-changed', { draft: held.id });
}

/**
 * What the station would refuse, found before a number is taken.
 * @throws Refusal `date-out-of-range` where the core is more than 30 days old: it has to be written anew; `dispatch-expired`,
 *   `precedence-not-permitted`, `alternate-ended`, and those of demandCrossings
 */
export function checkMaySend({ view, peers, ring }: Session, { core }: OpenDraft, now: number): void {
  demandFresh(core.created, now);
  demandCrossings(view, peers, core, now);
  demandStandIns({ view, peers }, core);
  if (core.expires !== undefined && core.expires <= now) throw new Refusal('dispatch-expired');
  const { person } = actorOf(ring);
  const isPermitted = core.to.every(({ precedence }) => mayGive(view, person, precedence, core.from.office, now));
  if (!isPermitted) throw new Refusal('precedence-not-permitted', { office: core.from.office });
}

/** What an earlier call brought about, whose answer was lost. */
function sentAlready({ view }: Session, { step, dispatch, number, changed, office }: DraftRecord): Accepted | null {
  if (step !== 'sent' || dispatch === null || number === null) return null;
  return { dispatch, accepted: changed, number, symbol: view.office(office)?.symbol ?? office, isBefore: true };
}

async function sealOf(session: Session, open: OpenDraft, by: { position: string; symbol: string }, number: RegisterNumber): Promise<Signed> {
  const { crypto, ring, view, random } = session;
  const statement = sealStatementOf(crypto, open, by, number, sealTime(open, session.now()));
  const seal = await signer(crypto, ring, view, { kind: 'seal', position: by.position });
  return { statement, signature: await signOne(crypto, seal, 'office-seal', statement, random) };
}

/** Not before the signature that it seals, whichever device's clock was ahead. */
export function sealTime({ draft: { endorsements } }: OpenDraft, now: number): number {
  return Math.max(now, ...endorsements.map(({ statement }) => endorsementStatement.decode(statement).time));
}

/** Signed, and not given back since. */
export function isSigned({ draft: { endorsements, returned } }: OpenDraft): boolean {
  return returned === undefined && endorsements.some(({ statement }) => endorsementStatement.decode(statement).purpose === 'sign');
}

/** Which step is lacking, and who may take it: whoever wants to send has to ask one of them. */
function notSigned(session: Session, { office, open: { core, draft: { endorsements, returned } } }: HeldDraft): Refusal {
  const { view } = session;
  const isApproved = endorsements.some(({ statement }) => endorsementStatement.decode(statement).purpose === 'approve');
  const missing = returned !== undefined ? 'returned' : isApproved ? 'sign' : 'approve';
  const persons = missing === 'returned' ? [core.author] : whoMay(view, ACT_OF_ENDORSEMENT[missing], office, session.now()).map(({ person }) => person).filter((one) => isSecondFor(view, core.author, one));
  const who = [...new Set(persons)].map((person) => view.person(person)?.name ?? person).join(', ');
  return new Refusal('step-out-of-order', { step: 'send', missing, ...(who !== '' && { who }) });
}

/** The year in Việt Nam, by which numbers are counted. */
export function seriesOf(now: number): string {
  return String(new Date(now + OFFICE_OFFSET_MS).getUTCFullYear());
}

function idBytes(id: string): Uint8Array {
  const bytes = fromHex(id);
  if (bytes?.length !== DRAFT_ID_BYTES) throw new Refusal('draft-unknown');
  return concat(bytes);
}

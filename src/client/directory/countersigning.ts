/**
 * The second registrar's signature. The station that shows the entries is not believed: they must fit the proposal's
 * code, and each must carry another registrar's signature that is right. Source: docs/protocol/directory.md §Waiting entries.
 */
import { equal, hex } from '#core/bytes.ts';
import { DAY_MS, type RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { isPrintable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { countersignEntry, type EntryPlan } from '#model/directory-entries.ts';
import { entryRefusal } from '#model/directory-faults.ts';
import { isForTwo, ROOTS } from '#model/directory-signers.ts';
import type { DirectoryView, OfficeRecord } from '#model/directory-view.ts';
import { proposalId, proposalMark } from '#model/proposals.ts';
import { DIRECTORY_BODIES, type DirectoryEntry, directoryEntry, type EntryStatement, entryStatement } from '#wire/directory.ts';
import { type TwinSigner, verifySignature } from '#wire/sign.ts';
import { inGroups, isFingerprint } from '#model/proofs.ts';
import { demandNewcomers } from './newcomers.ts';
import type { Session } from '../session.ts';

/** So long a station keeps what waits; a day more for clocks that differ. */
export const WAITING_MS_MAX = 31 * DAY_MS;

/** As a station shows it. */
export interface ShownProposal {
  readonly proposal: string;
  readonly entries: readonly Uint8Array[];
}

interface Decoded {
  readonly entry: DirectoryEntry;
  readonly statement: EntryStatement;
  readonly plan: EntryPlan;
}

/** As they were signed. @throws Refusal `directory-entry-refused` for what is no entry */
export function plansOf(entries: readonly Uint8Array[]): EntryPlan[] {
  return entries.map((bytes, index) => {
    const { plan, statement: { created } } = decode(bytes, index);
    return { ...plan, created };
  });
}

/** In groups of four, over all statements. @throws Refusal `directory-entry-refused` for what is no entry */
export function markOf(provider: CryptoProvider, { organisation }: Pick<DirectoryView, 'organisation'>, entries: readonly Uint8Array[]): string {
  return inGroups(proposalMark(provider, organisation.id, entries.map((bytes, index) => decode(bytes, index).entry.statement)));
}

/** Persons of the registrars whose certificates the signatures name, in the order of the entries; whether they are right, checkProposal says. */
export function signersOf(view: DirectoryView, entries: readonly Uint8Array[]): string[] {
  const persons = entries.flatMap((bytes, index) => decode(bytes, index).entry.signatures).flatMap(({ p256Certificate, mldsaCertificate }) => {
    const signer = view.identify(p256Certificate, mldsaCertificate);
    return signer?.kind === 'registrar' ? [signer.person] : [];
  });
  return [...new Set(persons)];
}

/**
 * Whether these entries may be signed by this person, for all that can be known without the log's own judgement.
 * @throws Refusal `proposal-forged` where the entries do not fit the code, `directory-entry-refused` for one of them; those of demandNewcomers
 */
export async function checkProposal(provider: CryptoProvider, view: DirectoryView, person: string, { proposal, entries }: ShownProposal): Promise<void> {
  const decoded = entries.map(decode);
  if (proposalId(provider, decoded.map(({ entry }) => entry.statement)) !== proposal) throw new Refusal('proposal-forged', { proposal });
  for (const [index, one] of decoded.entries()) await checkEntry(provider, view, person, one, index);
  demandNewcomers(view, decoded.map(({ plan }) => plan));
  if (!needSecond(view, decoded).includes(true)) throw entryRefusal('signer-not-entitled', { index: 0, kind: decoded[0]?.plan.kind ?? '' });
}

/**
 * Signs exactly these entries, once more checked, under the mark that the person saw. Entries for which one registrar's
 * word is enough stay as they are: this signature stands only where it is needed.
 * @throws Refusal as checkProposal; `mark-differs`
 */
export async function countersignProposal(
  { provider, random, own, person, view }: { readonly provider: CryptoProvider; readonly random: RandomSource; readonly own: TwinSigner; readonly person: string; readonly view: DirectoryView },
  shown: ShownProposal, mark: string,
): Promise<Uint8Array[]> {
  await checkProposal(provider, view, person, shown);
  if (!isFingerprint(markOf(provider, view, shown.entries), mark)) throw new Refusal('mark-differs', { proposal: shown.proposal });
  const needed = needSecond(view, shown.entries.map(decode));
  return Promise.all(shown.entries.map((bytes, i) => (needed[i] === true ? countersignEntry(provider, own, bytes, random) : bytes)));
}

/** Whether it has neither gone nor grown older than anything may wait. The date is the first registrar's own, under their signature. */
export function standing({ ring, clock }: Pick<Session, 'ring' | 'clock'>, { proposal, entries }: ShownProposal): Refusal | null {
  const isGone = (ring.contents.proposals ?? []).some((one) => one.state === 'gone' && hex(one.proposal) === proposal);
  const oldest = Math.min(...entries.map((bytes, index) => decode(bytes, index).statement.created));
  return isGone || oldest + WAITING_MS_MAX < clock.now() ? new Refusal('proposal-gone', { proposal }) : null;
}

async function checkEntry(provider: CryptoProvider, view: DirectoryView, person: string, { entry, statement, plan }: Decoded, index: number): Promise<void> {
  const where = { index, kind: plan.kind };
  if (statement.organisation === undefined || !equal(statement.organisation, view.organisation.id)) throw entryRefusal('organisation-differs', where);
  if (!areLines(plan.body)) throw entryRefusal('name-malformed', where);
  if (isRoots(plan)) throw entryRefusal('signer-not-entitled', where);
  for (const signature of entry.signatures) {
    const signer = view.identify(signature.p256Certificate, signature.mldsaCertificate);
    if (signer === null) throw entryRefusal('signer-unknown', where);
    if (signer.kind !== 'registrar') throw entryRefusal('signer-not-entitled', where);
    if (signer.endedBy !== null) throw entryRefusal('signer-ended', where);
    if (!(await verifySignature(provider, signer.verifier, 'directory', entry.statement, signature))) throw entryRefusal('signature-wrong', where);
    if (signer.person === person) throw entryRefusal('signer-repeated', where);
  }
}

/** A text that moves a cursor or turns letters around shows other entries than are signed. */
function areLines(value: unknown): boolean {
  if (typeof value === 'string') return isPrintable(value);
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(areLines);
}

function isRoots(plan: EntryPlan): boolean {
  if (plan.kind === 'end') return plan.body.what === 'registrar';
  return plan.kind === 'founding' || (ROOTS as readonly string[]).includes(plan.kind);
}

/** For each entry whether it takes two, by the directory as the entries before it leave it. */
function needSecond(view: DirectoryView, decoded: readonly Decoded[]): boolean[] {
  const changed = new Map<string, Pick<OfficeRecord, 'station' | 'alternate'>>();
  return decoded.map(({ plan }) => {
    const isNeeded = isForTwo(plan, (code) => changed.get(code) ?? view.office(code));
    if (plan.kind === 'office') changed.set(plan.body.office, { station: plan.body.station, alternate: plan.body.alternate ?? null });
    return isNeeded;
  });
}

function decode(bytes: Uint8Array, index: number): Decoded {
  try {
    const entry = directoryEntry.decode(bytes);
    const statement = entryStatement.decode(entry.statement);
    return { entry, statement, plan: { kind: statement.kind, body: DIRECTORY_BODIES[statement.kind].decode(statement.body) } as EntryPlan };
  } catch (error) {
    if (error instanceof DecodeError) throw entryRefusal('malformed', { index, field: error.field, fault: error.reason }, { cause: error });
    throw error;
  }
}

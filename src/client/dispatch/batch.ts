/**
 * Many small dispatches at once: every person still decides each of them, but one pair of signatures covers a batch, and
 * numbers and submissions go in one call. No drafts are kept, so what a crash interrupts is written anew and the
 * station voids the numbers. Source: docs/protocol/suite.md §Signatures.
 */
import { base64url } from '#core/bytes.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import type { RegisterNumber } from '#wire/names.ts';
import { signBatch } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { checkComposition, type Composition } from './compose.ts';
import { beginDraft, endorseMany, type OpenDraft } from './draft.ts';
import { type Accepted, checkMaySend, isSigned, sealTime, seriesOf } from './outgoing.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from './sealing.ts';
import type { Session } from '../session.ts';
import { sealingPosition, signer } from '../signers.ts';

const BATCH_MAX = 256;

/** Writes several compositions without attachments of one office, signed by their author together. */
export async function writeMany(session: Session, office: string, compositions: readonly Composition[]): Promise<OpenDraft[]> {
  const { crypto, random, view } = session;
  const now = session.now();
  const author = await session.actor('author', office);
  const opens = compositions.map((composition) => {
    const isPlain = composition.office === office && composition.attachments.length === 0;
    if (!isPlain) throw new Refusal('request-malformed', { reason: 'attachments-in-batch' });
    return beginDraft({ crypto, random, view }, checkComposition(composition, session, now), [], author, now);
  });
  return endorseMany({ crypto, random, view }, opens, 'author', author, now);
}

/** Approves or signs several that this person has decided. @throws Refusal as approveDraft and signDraft */
export async function endorseAll(session: Session, office: string, opens: readonly OpenDraft[], purpose: 'approve' | 'sign'): Promise<OpenDraft[]> {
  const { crypto, random, view } = session;
  return endorseMany({ crypto, random, view }, opens, purpose, await session.actor(purpose, office), session.now());
}

/**
 * Numbers, seals and sends signed dispatches of one office. While the station commits one batch the next is sealed; its
 * numbers were asked for before, so that they do not wait behind that commit.
 * @returns in the order given; what the station refused stands in its place
 * @throws Refusal those of checkMaySend, before any number is taken
 */
export async function sendMany(session: Session, office: string, opens: readonly OpenDraft[]): Promise<(Accepted | Refusal)[]> {
  if (!opens.every(isSigned)) throw new Refusal('step-out-of-order', { step: 'send' });
  const now = session.now();
  for (const open of opens) checkMaySend(session, open, now);
  const { position } = sealingPosition(session.ring, session.view, office, 'send', now);
  const home = session.view.office(office)!;
  const sending: Sending = { session, office, position, symbol: home.symbol, station: home.station };
  const batches = Array.from({ length: Math.ceil(opens.length / BATCH_MAX) }, (_, i) => opens.slice(i * BATCH_MAX, (i + 1) * BATCH_MAX));
  const outcomes: Promise<(Accepted | Refusal)[]>[] = [];
  let numbers = batches.length === 0 ? null : takeNumbers(sending, batches[0]!.length);
  for (const [i, batch] of batches.entries()) {
    const [first] = await Promise.all([numbers!, outcomes.at(-2)]);
    const next = batches[i + 1];
    numbers = next === undefined ? null : takeNumbers(sending, next.length);
    outcomes.push(handled(submitBatch(sending, await sealBatch(sending, batch, first))));
  }
  return (await Promise.all(outcomes)).flat();
}

/** What all batches of one call have in common. */
interface Sending {
  readonly session: Session;
  readonly office: string;
  readonly position: string;
  readonly symbol: string;
  readonly station: string;
}

function takeNumbers({ session, office }: Sending, count: number): Promise<RegisterNumber> {
  const body = { office, series: seriesOf(session.now()), count };
  return handled(session.api.call('numbers', { body }).then(({ first }) => first));
}

/** A promise that is awaited later: until then its failure is nobody's. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

interface SealedOne {
  readonly number: RegisterNumber;
  readonly submission: string;
}

async function sealBatch(sending: Sending, opens: readonly OpenDraft[], first: RegisterNumber): Promise<SealedOne[]> {
  const { session, station } = sending;
  const { crypto, random } = session;
  const numbers = opens.map((_, i) => ({ series: first.series, number: first.number + i }));
  const seals = await sealAll(session, opens, sending, numbers);
  const sealed: SealedOne[] = [];
  for (const [i, open] of opens.entries()) {
    const { submission } = await sealDispatch(crypto, random, open, seals[i]!, station, stanzaTargets(session, open.core, session.now()));
    sealed.push({ number: numbers[i]!, submission: base64url(submission) });
  }
  return sealed;
}

async function submitBatch({ session, office, symbol }: Sending, sealed: readonly SealedOne[]): Promise<(Accepted | Refusal)[]> {
  const submissions = sealed.map((one) => ({ draft: null, office, ...one }));
  const { results } = await session.api.call('submitMany', { body: { submissions } });
  return results.map((result, i) => outcomeOf(result, sealed[i]!.number, symbol));
}

async function sealAll(session: Session, opens: readonly OpenDraft[], by: { position: string; symbol: string }, numbers: readonly RegisterNumber[]): Promise<Signed[]> {
  const { crypto, ring, view, random } = session;
  const now = session.now();
  const statements = opens.map((open, i) => sealStatementOf(crypto, open, by, numbers[i]!, sealTime(open, now)));
  const seal = await signer(crypto, ring, view, { kind: 'seal', position: by.position });
  const signatures = await signBatch(crypto, seal, 'office-seal', statements, random);
  return statements.map((statement, i) => ({ statement, signature: signatures[i]! }));
}

type Result = { dispatch: string; accepted: number } | { code: string; detail: Readonly<Record<string, string | number>> };

function outcomeOf(result: Result, number: RegisterNumber, symbol: string): Accepted | Refusal {
  if ('dispatch' in result) return { dispatch: result.dispatch, accepted: result.accepted, number, symbol, isBefore: false };
  return refusalSaid(result);
}

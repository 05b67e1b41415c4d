/**
 * Many small dispatches at once: every person still decides each of them, but one pair of signatures covers a batch, and
 * numbers and submissions go in one call. No drafts are kept, so what a crash interrupts is written anew and the
 * station voids the numbers. Source: docs/protocol/suite.md §Signatures.
 */
import { base64url } from '#core/bytes.ts';
import { Refusal, REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import type { RegisterNumber } from '#wire/names.ts';
import { signBatch } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { checkComposition, type Composition } from './compose.ts';
import { beginDraft, endorseMany, type OpenDraft } from './draft.ts';
import { type Accepted, checkMaySend, isSigned, sealTime, seriesOf } from './outgoing.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from './sealing.ts';
import type { Session } from './session.ts';
import { sealingPosition, signer } from './signers.ts';

const BATCH_MAX = 256;

/** Writes several compositions without attachments of one office, signed by their author together. */
export async function writeMany(session: Session, office: string, compositions: readonly Composition[]): Promise<OpenDraft[]> {
  const { crypto, random, view } = session;
  const now = session.now();
  const author = await session.actor('draft', office);
  const opens = compositions.map((composition) => {
    const isPlain = composition.office === office && composition.attachments.length === 0;
    if (!isPlain) throw new Refusal('request-malformed', { reason: 'attachments-in-batch' });
    return beginDraft({ crypto, random, view }, checkComposition(composition, view, now), [], author, now);
  });
  return endorseMany({ crypto, random, view }, opens, 'author', author, now);
}

/** Approves or signs several that this person has decided. @throws Refusal as approveDraft and signDraft */
export async function endorseAll(session: Session, office: string, opens: readonly OpenDraft[], purpose: 'approve' | 'sign'): Promise<OpenDraft[]> {
  const { crypto, random, view } = session;
  return endorseMany({ crypto, random, view }, opens, purpose, await session.actor(purpose, office), session.now());
}

/**
 * Numbers, seals and sends signed dispatches of one office.
 * @returns in the order given; what the station refused stands in its place
 */
export async function sendMany(session: Session, office: string, opens: readonly OpenDraft[]): Promise<(Accepted | Refusal)[]> {
  const outcomes: (Accepted | Refusal)[] = [];
  for (let at = 0; at < opens.length; at += BATCH_MAX) outcomes.push(...(await sendBatch(session, office, opens.slice(at, at + BATCH_MAX))));
  return outcomes;
}

async function sendBatch(session: Session, office: string, opens: readonly OpenDraft[]): Promise<(Accepted | Refusal)[]> {
  if (!opens.every(isSigned)) throw new Refusal('step-out-of-order', { step: 'send' });
  const { api, view, crypto, random } = session;
  const now = session.now();
  for (const open of opens) checkMaySend(session, open, now);
  const { position } = sealingPosition(session.ring, view, office, 'dispatch', now);
  const home = view.office(office)!;
  const body = { office, series: seriesOf(now), count: opens.length };
  const { first } = await api.call('numbers', { body });
  const numbers = opens.map((_, i) => ({ series: first.series, number: first.number + i }));
  const seals = await sealAll(session, opens, { position, symbol: home.symbol }, numbers);
  const submissions = [];
  for (const [i, open] of opens.entries()) {
    const { submission } = await sealDispatch(crypto, random, open, seals[i]!, home.station, stanzaTargets(view, open.core, now));
    submissions.push({ draft: null, office, number: numbers[i]!, submission: base64url(submission) });
  }
  const { results } = await api.call('submitMany', { body: { submissions } });
  return results.map((result, i) => outcomeOf(result, numbers[i]!, home.symbol));
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
  if ('dispatch' in result) return { dispatch: result.dispatch, accepted: result.accepted, number, symbol };
  const code = Object.hasOwn(REFUSAL_STATUS, result.code) ? (result.code as RefusalCode) : 'internal';
  return new Refusal(code, result.detail);
}

/** A draft given back to its author with a reason: signed by who gives it back, sealed within the office with the draft itself. */
import { Refusal } from '#core/refusals.ts';
import { coreDigest } from '#model/digests.ts';
import { returnStatement, type ReturnStatement } from '#wire/core.ts';
import { LIMITS } from '#wire/limits.ts';
import { signOne } from '#wire/sign.ts';
import { checkText } from './compose.ts';
import { lastTime, type OpenDraft } from './draft.ts';
import { standingSteps } from './draft-checks.ts';
import { demandSeen, type HeldDraft, readDraft, saveDraft } from './outgoing.ts';
import type { Session } from '../session.ts';
import { actingPosition, actorOf, signer } from '../signers.ts';

/**
 * From then on it can only be changed or discarded; changed, it begins anew.
 * @param seen as for approveDraft
 * @throws Refusal `name-empty`, `text-too-long`, `text-malformed`, `name-not-nfc` (field `reason`); `same-person-twice` to its author;
 *   `not-entitled` without approve or sign; `step-done` where it was given back; `draft-changed`, `draft-closed`, and those of readDraft
 */
export async function returnDraft(session: Session, id: string, reason: string, seen?: string): Promise<HeldDraft> {
  if (reason.trim() === '') throw new Refusal('name-empty', { field: 'reason' });
  checkText(reason, 'reason', LIMITS.returnReasonBytes);
  const held = await readDraft(session, id);
  demandSeen(session, held, seen);
  const { open } = held;
  const { person } = actorOf(session.ring);
  if (open.core.author === person) throw new Refusal('same-person-twice', { step: 'return' });
  if (open.draft.returned !== undefined) throw new Refusal('step-done');
  const statement = returnStatement.encode(statementOf(session, held, person, reason));
  const { crypto, ring, view, random } = session;
  const signature = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'return', statement, random);
  // The station has this version from now on only: what stands by its word alone would count no more, and close the draft to all.
  const endorsements = await standingSteps(session, open);
  return saveDraft(session, { ...held, step: 'returned', exposed: [], open: { ...open, draft: { ...open.draft, endorsements, returned: { statement, signature } } } });
}

function statementOf(session: Session, { office, open: { core, draft } }: HeldDraft, person: string, reason: string): ReturnStatement {
  const { crypto, view } = session;
  const { position } = actingPosition(view, person, 'return a draft', office, session.now());
  return {
    version: 1, core: coreDigest(crypto, draft.core), organisation: core.organisation, person, position,
    // Never before the step before, or the core: another device's clock may be ahead of this one.
    time: Math.max(session.now(), core.created, lastTime(draft)),
    directory: { size: view.point.size, root: view.point.root }, reason,
  };
}

/** By whom and why a draft was given back, as reading it verified; null where it was not. */
export function returnOf({ draft: { returned } }: OpenDraft): ReturnStatement | null {
  return returned === undefined ? null : returnStatement.decode(returned.statement);
}

/** What is verified of a draft that the station kept, before anybody reads it, adds to it or sends it. Source: docs/protocol/core.md. */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { coreDigest } from '#model/digests.ts';
import { checkEndorsement, checkOrder } from '#model/endorsement-checks.ts';
import { checkReturn } from '#model/return-checks.ts';
import type { Draft } from '#wire/core.ts';
import type { Signed } from '#wire/signature.ts';
import type { Session } from '../session.ts';
import type { OpenDraft } from './draft.ts';
import { isExposed } from './exposed.ts';

/**
 * The station that kept it is believed in nothing but since when it has it: what others endorsed is verified before a person adds to it.
 * @param witnessedAt when the station took it, for who only reads; null where it is to go on
 * @returns names of those who signed and whose keys others may have since
 */
export async function checkDraft({ crypto, view, verified }: Session, { core, draft }: OpenDraft, witnessedAt: Instant | null): Promise<string[]> {
  if (draft.partKeys.length !== core.parts.length) throw new Refusal('core-forged', { field: 'partKeys' });
  const digest = coreDigest(crypto, draft.core);
  const checked = [];
  for (const signed of draft.endorsements) {
    checked.push(await checkEndorsement({ provider: crypto, view, verified, witnessedAt }, core, digest, signed));
  }
  checkOrder(core, checked, false);
  if (draft.returned !== undefined) await checkReturn({ provider: crypto, view, verified, witnessedAt }, core, digest, draft.returned);
  return [...new Set(checked.filter(({ evidence }) => evidence.exposed !== undefined).map(({ person }) => view.person(person)?.name ?? person))];
}

/** The steps that count without anybody's witness, for a version that nobody had before: without its author's none does. */
export async function standingSteps({ crypto, view, verified }: Session, { core, draft }: OpenDraft): Promise<Draft['endorsements']> {
  const digest = coreDigest(crypto, draft.core);
  const standing: Signed[] = [];
  for (const [i, signed] of draft.endorsements.entries()) {
    const stands = await checkEndorsement({ provider: crypto, view, verified }, core, digest, signed).then(() => true, (error: unknown) => {
      if (!isExposed(error)) throw error;
      return false;
    });
    if (stands) standing.push(signed);
    else if (i === 0) return [];
  }
  return standing;
}

/**
 * What somebody's key signed that others may have since is read, for what it says is the office's own; but it goes no further, for
 * no recipient would believe it: it is changed, which begins anew. @throws Refusal `draft-exposed`
 */
export async function demandStanding(session: Session, open: OpenDraft): Promise<void> {
  await checkDraft(session, open, null).catch((error: unknown) => {
    if (!isExposed(error)) throw error;
    const who = String(error.detail['who']);
    throw new Refusal('draft-exposed', { who: session.view.person(who)?.name ?? who }, { cause: error });
  });
}

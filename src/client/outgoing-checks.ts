/**
 * What a device checks of a draft that others endorsed, before its own person adds to it: the station that kept it is
 * believed in nothing. Recipients check the same and more (model/dispatch-checks.ts).
 */
import { Refusal } from '#core/refusals.ts';
import { endorsementStatement } from '#wire/core.ts';
import { verifySignature } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { decodedOr } from './decoding.ts';
import { isOver, type OpenDraft } from './draft.ts';
import type { Session } from './session.ts';

const RIGHT_FOR = { author: 'draft', approve: 'approve', sign: 'sign' } as const;

/** @throws Refusal `signature-wrong`, `not-entitled`, `same-person-twice`, `core-forged` */
export async function checkDraft(session: Session, open: OpenDraft): Promise<void> {
  const { core, draft } = open;
  if (draft.partKeys.length !== core.parts.length) throw new Refusal('core-forged', { field: 'partKeys' });
  for (const endorsement of draft.endorsements) await checkEndorsement(session, open, endorsement);
}

async function checkEndorsement({ crypto, view, verified }: Session, open: OpenDraft, endorsement: Signed): Promise<void> {
  const { signature, statement } = endorsement;
  const { purpose, person, position, time } = decodedOr('signature-wrong', () => endorsementStatement.decode(statement));
  const identity = view.identify(signature.p256Certificate, signature.mldsaCertificate);
  const isTheirs = identity?.kind === 'device' && identity.person === person;
  if (!isTheirs || !isOver(crypto, open, endorsement)) throw new Refusal('signature-wrong', { step: purpose });
  const isSigned = await verifySignature(crypto, identity.verifier, purpose, statement, signature, verified);
  if (!isSigned) throw new Refusal('signature-wrong', { step: purpose });
  const { author, from } = open.core;
  if ((purpose === 'author') !== (person === author)) throw new Refusal('same-person-twice', { step: purpose });
  const holds = view.held(person, time).some(
    (held) => held.position === position && held.office === from.office && held.rights.includes(RIGHT_FOR[purpose]),
  );
  if (!holds) throw new Refusal('not-entitled', { step: purpose });
}

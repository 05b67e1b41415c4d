/** That a draft was given back to its author, by whom and why. It stays within the office. Source: docs/protocol/core.md §Given back. */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Judging } from '#model/acting.ts';
import { demandSameLog } from '#model/endorsement-checks.ts';
import { mayAct, positionMay } from '#model/rights.ts';
import { type Core, type ReturnStatement, returnStatement } from '#wire/core.ts';
import type { Signed } from '#wire/signature.ts';

/**
 * This core, by a person of the office who might approve or sign it, signed by their device.
 * @throws DecodeError; Refusal `signature-wrong`, `not-entitled`, `same-person-twice`, `directory-inconsistent`
 */
export async function checkReturn(judging: Judging, core: Core, coreDigest: Uint8Array, signed: Signed): Promise<ReturnStatement> {
  const said = returnStatement.decode(signed.statement);
  const { person, position, time, directory } = said;
  const { view } = judging;
  if (!equal(said.core, coreDigest)) throw wrong('core');
  if (!equal(said.organisation, core.organisation)) throw wrong('organisation');
  const { identity } = await demandActed(judging, signed, 'return', time, 'signature-wrong');
  if (identity.kind !== 'device' || identity.person !== person) throw wrong('person');
  const held = view.held(person, time).find((one) => one.position === position && one.office === core.from.office);
  if (held === undefined || !positionMay(held, 'return a draft') || !mayAct({ view, person, at: time }, 'return a draft', core.from.office)) {
    throw new Refusal('not-entitled', { purpose: 'return', person, position });
  }
  if (person === core.author) throw new Refusal('same-person-twice', { person, step: 'return' });
  demandSameLog(view, directory);
  return said;
}

function wrong(reason: string): Refusal {
  return new Refusal('signature-wrong', { purpose: 'return', reason });
}

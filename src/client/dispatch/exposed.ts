/** A refusal for a signature by a key that others may have. */
import { Refusal } from '#core/refusals.ts';

/** Of what merely ended nobody is named. */
export function isExposed(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.detail['reason'] === 'key-compromised' || (error.detail['reason'] === 'signer-ended' && error.detail['who'] !== undefined));
}

/** Why an entry is refused: the `reason` in the detail of Refusal `directory-entry-refused`. */

import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';

export type EntryFault =
  | 'malformed' | 'out-of-order' | 'organisation-differs' | 'repeated' | 'log-differs'
  | 'signer-unknown' | 'signer-ended' | 'signer-repeated' | 'signer-not-entitled' | 'signature-wrong' | 'second-registrar-missing'
  | 'certificate-invalid' | 'certificate-taken' | 'link-certificate-invalid'
  | 'code-taken' | 'number-taken' | 'number-too-far' | 'term-not-next' | 'name-empty' | 'name-malformed' | 'dates-reversed'
  | 'kind-differs' | 'rights-repeated' | 'seal-without-right' | 'offices-repeated' | 'kem-unknown' | 'end-malformed' | 'links-itself'
  | 'station-unknown' | 'office-unknown' | 'position-unknown' | 'person-unknown' | 'holder-unknown' | 'device-unknown'
  | 'list-unknown' | 'link-unknown' | 'office-key-unknown' | 'custodians-malformed' | 'escrow-not-next' | 'agreement-unknown' | 'agreement-with-itself' | 'peer-differs'
  | 'registrar-unknown' | 'last-registrar'
  | 'delegation-unknown' | 'delegates-to-self' | 'right-not-delegable' | 'delegation-too-long' | 'delegation-backdated';

/** An entry's fault before it is known which entry of the log it is; directory.ts makes the Refusal. */
export class EntryRefused extends Error {
  readonly reason: EntryFault;
  readonly more: RefusalDetail;

  constructor(reason: EntryFault, more: RefusalDetail = {}, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'EntryRefused';
    this.reason = reason;
    this.more = more;
  }
}

/** Gives an entry's fault its place in the log; any other error stays what it is. */
export function refusalOfEntry(error: unknown, index: number, kind: string): unknown {
  const where = { index, kind };
  if (error instanceof EntryRefused) {
    return new Refusal('directory-entry-refused', { ...where, reason: error.reason, ...error.more }, { cause: error });
  }
  if (error instanceof DecodeError) {
    const { field, reason: fault } = error;
    return new Refusal('directory-entry-refused', { ...where, reason: 'malformed', field, fault }, { cause: error });
  }
  return error;
}

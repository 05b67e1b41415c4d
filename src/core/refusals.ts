/**
 * The closed table of refusals: every "no" that Trạm can say, with its HTTP status. The words a person reads stand
 * once, in refusal-words.ts. A code is forever: scripts and peers match on it.
 */

export const REFUSAL_STATUS = {
  // Form of what was given
  'request-malformed': 400,
  'cbor-malformed': 400,
  'text-malformed': 400,
  'name-not-nfc': 400,
  'name-empty': 400,
  'name-too-long': 400,
  'name-taken': 409,
  'code-malformed': 400,
  'path-in-file-name': 400,
  'subject-too-long': 400,
  'text-too-long': 400,
  'input-unread': 400,
  'file-too-large': 413,
  'too-many-parts': 400,
  'too-many-recipients': 400,
  'no-recipients': 400,
  'recipient-is-sender': 400,
  'exempt-not-listed': 400,
  'alternate-ended': 409,
  'date-out-of-range': 400,
  'date-malformed': 400,
  'date-not-in-calendar': 400,
  'date-past': 400,
  'date-too-far': 400,
  'option-unknown': 400,
  'option-missing': 400,
  'command-unknown': 404,
  'file-missing': 404,
  'file-is-folder': 400,
  'folder-missing': 404,
  'folder-unwritable': 403,
  'stick-full': 507,
  'file-is-link': 400,
  'file-changed': 409,
  'file-not-taken': 403,
  'file-misplaced': 409,
  'body-too-large': 413,
  'route-unknown': 404,
  // Who
  'passphrase-wrong': 401,
  'key-passphrase-wrong': 401,
  'passphrase-too-short': 400,
  'passphrase-missing': 400,
  'session-missing': 401,
  'session-expired': 401,
  'proof-wrong': 401,
  'not-entitled': 403,
  'office-keys-not-entitled': 403,
  'seal-missing': 409,
  'same-person-twice': 403,
  'too-many-attempts': 429,
  'too-many-streams': 429,
  'bodies-full': 429,
  'device-ended': 403,
  'device-unknown': 404,
  'keyring-missing': 404,
  'keyring-rolled-back': 409,
  'keyring-malformed': 400,
  'keyring-relocked': 409,
  'keyring-busy': 409,
  'keyring-first-form': 409,
  'device-secret-missing': 404,
  'card-mistyped': 400,
  'card-wrong': 401,
  'card-unknown': 404,
  'passkey-wrong': 401,
  'passkey-unusable': 409,
  'slot-last': 409,
  'voucher-wrong': 401,
  'request-code-mistyped': 400,
  'request-unknown': 404,
  'request-turned-down': 409,
  'taking-back-wrong': 401,
  'request-stale': 409,
  'request-forged': 409,
  'requests-full': 429,
  'person-name-differs': 409,
  'agent-unavailable': 409,
  'too-many-slots': 400,
  'key-gone': 404,
  'opened-before': 409,
  'key-missing': 404,
  'key-malformed': 400,
  'key-in-use': 409,
  'key-destroyed': 410,
  // Directory
  'office-unknown': 404,
  'directory-behind': 503,
  'station-unknown': 404,
  'person-unknown': 404,
  'position-unknown': 404,
  'waits-for-second': 409,
  'list-unknown': 404,
  'organisation-unknown': 404,
  'peer-not-shown': 409,
  'agreement-malformed': 400,
  'agreement-missing': 409,
  'office-not-agreed': 403,
  'recipient-key-missing': 409,
  'escrow-missing': 404,
  'escrow-changed': 409,
  'escrow-share-wrong': 409,
  'escrow-lacking': 409,
  'directory-rolled-back': 409,
  'directory-inconsistent': 409,
  'directory-entry-refused': 409,
  'directory-signature-wrong': 400,
  'not-sequencer': 409,
  'registrar-required': 403,
  'person-is-registrar': 409,
  'holder-unknown': 404,
  'delegation-unknown': 404,
  'second-registrar-needed': 409,
  'proposals-full': 409,
  'own-entries-full': 429,
  'proposal-own': 409,
  'proposal-unknown': 404,
  'proposal-code-short': 400,
  'proposal-forged': 400,
  'proposal-gone': 409,
  'mark-differs': 409,
  'invitation-malformed': 400,
  'invitation-code-wrong': 401,
  'invitation-expired': 410,
  'invitation-used': 409,
  'stands-already': 409,
  'fingerprint-differs': 409,
  'certificate-invalid': 400,
  // Dispatch
  'draft-unknown': 404,
  'draft-changed': 409,
  'draft-closed': 409,
  'order-lapsed': 409,
  'order-put-back': 409,
  'work-elsewhere': 409,
  'step-out-of-order': 409,
  'dispatch-unnamed': 400,
  'dispatch-several': 409,
  'dispatch-not-sent': 403,
  'dispatch-not-received': 403,
  'dispatch-unknown': 404,
  'dispatch-expired': 410,
  'dispatch-replayed': 409,
  'header-forged': 400,
  'header-differs': 400,
  'core-forged': 400,
  'signature-wrong': 400,
  'draft-exposed': 403,
  'signature-exposed': 403,
  'approval-missing': 403,
  'part-forged': 400,
  'part-incomplete': 409,
  'part-unknown': 404,
  'offset-differs': 409,
  'receipt-forged': 400,
  'receipt-not-kept': 409,
  'download-unrecorded': 503,
  'outbox-full': 409,
  'suite-refused': 400,
  'precedence-not-permitted': 403,
  'not-addressed-here': 404,
  'hop-limit-reached': 400,
  'cannot-open': 403,
  'opens-here': 409,
  'nothing-unreadable': 409,
  'sealing-out-of-order': 409,
  'sealings-exhausted': 409,
  'step-pending': 425,
  'step-done': 409,
  'admission-pending': 409,
  'joined-already': 409,
  // Links
  'peer-unknown': 403,
  'peer-beyond': 403,
  'peer-own': 409,
  'peer-refused': 403,
  'peer-behind': 409,
  'bundle-malformed': 400,
  'bundle-not-for-us': 403,
  'bundle-forged': 403,
  'bundle-superseded': 409,
  'bundle-incarnation': 409,
  'bundle-unknown': 404,
  'bundle-not-written': 404,
  'bundle-none': 404,
  'bundle-busy': 429,
  'ledger-inconsistent': 409,
  'frame-malformed': 400,
  'no-route': 409,
  // Station and machine
  'office-quota': 429,
  'disk-full': 507,
  'database-damaged': 500,
  'data-folder-empty': 404,
  'data-folder-occupied': 409,
  'data-folder-newer': 409,
  'data-folder-in-use': 409,
  'backup-missing': 404,
  'backup-damaged': 500,
  'backup-key-wrong': 401,
  'backup-folder-occupied': 409,
  'backup-clock-behind': 409,
  'backup-folder-in-use': 409,
  'backup-other-organisation': 409,
  'backup-folder-unset': 404,
  'chores-unattended': 404,
  'backup-forged': 422,
  'backup-recipient-missing': 404,
  'backup-recipient-malformed': 400,
  'station-restored': 409,
  'station-not-restored': 409,
  'station-superseded': 409,
  'station-standby': 409,
  'standby-missing': 404,
  'standby-differs': 409,
  'directory-unheard': 409,
  'database-in-use': 409,
  'database-occupied': 409,
  'database-refused': 409,
  'database-unreachable': 503,
  'port-in-use': 409,
  'port-twice': 400,
  'pages-missing': 503,
  'pages-unsigned': 409,
  'pages-differ': 409,
  'pages-certificate': 500,
  'root-certificate-malformed': 400,
  'address-not-loopback': 400,
  'address-unusable': 400,
  'node-too-old': 500,
  'configuration-malformed': 400,
  'station-unreachable': 503,
  'stopping': 503,
  'store-failed': 503,
  'cancelled': 499,
  'unconfirmed': 409,
  'internal': 500,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

/** What a refusal may tell about itself: short values that are safe to show (never content, keys or passphrases). */
export type RefusalDetail = Readonly<Record<string, string | number>>;

/**
 * An expected "no": bad input, a missing right, a failed check. Anything else that is thrown is a fault of ours and
 * becomes `internal`, its details in the log only.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly detail: RefusalDetail;

  constructor(code: RefusalCode, detail: RefusalDetail = {}, options?: ErrorOptions) {
    super(code + describe(detail), options);
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return REFUSAL_STATUS[this.code];
  }
}

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_STATUS, code);
}

/**
 * A refusal as somebody else said it; a code that we do not know is the fault of whoever said it. Where commands are to be
 * typed is known to this machine alone: a station could put anything into a command that somebody copies.
 */
export function refusalSaid({ code, detail = {} }: { readonly code: string; readonly detail?: RefusalDetail }): Refusal {
  const { data: _, home: __, ...rest } = detail;
  return new Refusal(isRefusalCode(code) ? code : 'internal', rest);
}

function describe(detail: RefusalDetail): string {
  const pairs = Object.entries(detail).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '' : ` (${pairs.join(', ')})`;
}

/** A programmer's mistake stops the work: continuing on a false assumption loses more. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${what}`);
}

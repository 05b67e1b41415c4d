/**
 * What each route says of itself to strangers: a summary, who may, and the refusals of its own. The document that a
 * station serves (openapi.ts) is made of it; a test holds it beside docs/protocol/api.md.
 */

import type { RefusalCode } from '#core/refusals.ts';
import type { RouteName } from '#wire/api/routes.ts';

export interface RouteWords {
  readonly tag: 'station' | 'session' | 'directory' | 'keys' | 'drafts' | 'parts' | 'numbers' | 'dispatches' | 'receipts' | 'registers' | 'live';
  readonly summary: string;
  /** Who may, as the page says it. */
  readonly who: string;
  readonly refusals: readonly RefusalCode[];
}

const ANYBODY = 'Anybody; no session.';
const ANY_OF_OFFICE = 'Any of the office: draft, approve, sign or dispatch.';
const CARRIERS = 'dispatch or receive in an office of this station; a registrar.';
const OFFICE: readonly RefusalCode[] = ['office-unknown', 'not-entitled'];
const SUBMITTING: readonly RefusalCode[] = [
  ...OFFICE, 'cbor-malformed', 'precedence-not-permitted', 'header-forged', 'header-differs', 'organisation-unknown', 'suite-refused',
  'date-out-of-range', 'dispatch-expired', 'recipient-key-missing', 'no-route', 'part-unknown', 'part-incomplete', 'step-out-of-order',
  'draft-closed', 'dispatch-replayed', 'alternate-ended', 'disk-full', 'office-quota',
];

export const ROUTE_WORDS: Readonly<Record<RouteName, RouteWords>> = {
  station: { tag: 'station', summary: 'Which station this is, and its time.', who: ANYBODY, refusals: [] },
  openapi: { tag: 'station', summary: 'This document.', who: ANYBODY, refusals: [] },
  links: { tag: 'station', summary: 'How the links to the neighbours stand.', who: 'Any session.', refusals: [] },
  bundles: { tag: 'station', summary: 'Couriers\' bundles that this station wrote, and what is missing of what it reads.', who: CARRIERS, refusals: ['not-entitled'] },
  writeBundle: { tag: 'station', summary: 'Begins to write a bundle for a neighbour.', who: CARRIERS, refusals: ['not-entitled', 'peer-unknown', 'peer-beyond', 'peer-own', 'station-unknown', 'bundle-busy'] },
  bundle: { tag: 'station', summary: 'How far a bundle is, and what of it is without custody.', who: CARRIERS, refusals: ['not-entitled', 'bundle-unknown'] },
  bundleVolume: { tag: 'station', summary: 'A volume of a bundle, from an offset on.', who: CARRIERS, refusals: ['not-entitled', 'bundle-unknown', 'offset-differs'] },
  dropBundle: { tag: 'station', summary: 'Drops the volumes of a bundle at the station.', who: CARRIERS, refusals: ['not-entitled', 'bundle-unknown'] },
  readBundle: {
    tag: 'station', summary: 'Begins to read a volume of a neighbour\'s bundle.', who: CARRIERS,
    refusals: ['not-entitled', 'bundle-malformed', 'bundle-not-for-us', 'bundle-forged', 'bundle-superseded', 'bundle-incarnation', 'bundle-busy', 'peer-unknown', 'peer-behind'],
  },
  feedBundle: { tag: 'station', summary: 'The next bytes of a volume.', who: CARRIERS, refusals: ['not-entitled', 'bundle-unknown', 'bundle-busy', 'bundle-malformed', 'offset-differs'] },
  endReading: { tag: 'station', summary: 'Ends a reading and says what came of it.', who: CARRIERS, refusals: ['not-entitled', 'bundle-unknown', 'bundle-busy', 'bundle-malformed'] },
  events: {
    tag: 'live', summary: 'What happens at the offices of the session, as server-sent events: ids only, never content.',
    who: 'Any session; each event is judged by the right that reads what it names, at the time it is given out.',
    refusals: ['too-many-streams', 'offset-differs'],
  },
  ledger: {
    tag: 'live', summary: 'Leaves of the station\'s ledger from an index on, and of its entries those that the session may hear of.',
    who: 'Any session; each entry is judged as its event is.', refusals: ['offset-differs'],
  },
  operations: { tag: 'station', summary: 'How the station stands and what it has to do.', who: 'A registrar.', refusals: ['registrar-required'] },
  runJob: { tag: 'station', summary: 'Makes a job due at once.', who: 'A registrar.', refusals: ['registrar-required'] },
  examination: { tag: 'station', summary: 'What the doctor last said of the station, and whether it looks now.', who: 'A registrar.', refusals: ['registrar-required'] },
  stationLog: { tag: 'station', summary: 'Newest lines of the station\'s log, after one of them: codes and numbers of a closed list.', who: 'A registrar.', refusals: ['registrar-required'] },
  beginChore: {
    tag: 'station', summary: 'Begins a backup or a look of the doctor on the station\'s machine; one that is under way goes on.', who: 'A registrar.',
    refusals: ['registrar-required', 'chores-unattended', 'backup-folder-unset', 'backup-recipient-missing'],
  },
  cancelChore: { tag: 'station', summary: 'Ends such work, and answers when it has stopped.', who: 'A registrar.', refusals: ['registrar-required'] },
  ledgerCheckpoint: { tag: 'live', summary: 'The newest checkpoint of the ledger, with its cosignatures.', who: 'Any session.', refusals: [] },

  challenge: { tag: 'session', summary: '32 unpredictable bytes to sign, good once.', who: ANYBODY, refusals: [] },
  logIn: {
    tag: 'session', summary: 'Proves a device with both of its keys and gives a token.', who: 'A device in force that signs the challenge.',
    refusals: ['device-unknown', 'device-ended', 'proof-wrong', 'too-many-attempts', 'keyring-rolled-back'],
  },
  opaqueStart: {
    tag: 'session', summary: 'Begins a log-in by passphrase (OPAQUE).', who: 'Who proves the device\'s gate.',
    refusals: ['proof-wrong', 'too-many-attempts'],
  },
  opaqueFinish: {
    tag: 'session', summary: 'Ends a log-in by passphrase, and gives the sealed keyring.', who: 'Who proves the device\'s gate, then the passphrase.',
    refusals: ['proof-wrong', 'too-many-attempts'],
  },
  logOut: { tag: 'session', summary: 'Ends the session of the token.', who: 'Its own.', refusals: [] },

  putRing: { tag: 'keys', summary: 'The sealed copy of the device\'s keyring.', who: 'Any session, for the own device, whose keys sign the copy.', refusals: ['keyring-malformed', 'proof-wrong', 'keyring-rolled-back', 'cbor-malformed'] },
  registerOpaque: { tag: 'keys', summary: 'Enrols a passphrase (OPAQUE).', who: 'Any session, for the own device.', refusals: [] },
  ringByCard: { tag: 'keys', summary: 'The sealed keyring, for who holds the recovery card.', who: 'Who proves the card\'s gate.', refusals: ['proof-wrong'] },

  directory: { tag: 'directory', summary: 'Entries of the directory log from an index on, and the newest checkpoint.', who: ANYBODY, refusals: [] },
  propose: {
    tag: 'directory', summary: 'Hands in signed entries.', who: 'Any session: an entry is judged by who signed it; what is given back, by the checkpoint that covers it.',
    refusals: ['directory-entry-refused', 'directory-unheard', 'not-sequencer', 'no-route', 'proposals-full', 'own-entries-full', 'disk-full', 'directory-inconsistent', 'directory-signature-wrong', 'cbor-malformed'],
  },

  peers: { tag: 'directory', summary: 'Organisations with which there is or was an agreement, and how much each shows of its directory.', who: 'Any session.', refusals: [] },
  peerDirectory: {
    tag: 'directory', summary: 'What a peer shows of its directory, with the steps by which its log grew.', who: 'Any session: everything in it is signed and proved.',
    refusals: ['agreement-missing', 'organisation-unknown'],
  },
  putDisclosure: {
    tag: 'directory', summary: 'Hands in what a peer shows of its directory.', who: 'A registrar.',
    refusals: ['registrar-required', 'agreement-missing', 'organisation-unknown', 'directory-rolled-back', 'directory-inconsistent', 'directory-entry-refused', 'directory-signature-wrong', 'cbor-malformed'],
  },
  pending: { tag: 'directory', summary: 'Entries that wait for another registrar\'s signature.', who: 'A registrar.', refusals: ['registrar-required'] },
  putPending: { tag: 'directory', summary: 'Leaves entries for another registrar to sign.', who: 'A registrar.', refusals: ['registrar-required', 'proposals-full', 'cbor-malformed'] },
  dropPending: { tag: 'directory', summary: 'Withdraws entries that wait.', who: 'A registrar.', refusals: ['registrar-required', 'proposal-unknown'] },

  leaveRequest: {
    tag: 'directory', summary: 'Leaves the request of a person\'s new device.', who: 'Anybody, with a request whose keys sign it; of the budget of the person whom it names.',
    refusals: ['cbor-malformed', 'organisation-unknown', 'request-stale', 'person-unknown', 'person-name-differs', 'name-taken', 'too-many-attempts', 'proof-wrong', 'disk-full', 'request-turned-down'],
  },
  leftRequest: { tag: 'directory', summary: 'A request that was left, with its voucher once it has one.', who: 'Who has its code.', refusals: ['request-unknown', 'request-turned-down'] },
  vouchRequest: {
    tag: 'directory', summary: 'Vouches for a request.', who: 'A device in force of the person whom it names.',
    refusals: ['request-unknown', 'voucher-wrong', 'too-many-attempts', 'requests-full', 'cbor-malformed', 'request-turned-down'],
  },
  vouchedRequests: { tag: 'directory', summary: 'Codes of requests that are vouched for and wait for a registrar.', who: 'A registrar.', refusals: ['registrar-required'] },
  dropRequest: { tag: 'directory', summary: 'Turns a request down, for good once it was vouched for.', who: 'A registrar, or the person whom it names.', refusals: ['request-unknown', 'not-entitled', 'taking-back-wrong', 'cbor-malformed'] },

  wraps: { tag: 'keys', summary: 'Office keys that were wrapped for the own device.', who: 'Who has a right that needs the office\'s keys.', refusals: OFFICE },
  putWraps: {
    tag: 'keys', summary: 'Office keys wrapped for other devices.', who: 'The same; replacing one needs the right keys.',
    refusals: [...OFFICE, 'device-unknown', 'key-missing', 'cbor-malformed'],
  },
  officeKeys: { tag: 'keys', summary: 'How the keys of an office stand.', who: 'Who has a right that needs the office\'s keys; a registrar.', refusals: OFFICE },
  destroyKey: { tag: 'keys', summary: 'Says that a transport key was destroyed.', who: 'The right keys.', refusals: [...OFFICE, 'key-missing', 'key-in-use'] },
  escrow: { tag: 'keys', summary: 'What lies in escrow for the own device.', who: 'A custodian, or who may hold the office\'s keys.', refusals: OFFICE },
  putEscrowShares: {
    tag: 'keys', summary: 'Shares of storage keys, sealed to custodians.', who: 'The right keys.',
    refusals: [...OFFICE, 'escrow-missing', 'escrow-changed', 'device-unknown', 'key-missing', 'cbor-malformed'],
  },
  putEscrowReleases: {
    tag: 'keys', summary: 'Shares given out to a device.', who: 'A custodian, in the own name.',
    refusals: [...OFFICE, 'escrow-missing', 'escrow-changed', 'device-unknown', 'key-missing', 'cbor-malformed'],
  },
  tellEscrow: { tag: 'keys', summary: 'What came of shares given out.', who: 'Who may hold the office\'s keys.', refusals: OFFICE },

  drafts: { tag: 'drafts', summary: 'Drafts of an office, without their sealed bytes.', who: ANY_OF_OFFICE, refusals: OFFICE },
  draft: { tag: 'drafts', summary: 'One draft, sealed for its office.', who: ANY_OF_OFFICE, refusals: [...OFFICE, 'draft-unknown'] },
  putDraft: {
    tag: 'drafts', summary: 'Saves a version of a draft under an id that the device chose.', who: 'draft, approve or sign, by the step.',
    refusals: [...OFFICE, 'cbor-malformed', 'draft-changed', 'draft-closed', 'step-out-of-order', 'same-person-twice', 'part-unknown'],
  },
  discardDraft: { tag: 'drafts', summary: 'Discards a draft; its number becomes void.', who: 'draft, sign or dispatch.', refusals: [...OFFICE, 'draft-unknown', 'draft-closed'] },

  declarePart: { tag: 'parts', summary: 'Declares a sealed part, and says what is held of it.', who: ANY_OF_OFFICE, refusals: [...OFFICE, 'part-forged', 'file-too-large', 'disk-full'] },
  part: { tag: 'parts', summary: 'What is held of a part.', who: 'Any of the uploading office.', refusals: [...OFFICE, 'part-unknown'] },
  appendPart: {
    tag: 'parts', summary: 'Appends sealed chunks from the offset that is held.', who: 'Any of the uploading office.',
    refusals: [...OFFICE, 'part-unknown', 'offset-differs', 'part-forged', 'file-too-large', 'disk-full'],
  },
  dropPart: { tag: 'parts', summary: 'Drops what is held of a part that no draft or dispatch names.', who: 'Any of the uploading office.', refusals: [...OFFICE, 'part-unknown'] },
  partBytes: {
    tag: 'parts', summary: 'Sealed bytes of a part from an offset on.', who: 'Any of an office that drafts or sent it; receive or hand-over of one that received it.',
    refusals: [...OFFICE, 'part-unknown', 'offset-differs'],
  },
  partLeaves: { tag: 'parts', summary: 'Leaf hashes of a part, 32 bytes a chunk.', who: 'As its bytes.', refusals: [...OFFICE, 'part-unknown'] },

  number: { tag: 'numbers', summary: 'The number of a signed draft; the same on asking again.', who: 'dispatch', refusals: [...OFFICE, 'draft-unknown', 'step-out-of-order', 'date-out-of-range', 'office-quota'] },
  numbers: { tag: 'numbers', summary: 'Consecutive numbers for dispatches without drafts.', who: 'dispatch', refusals: [...OFFICE, 'date-out-of-range', 'office-quota', 'too-many-attempts'] },
  incomingNumber: { tag: 'numbers', summary: 'The incoming number of a dispatch; the same on asking again.', who: 'receive', refusals: [...OFFICE, 'dispatch-unknown', 'dispatch-expired', 'date-out-of-range'] },
  incomingNumbers: { tag: 'numbers', summary: 'Incoming numbers of many, in the order asked.', who: 'receive', refusals: [...OFFICE, 'dispatch-unknown', 'dispatch-expired', 'date-out-of-range'] },

  submit: { tag: 'dispatches', summary: 'Submits a sealed dispatch; accepted means durable.', who: 'dispatch; flash for FLASH.', refusals: SUBMITTING },
  submitMany: { tag: 'dispatches', summary: 'Submits many; each stands for itself.', who: 'dispatch; flash for FLASH. Refusals stand in place.', refusals: [] },
  envelope: {
    tag: 'dispatches', summary: 'An encoded envelope with the stanza of one office.', who: 'receive or hand-over; any of the origin office.',
    refusals: ['not-entitled', 'dispatch-unknown', 'dispatch-expired'],
  },
  unreadable: { tag: 'dispatches', summary: 'What an office sent and others said they cannot open.', who: 'dispatch', refusals: OFFICE },
  reseal: {
    tag: 'dispatches', summary: 'Seals a dispatch again for some of its recipients.', who: 'dispatch, of the office that sent it.',
    refusals: [
      ...OFFICE, 'cbor-malformed', 'dispatch-unknown', 'dispatch-expired', 'sealing-out-of-order', 'sealings-exhausted', 'header-forged',
      'signature-wrong', 'suite-refused', 'recipient-key-missing', 'no-route', 'date-out-of-range', 'disk-full',
    ],
  },
  envelopes: { tag: 'dispatches', summary: 'Many envelopes at once, up to 8 MiB.', who: 'receive or hand-over. Refusals stand in place.', refusals: OFFICE },
  arrivals: { tag: 'dispatches', summary: 'Stanzas that came to an office, for sealing them again to its storage key.', who: 'receive, hand-over or keys', refusals: OFFICE },
  rewrap: {
    tag: 'dispatches', summary: 'Stanzas sealed again from a transport to the storage key.', who: 'The same; replacing one needs the right keys.',
    refusals: [...OFFICE, 'cbor-malformed', 'dispatch-unknown', 'key-missing', 'header-forged', 'suite-refused'],
  },
  downloads: {
    tag: 'dispatches', summary: 'Who took parts of a dispatch to which machine, on behalf of one office, the newest first.',
    who: 'As for the envelope, for the office that is named.', refusals: [...OFFICE, 'dispatch-unknown', 'dispatch-expired', 'request-malformed'],
  },
  recordDownloads: {
    tag: 'dispatches', summary: 'Puts into the ledger that parts of a dispatch are about to be written to the caller\'s machine, one entry each.',
    who: 'As for the envelope, for the office that is named.', refusals: [...OFFICE, 'dispatch-unknown', 'dispatch-expired', 'part-unknown', 'disk-full'],
  },
  exposed: { tag: 'dispatches', summary: 'What ended keys open that others may have, of one register.', who: 'Any right of a register.', refusals: [...OFFICE, 'request-malformed'] },
  trace: { tag: 'dispatches', summary: 'Every signed word about a dispatch, and where copies wait.', who: 'As for the envelope.', refusals: ['not-entitled', 'dispatch-unknown'] },

  putReceipts: {
    tag: 'receipts', summary: 'Receipts that a device made: opened, handed over, acted, unreadable.', who: 'opened, unreadable: receive; handed-over, acted: receive or hand-over.',
    refusals: [...OFFICE, 'cbor-malformed', 'receipt-forged', 'dispatch-unknown', 'dispatch-expired', 'step-out-of-order', 'opened-before'],
  },
  register: { tag: 'registers', summary: 'A page of the register of outgoing or incoming dispatches, newest first.', who: 'Any right of draft, approve, sign, dispatch, receive, hand-over.', refusals: OFFICE },
};

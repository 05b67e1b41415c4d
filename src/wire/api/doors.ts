/**
 * Who may come in by each route, in one word a route; what exactly an act demands stands in the rooms' policy.ts. The
 * compiler refuses a route without its word here, and without its wrong persons in test/rights/attempts.ts.
 * Source: docs/protocol/api.md, docs/decisions/0031-every-route-names-its-door.md.
 */

import type { RouteName } from '#wire/api/routes.ts';

/**
 * - `anyone`: no session; what is read is signed or says nothing, or it is how one gets in.
 * - `device`: any device in force, about itself, or with what is judged by its own signatures.
 * - `office`: who has the right that the act demands, in an office that lives at this station.
 * - `registrar`: a person who signs changes of the directory.
 */
export type Door = 'anyone' | 'device' | 'office' | 'registrar';

export const DOORS = {
  station: 'anyone',
  openapi: 'anyone',
  events: 'device',
  ledger: 'device',
  ledgerCheckpoint: 'device',
  operations: 'registrar',
  runJob: 'registrar',
  examination: 'registrar',
  stationLog: 'registrar',
  beginChore: 'registrar',
  cancelChore: 'registrar',
  challenge: 'anyone',
  logIn: 'anyone',
  opaqueStart: 'anyone',
  opaqueFinish: 'anyone',
  logOut: 'device',

  putRing: 'device',
  registerOpaque: 'device',
  ringByCard: 'anyone',

  directory: 'anyone',
  propose: 'device',
  pending: 'registrar',
  putPending: 'registrar',
  dropPending: 'registrar',
  leaveRequest: 'anyone',
  leftRequest: 'anyone',
  vouchRequest: 'device',
  vouchedRequests: 'registrar',
  dropRequest: 'device',
  peers: 'device',
  peerDirectory: 'device',
  putDisclosure: 'registrar',
  wraps: 'office',
  putWraps: 'office',
  officeKeys: 'office',
  destroyKey: 'office',
  escrow: 'office',
  putEscrowShares: 'office',
  putEscrowReleases: 'office',
  tellEscrow: 'office',
  links: 'device',
  bundles: 'office',
  writeBundle: 'office',
  bundle: 'office',
  bundleVolume: 'office',
  dropBundle: 'office',
  readBundle: 'office',
  feedBundle: 'office',
  endReading: 'office',

  drafts: 'office',
  draft: 'office',
  putDraft: 'office',
  discardDraft: 'office',
  declarePart: 'office',
  part: 'office',
  appendPart: 'office',
  dropPart: 'office',
  partBytes: 'office',
  partLeaves: 'office',
  number: 'office',
  numbers: 'office',
  submit: 'office',
  submitMany: 'office',
  envelope: 'office',
  unreadable: 'office',
  reseal: 'office',
  envelopes: 'office',
  incomingNumber: 'office',
  incomingNumbers: 'office',
  arrivals: 'office',
  rewrap: 'office',
  putReceipts: 'office',
  downloads: 'office',
  recordDownloads: 'office',
  trace: 'office',
  register: 'office',
  exposed: 'office',
} as const satisfies Readonly<Record<RouteName, Door>>;

/**
 * Every route of a station's HTTP API, once: the server mounts by it, the client calls by it. A path's `:name` is one
 * segment. Source: docs/protocol/api.md.
 */

import { z } from 'zod';
import { resealAnswer, resealUpload, unreadableAnswer } from '#wire/api/resealing.ts';
import { exposedAnswer } from '#wire/api/exposed.ts';
import { arrivalsAnswer, rewrapUpload } from '#wire/api/arrivals.ts';
import { bundleOrder, bundleRecord, bundlesAnswer, readingAnswer, readingReport } from '#wire/api/bundles.ts';
import {
  directoryEntriesAnswer, linksAnswer, proposal, proposalAnswer, stationAnswer, wrapsAnswer, wrapUpload,
} from '#wire/api/directory.ts';
import {
  acceptedAnswer, downloadRecord, downloadsAnswer, draftRecord, draftsAnswer, draftUpload, envelopesAnswer, envelopesRequest, incomingNumberAnswer, incomingNumberRequest,
  incomingNumbersAnswer, incomingNumbersRequest, numberAnswer, numberRequest, numbersAnswer, numbersRequest,
  partDeclaration, partState, receiptsAnswer, receiptUpload, registerAnswer, submissionRequest, submissionsAnswer,
  submissionsRequest, traceAnswer,
} from '#wire/api/dispatch.ts';
import { escrowAnswer, escrowOutcome, escrowReleasesUpload, escrowSharesUpload } from '#wire/api/escrow.ts';
import {
  cardAnswer, cardRequest, opaqueFinish, opaqueFinished, opaqueStart, opaqueStarted, registrationAnswer, registrationRequest, ringAnswer, ringUpload,
} from '#wire/api/keyring.ts';
import { ledgerAnswer, ledgerCheckpointAnswer } from '#wire/api/ledger.ts';
import { keyDestruction, officeKeysAnswer } from '#wire/api/office-keys.ts';
import { choreNamed, examinationAnswer, jobNamed, logAnswer, operationsAnswer } from '#wire/api/operations.ts';
import { disclosureAnswer, disclosureUpload, peersAnswer } from '#wire/api/peers.ts';
import { requestAnswer, requestDrop, requestDropped, requestLeft, requestUpload, requestVouched, vouchedAnswer, voucherUpload } from '#wire/api/device-requests.ts';
import { pendingAnswer, pendingListAnswer, pendingUpload } from '#wire/api/pending.ts';
import { openapiAnswer } from '#wire/api/events.ts';
import { challengeAnswer, sessionAnswer, sessionRequest } from '#wire/api/session.ts';

/**
 * `bytes` is application/octet-stream; a schema is application/json; `none` is no body, answered 204; `events` is
 * text/event-stream, which goes on (wire/api/events.ts).
 */
export type Carried = z.ZodType | 'bytes' | 'none' | 'events';

export interface Route<B extends Carried = Carried, A extends Carried = Carried> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Names of the query's fields. */
  readonly query: readonly string[];
  readonly body: B;
  readonly answer: A;
  /** Whether a session's token (`Authorization: Bearer …`) is demanded. */
  readonly session: boolean;
}

type Shape<B extends Carried, A extends Carried> = Omit<Route<B, A>, 'method' | 'path' | 'query' | 'session'> & {
  readonly query?: readonly string[];
  readonly session?: boolean;
};

function route<B extends Carried, A extends Carried>(method: Route['method'], path: string, shape: Shape<B, A>): Route<B, A> {
  return { method, path, query: [], session: true, ...shape };
}

export const ROUTES = {
  station: route('GET', '/api/1/station', { body: 'none', answer: stationAnswer, session: false }),
  /** These routes for strangers: an OpenAPI 3.1 document (wire/api/openapi.ts). */
  openapi: route('GET', '/api/1/openapi.json', { body: 'none', answer: openapiAnswer, session: false }),
  /** What happens at the caller's offices, from an index of the ledger on (`after`, or the header `last-event-id`). */
  events: route('GET', '/api/1/events', { query: ['after'], body: 'none', answer: 'events' }),
  /** Leaves of the ledger from an index on, and those entries that the caller may hear of. */
  ledger: route('GET', '/api/1/ledger', { query: ['from'], body: 'none', answer: ledgerAnswer }),
  ledgerCheckpoint: route('GET', '/api/1/ledger/checkpoint', { body: 'none', answer: ledgerCheckpointAnswer }),
  /** For who looks after the station. */
  operations: route('GET', '/api/1/operations', { body: 'none', answer: operationsAnswer }),
  runJob: route('POST', '/api/1/operations/jobs', { body: jobNamed, answer: 'none' }),
  /** What the doctor last said of the station. */
  examination: route('GET', '/api/1/operations/doctor', { body: 'none', answer: examinationAnswer }),
  /** Newest lines of the station's log, after one of them. */
  stationLog: route('GET', '/api/1/operations/log', { query: ['line'], body: 'none', answer: logAnswer }),
  beginChore: route('POST', '/api/1/operations/chores', { body: choreNamed, answer: 'none' }),
  cancelChore: route('DELETE', '/api/1/operations/chores/:chore', { body: 'none', answer: 'none' }),
  challenge: route('GET', '/api/1/session/challenge', { body: 'none', answer: challengeAnswer, session: false }),
  logIn: route('POST', '/api/1/session', { body: sessionRequest, answer: sessionAnswer, session: false }),
  opaqueStart: route('POST', '/api/1/session/opaque', { body: opaqueStart, answer: opaqueStarted, session: false }),
  opaqueFinish: route('POST', '/api/1/session/opaque/finish', { body: opaqueFinish, answer: opaqueFinished, session: false }),
  logOut: route('DELETE', '/api/1/session', { body: 'none', answer: 'none' }),

  /** The sealed copy of the calling device's keyring; each of a greater revision than the one before. */
  putRing: route('PUT', '/api/1/keyring', { body: ringUpload, answer: ringAnswer }),
  registerOpaque: route('POST', '/api/1/keyring/opaque', { body: registrationRequest, answer: registrationAnswer }),
  ringByCard: route('POST', '/api/1/keyring/card', { body: cardRequest, answer: cardAnswer, session: false }),

  directory: route('GET', '/api/1/directory', { query: ['from'], body: 'none', answer: directoryEntriesAnswer, session: false }),
  propose: route('POST', '/api/1/directory', { body: proposal, answer: proposalAnswer }),
  /** Entries that wait for a second registrar. */
  pending: route('GET', '/api/1/directory/pending', { body: 'none', answer: pendingListAnswer }),
  putPending: route('POST', '/api/1/directory/pending', { body: pendingUpload, answer: pendingAnswer }),
  dropPending: route('DELETE', '/api/1/directory/pending/:proposal', { query: ['why'], body: 'none', answer: 'none' }),

  leaveRequest: route('POST', '/api/1/device-requests', { body: requestUpload, answer: requestLeft, session: false }),
  leftRequest: route('GET', '/api/1/device-requests/:code', { body: 'none', answer: requestAnswer, session: false }),
  vouchRequest: route('PUT', '/api/1/device-requests/:code/voucher', { body: voucherUpload, answer: requestVouched }),
  vouchedRequests: route('GET', '/api/1/device-requests', { body: 'none', answer: vouchedAnswer }),
  dropRequest: route('PUT', '/api/1/device-requests/:code/taking-back', { body: requestDrop, answer: requestDropped }),
  /** Organisations with which there is or was an agreement, and what each shows of its directory. */
  peers: route('GET', '/api/1/peers', { body: 'none', answer: peersAnswer }),
  /** An encoded ShownDirectory (wire/federation.ts). */
  peerDirectory: route('GET', '/api/1/peers/:peer/directory', { body: 'none', answer: 'bytes' }),
  putDisclosure: route('POST', '/api/1/peers/:peer/directory', { body: disclosureUpload, answer: disclosureAnswer }),
  wraps: route('GET', '/api/1/offices/:office/wraps', { body: 'none', answer: wrapsAnswer }),
  putWraps: route('POST', '/api/1/offices/:office/wraps', { body: wrapUpload, answer: 'none' }),
  escrow: route('GET', '/api/1/offices/:office/escrow', { body: 'none', answer: escrowAnswer }),
  putEscrowShares: route('POST', '/api/1/offices/:office/escrow/shares', { body: escrowSharesUpload, answer: 'none' }),
  putEscrowReleases: route('POST', '/api/1/offices/:office/escrow/releases', { body: escrowReleasesUpload, answer: 'none' }),
  tellEscrow: route('POST', '/api/1/offices/:office/escrow/outcomes', { body: escrowOutcome, answer: 'none' }),
  officeKeys: route('GET', '/api/1/offices/:office/keys', { body: 'none', answer: officeKeysAnswer }),
  destroyKey: route('POST', '/api/1/offices/:office/keys/destroyed', { body: keyDestruction, answer: 'none' }),
  links: route('GET', '/api/1/links', { body: 'none', answer: linksAnswer }),
  /** What couriers carry to neighbours, and what is missing of what they brought. */
  bundles: route('GET', '/api/1/bundles', { body: 'none', answer: bundlesAnswer }),
  writeBundle: route('POST', '/api/1/bundles', { body: bundleOrder, answer: bundleRecord }),
  bundle: route('GET', '/api/1/bundles/:bundle', { body: 'none', answer: bundleRecord }),
  bundleVolume: route('GET', '/api/1/bundles/:bundle/volumes/:volume', { query: ['offset'], body: 'none', answer: 'bytes' }),
  /** `why`: `fetched`, or `stopped`, after which nothing counts as being under way in it. */
  dropBundle: route('DELETE', '/api/1/bundles/:bundle', { query: ['why'], body: 'none', answer: 'none' }),
  /** All that stands before the first segment of a volume. */
  readBundle: route('POST', '/api/1/bundles/readings', { body: 'bytes', answer: readingAnswer }),
  feedBundle: route('PATCH', '/api/1/bundles/readings/:reading', { query: ['offset'], body: 'bytes', answer: readingAnswer }),
  endReading: route('POST', '/api/1/bundles/readings/:reading/end', { body: 'none', answer: readingReport }),

  drafts: route('GET', '/api/1/offices/:office/drafts', { body: 'none', answer: draftsAnswer }),
  draft: route('GET', '/api/1/drafts/:draft', { body: 'none', answer: draftRecord }),
  /** The device chooses the draft's id, since it seals to it. */
  putDraft: route('PUT', '/api/1/drafts/:draft', { body: draftUpload, answer: draftRecord }),
  discardDraft: route('DELETE', '/api/1/drafts/:draft', { body: 'none', answer: draftRecord }),

  declarePart: route('POST', '/api/1/parts', { body: partDeclaration, answer: partState }),
  part: route('GET', '/api/1/parts/:root', { body: 'none', answer: partState }),
  /** Sealed bytes from `offset`, which must be what is held: otherwise `offset-differs`. */
  appendPart: route('PATCH', '/api/1/parts/:root', { query: ['offset'], body: 'bytes', answer: partState }),
  /** Of an upload that was given up. One that a draft or dispatch names stays. */
  dropPart: route('DELETE', '/api/1/parts/:root', { body: 'none', answer: 'none' }),
  partBytes: route('GET', '/api/1/parts/:root/bytes', { query: ['offset'], body: 'none', answer: 'bytes' }),
  /** 32 bytes a chunk, in order. */
  partLeaves: route('GET', '/api/1/parts/:root/leaves', { body: 'none', answer: 'bytes' }),

  number: route('POST', '/api/1/numbers', { body: numberRequest, answer: numberAnswer }),
  numbers: route('POST', '/api/1/numbers/batch', { body: numbersRequest, answer: numbersAnswer }),
  submit: route('POST', '/api/1/dispatches', { body: submissionRequest, answer: acceptedAnswer }),
  submitMany: route('POST', '/api/1/dispatches/batch', { body: submissionsRequest, answer: submissionsAnswer }),
  /** The encoded Envelope as this office may have it. */
  envelope: route('GET', '/api/1/dispatches/:dispatch/envelope', { query: ['office'], body: 'none', answer: 'bytes' }),
  /** What this office sent and others said they cannot open. */
  unreadable: route('GET', '/api/1/offices/:office/unreadable', { body: 'none', answer: unreadableAnswer }),
  reseal: route('POST', '/api/1/dispatches/:dispatch/sealings', { body: resealUpload, answer: resealAnswer }),
  envelopes: route('POST', '/api/1/dispatches/envelopes', { body: envelopesRequest, answer: envelopesAnswer }),
  incomingNumber: route('POST', '/api/1/dispatches/:dispatch/number', { body: incomingNumberRequest, answer: incomingNumberAnswer }),
  incomingNumbers: route('POST', '/api/1/numbers/incoming', { body: incomingNumbersRequest, answer: incomingNumbersAnswer }),
  /** What came and is sealed to transport keys only. */
  arrivals: route('GET', '/api/1/offices/:office/arrivals', { body: 'none', answer: arrivalsAnswer }),
  rewrap: route('POST', '/api/1/offices/:office/arrivals', { body: rewrapUpload, answer: 'none' }),
  putReceipts: route('POST', '/api/1/receipts', { body: receiptUpload, answer: receiptsAnswer }),
  /** Before parts are written to the caller's machine. */
  /** Who took parts of a dispatch to which machine, for one office. */
  downloads: route('GET', '/api/1/dispatches/:dispatch/downloads', { query: ['office'], body: 'none', answer: downloadsAnswer }),
  recordDownloads: route('POST', '/api/1/dispatches/:dispatch/downloads', { body: downloadRecord, answer: 'none' }),
  trace: route('GET', '/api/1/dispatches/:dispatch/trace', { body: 'none', answer: traceAnswer }),
  /** Newest first; `before` is the `next` of the page before. */
  register: route('GET', '/api/1/offices/:office/registers/:direction', { query: ['before', 'limit'], body: 'none', answer: registerAnswer }),
  /** What ended keys open that others may have, newest first, by pages as a register. */
  exposed: route('GET', '/api/1/offices/:office/exposed/:direction', { query: ['before'], body: 'none', answer: exposedAnswer }),
} as const satisfies Record<string, Route>;
export type RouteName = keyof typeof ROUTES;

/** What a station answers instead, with the status of the code: never more than this. */
export const refusalAnswer = z.strictObject({
  code: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
});

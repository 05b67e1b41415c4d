/**
 * Live events over HTTP (server-sent events): what happened, by ids alone. What a dispatch or draft says is fetched by
 * whoever may, with the routes that are for it. Source: docs/protocol/api.md §Events.
 */

import { z } from 'zod';
import { codeText, shownOfficeText, digestHex, instantMs, registerNumberShape } from '#wire/api/session.ts';

/** Of the ledger's events that offices are told; the words are the ledger's (docs/protocol/ledger.md). */
export const LEDGER_EVENT_KINDS = [
  'draft-step', 'number-issued', 'number-void', 'accepted', 'arrived', 'expired', 'number-in', 'receipt', 're-sealed', 'redelivered', 'downloaded', 'directory-grown',
] as const;

/** `index` is the ledger's, and the event's id: a stream goes on after it. */
export const ledgerEventShape = z.strictObject({
  index: z.number().int().min(0),
  kind: z.enum(LEDGER_EVENT_KINDS),
  time: instantMs,
  /** The office that it happened at: of a receipt, the one that speaks or is spoken for. */
  office: shownOfficeText.optional(),
  dispatch: digestHex.optional(),
  draft: z.string().regex(/^[0-9a-f]{32}$/).optional(),
  number: registerNumberShape.optional(),
  /** Of a draft. */
  step: z.string().max(32).optional(),
  receipt: z.enum(['custody', 'arrived', 'opened', 'handed-over', 'acted', 'expired', 'dropped', 'unreadable']).optional(),
  /** Of a re-seal, and of what it brought: its number. */
  sealing: z.number().int().min(0).optional(),
  /** Station whose receipt it is. */
  station: codeText.optional(),
  /** Entries that the directory has now. */
  size: z.number().int().min(0).optional(),
});

/** Without an id: a link's state is no event of the ledger, and is said anew at the beginning of each stream. */
export const linkEventShape = z.strictObject({
  kind: z.literal('link'),
  peer: codeText,
  state: z.enum(['up', 'down', 'stopped']),
});

/** Without an id, to registrars alone: how many new devices are vouched for and wait for one. Said as links are, and when which they are has changed. */
export const requestsEventShape = z.strictObject({ kind: z.literal('requests'), waiting: z.number().int().min(0) });

/** The same of changes of the directory that wait for a second registrar. */
export const proposalsEventShape = z.strictObject({ kind: z.literal('proposals'), waiting: z.number().int().min(0) });

/** Everything up to here has been looked at: a stream that nothing concerned goes on from it. */
export const positionEventShape = z.strictObject({ kind: z.literal('position'), index: z.number().int().min(-1) });

/** The last one of a stream that the station ends by itself. */
export const endEventShape = z.strictObject({ kind: z.literal('end'), code: z.enum(['session-expired', 'stopping']) });

export const liveEventShape = z.union([ledgerEventShape, linkEventShape, requestsEventShape, proposalsEventShape, positionEventShape, endEventShape]);
export type LiveEvent = z.output<typeof liveEventShape>;

/** An OpenAPI document; its own meta-schema says more. */
export const openapiAnswer = z.looseObject({ openapi: z.literal('3.1.0'), info: z.looseObject({}), paths: z.looseObject({}) });

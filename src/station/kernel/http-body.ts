/** What comes in: JSON of at most 1 MiB (64 KiB where nobody has logged in) in strict UTF-8, raw streams with a limit, queries without repeated names. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { BODY_LIMITS, type BodyAccount } from './body-budget.ts';

export const JSON_BYTES_MAX = 1024 * 1024;
/** From whoever has not logged in: the longest is a device's request. */
export const PUBLIC_JSON_BYTES_MAX = BODY_LIMITS.freeBytes;

/** @throws Refusal `body-too-large` | `bodies-full` | `request-malformed` */
export async function readJson(request: IncomingMessage, bytesMax: number, account: BodyAccount): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(type)) throw malformed('content-type');
  const pieces: Uint8Array[] = [];
  for await (const piece of readStream(request, bytesMax)) {
    account.take(piece.length);
    pieces.push(piece);
  }
  const text = fromUtf8(Buffer.concat(pieces));
  if (text === null) throw malformed('body', 'not-utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('body', 'not-json');
  }
}

/**
 * The body in pieces as they come.
 * @throws Refusal `body-too-large` at the first byte too many, or at once where its length is declared
 */
export async function* readStream(request: IncomingMessage, bytesMax: number): AsyncGenerator<Uint8Array> {
  const tooLarge = new Refusal('body-too-large', { maximum: bytesMax });
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge;
  let size = 0;
  // The socket must stay, for the refusal to go out on.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > bytesMax) throw tooLarge;
    yield piece;
  }
}

/** @throws Refusal `request-malformed` where a name is repeated */
export function readQuery(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of query) {
    if (name in values) throw malformed('query', 'repeated');
    values[name] = value;
  }
  return { ...values };
}

/** @throws Refusal `request-malformed` naming the field, not its value */
export function validate(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed([part, ...(issue?.path ?? [])].map(String).join('.').slice(0, 100), issue?.code);
}

function malformed(field: string, reason?: string): Refusal {
  return new Refusal('request-malformed', reason === undefined ? { field } : { field, reason });
}

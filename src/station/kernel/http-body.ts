/** What comes in: JSON of at most 1 MiB (64 KiB where nobody has logged in) in strict UTF-8, raw streams with a limit, queries without repeated names. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { BODY_LIMITS, type BodyAccount } from './body-budget.ts';

export const JSON_BYTES_MAX = 1024 * 1024;
/** From whoever has not logged in: the longest is a device's request. */
export const PUBLIC_JSON_BYTES_MAX = BODY_LIMITS.freeBytes;
/** Some 16 times what the largest body has: 256 submissions of a few fields each. */
const JSON_VALUES_MAX = 65_536;

/** @throws Refusal `body-too-large` | `bodies-full` | `request-malformed` */
export async function readJson(request: IncomingMessage, bytesMax: number, account: BodyAccount): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(type)) throw malformed('content-type');
  const pieces: Uint8Array[] = [];
  for await (const piece of readStream(request, bytesMax)) {
    account.take(piece.length);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  demandFewValues(bytes);
  const text = fromUtf8(bytes);
  if (text === null) throw malformed('body', 'not-utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('body', 'not-json');
  }
}

const [QUOTE, BACKSLASH, COMMA, LIST, OBJECT] = ['"', '\\', ',', '[', '{'].map((character) => character.charCodeAt(0));

/**
 * A value of three bytes becomes an object of sixty: what is parsed, and then refused for its form, would be twenty times
 * as large as the body that is counted. So values are counted before they are made.
 * @throws Refusal `request-malformed`
 */
function demandFewValues(bytes: Buffer): void {
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COMMA || byte === LIST || byte === OBJECT) values++;
    if (values > JSON_VALUES_MAX) throw malformed('body', 'too-many-values');
  }
}

/** @returns where the string that begins at a quotation mark ends; the end of all where it does not */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; ;) {
    const end = bytes.indexOf(QUOTE!, at);
    if (end === -1) return bytes.length;
    let escapes = 0;
    while (bytes[end - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
    at = end + 1;
  }
}

/**
 * The body in pieces as they come. @param demand asked when a piece has come, and at the end; throws the refusal
 * @throws Refusal `body-too-large` at the first byte too many, or at once where its length is declared
 */
export async function* readStream(request: IncomingMessage, bytesMax: number, demand: () => void = () => {}): AsyncGenerator<Uint8Array> {
  const tooLarge = new Refusal('body-too-large', { maximum: bytesMax });
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge;
  let size = 0;
  // The socket must stay, for the refusal to go out on.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > bytesMax) throw tooLarge;
    demand();
    yield piece;
  }
  demand();
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

/** HTTP in a page: the browser's fetch, without cookies, caches or redirects. */
import type { BlobBody, HttpRequest, HttpResponse, HttpTransport } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

/** A page cannot stream a request over HTTP/1.1: what is streamed is gathered first, so it comes in pieces of this size. */
const STREAM_BYTES_MAX = 8 * 1024 * 1024;

/** @param base where the station's interface begins: an origin, or a path of this page's own origin such as `/at/don` */
export function webHttpTransport(base: string): HttpTransport {
  return { streamBytesMax: STREAM_BYTES_MAX, request: (request) => send(base, request) };
}

async function send(base: string, { method, path, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  const content = body === undefined ? undefined : await contentOf(body);
  try {
    const answer = await fetch(`${base}${path}`, {
      method, headers: { ...headers }, credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
      ...(content === undefined ? {} : { body: content }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bodyOf(answer, signal) };
  } catch (error) {
    throw refusalOf(error, signal);
  }
}

async function contentOf(body: NonNullable<HttpRequest['body']>): Promise<Blob> {
  if ('blob' in body) return (body as BlobBody).blob;
  if (body instanceof Uint8Array) return new Blob([body as Uint8Array<ArrayBuffer>]);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return new Blob(pieces);
}

async function* bodyOf(answer: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (answer.body === null) return;
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw refusalOf(error, signal);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function refusalOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof Refusal) return error;
  if (signal?.aborted === true) return new Refusal('cancelled');
  return new Refusal('station-unreachable', {}, { cause: error });
}

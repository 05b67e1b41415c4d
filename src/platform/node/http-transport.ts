/** HTTP on Node: one station, connections kept alive, bodies streamed both ways. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { HttpRequest, HttpResponse, HttpTransport } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

const CONNECTIONS_MAX = 8;

export interface NodeHttpTransport extends HttpTransport {
  /** Ends idle connections, so that a command can exit. */
  close(): void;
}

/**
 * @param origin `http://127.0.0.1:8420` or `https://…`, without a path
 * @param certificate PEM of the authority to trust for HTTPS, where it is not one of the system's
 */
export function nodeHttpTransport(origin: string, certificate?: string): NodeHttpTransport {
  const base = new URL(origin);
  const isSecure = base.protocol === 'https:';
  const client = isSecure ? https : http;
  const options = { keepAlive: true, maxSockets: CONNECTIONS_MAX };
  const agent = isSecure
    ? new https.Agent({ ...options, ...(certificate === undefined ? {} : { ca: certificate }) })
    : new http.Agent(options);
  return {
    request: (request) =>
      new Promise<HttpResponse>((resolve, reject) => {
        const { method, path, headers, signal } = request;
        const sent = client.request(new URL(path, base), { method, agent, headers: { ...headers }, ...(signal ? { signal } : {}) });
        sent.once('response', (answer) => resolve(responseOf(answer, signal)));
        // After an answer has begun, its own reader hears of the failure.
        sent.on('error', (error) => reject(refusalOf(error, signal)));
        sendBody(sent, request).catch((error: unknown) => {
          sent.destroy();
          reject(error);
        });
      }),
    close: () => agent.destroy(),
  };
}

async function sendBody(sent: http.ClientRequest, { body }: HttpRequest): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    sent.end(body);
    return;
  }
  for await (const piece of body) {
    // An early answer (a refusal) ends the wait for a body that nobody reads.
    if (sent.destroyed || sent.closed) return;
    if (!sent.write(piece)) await drained(sent);
  }
  sent.end();
}

function drained(sent: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      sent.off('drain', done);
      sent.off('close', done);
      sent.off('response', done);
      resolve();
    };
    sent.once('drain', done);
    sent.once('close', done);
    sent.once('response', done);
  });
}

function responseOf(answer: http.IncomingMessage, signal: AbortSignal | undefined): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode ?? 0, headers, body: bodyOf(answer, signal) };
}

async function* bodyOf(answer: http.IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  } catch (error) {
    throw refusalOf(error, signal);
  }
}

function refusalOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof Refusal) return error;
  if (signal?.aborted === true) return new Refusal('cancelled');
  const code = (error as { code?: unknown } | null)?.code;
  const isUntrusted = typeof code === 'string' && UNTRUSTED.test(code);
  return new Refusal('station-unreachable', isUntrusted ? { untrusted: code } : {}, { cause: error });
}

/** What OpenSSL and Node say of a certificate that they do not accept. */
const UNTRUSTED = /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|CERT_(?:HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|SIGNATURE_FAILURE)|ERR_TLS_CERT_ALTNAME_INVALID)$/;

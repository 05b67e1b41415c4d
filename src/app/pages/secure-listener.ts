/**
 * Where pages are served beyond loopback: TLS 1.3, and on the same port, for whoever types an address without `https`,
 * one page in plain HTTP that explains where to go and what to compare. Nothing else is ever answered without TLS.
 */
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer, isIP, type Socket } from 'node:net';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Refusal } from '#core/refusals.ts';
import { listenBeyond } from '#station/kernel/loopback.ts';
import { explainingPage } from './explaining-page.ts';

/** The first byte of a TLS handshake; no request begins with it. */
const HANDSHAKE = 0x16;
const FIRST_BYTE_MS_MAX = 10_000;
const CONNECTIONS_MAX = 1_024;
/** Of one address, which may be an office behind one router. */
const CONNECTIONS_OF_ONE_MAX = 256;
const HEADERS_MS_MAX = 30_000;
/** Nothing in either direction; a stream of events beats more often. */
const IDLE_MS_MAX = 180_000;
const HOST = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,253}))(?::\d{1,5})?$/;
export const ROOT_PATH = '/tram-root.crt';

export interface ServerCertificate {
  /** PEM: the server's own, then those above it. */
  readonly chain: string;
  readonly key: string;
  /** Whether a `host` header names whom the certificate speaks for. */
  readonly speaksFor: (host: string) => boolean;
  /** The first name in it, for whoever came by another. */
  readonly name: string;
  /** When it lapses. */
  readonly notAfter: number;
}

/**
 * Reads a certificate and its key, and that they belong together.
 * @throws Refusal `pages-certificate` naming the file that is wrong
 */
export function readServerCertificate(certificateFile: string, keyFile: string): ServerCertificate {
  return serverCertificate(readPem(certificateFile), readPem(keyFile), [certificateFile, keyFile]);
}

/** As they would stand in two files. @throws Refusal `pages-certificate` naming the one that is wrong */
export function serverCertificate(chain: string, key: string, [certificateFile, keyFile]: readonly [string, string]): ServerCertificate {
  const certificate = orRefuse(certificateFile, 'malformed', () => new X509Certificate(chain));
  const isIts = certificate.checkPrivateKey(orRefuse(keyFile, 'malformed', () => createPrivateKey(key)));
  if (!isIts) throw new Refusal('pages-certificate', { file: keyFile, reason: 'key-differs' });
  const name = nameOf(certificate);
  if (name === null) throw new Refusal('pages-certificate', { file: certificateFile, reason: 'no-names' });
  return { chain, key, name, speaksFor: (host) => speaksFor(certificate, host), notAfter: certificate.validToDate.getTime() };
}

export interface SecureListenerOrder {
  readonly address: string;
  readonly port: number;
  readonly certificate: ServerCertificate;
  readonly answer: RequestListener;
  /** DER of the organisation's root, which whoever trusts it for the first time takes from here and compares. */
  readonly root: Uint8Array;
  readonly organisation: () => string;
  /** For a handshake, and for the head of each request; milliseconds. */
  readonly headersMs?: number;
}

export interface SecureListener {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws Refusal `port-in-use`, `address-unusable`, `pages-certificate` */
export async function listenSecurely({ address, port, certificate, answer, root, organisation, headersMs = HEADERS_MS_MAX }: SecureListenerOrder): Promise<SecureListener> {
  const times = { headersTimeout: headersMs, requestTimeout: 0, connectionsCheckingInterval: Math.ceil(headersMs / 6) };
  const options = { cert: certificate.chain, key: certificate.key, minVersion: 'TLSv1.3', handshakeTimeout: headersMs, ...times } as const;
  const secure = orRefuse(certificate.name, 'malformed', () => createSecureServer(options, answer));
  const plain = createPlainServer(times, (request, response) => explain(request, response, { certificate, root, organisation: organisation() }));
  for (const server of [secure, plain]) {
    server.setTimeout(IDLE_MS_MAX);
    // They never listen themselves, and it is by this event that they begin to watch their times.
    server.emit('listening');
  }
  const sockets = new Set<Socket>();
  const ofOne = (remote: string | undefined): number => [...sockets].filter(({ remoteAddress }) => remoteAddress === remote).length;
  const door = createServer({ pauseOnConnect: false }, (socket) => {
    if (ofOne(socket.remoteAddress) >= CONNECTIONS_OF_ONE_MAX) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.setTimeout(FIRST_BYTE_MS_MAX, () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.setTimeout(0).removeAllListeners('timeout').pause();
      socket.unshift(first);
      // TLS takes what was read already and then the connection itself; a request in the clear has to be let flow again.
      if (first[0] === HANDSHAKE) return void secure.emit('connection', socket);
      plain.emit('connection', socket);
      socket.resume();
    });
  });
  door.maxConnections = CONNECTIONS_MAX;
  const bound = await listenBeyond(door, port, address);
  return {
    port: bound.port,
    close: () => new Promise<void>((resolve) => {
      door.close(() => resolve());
      for (const server of [secure, plain]) server.close();
      for (const socket of sockets) socket.destroy();
    }),
  };
}

/** The same for every path but one: the root to be trusted, which says nothing that is secret and must be compared. */
function explain(request: IncomingMessage, response: ServerResponse, { certificate, root, organisation }: { certificate: ServerCertificate; root: Uint8Array; organisation: string }): void {
  if (request.url === ROOT_PATH) {
    response.writeHead(200, { 'content-type': 'application/x-x509-ca-cert', 'content-length': root.length, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    return void response.end(root);
  }
  const { host = '' } = request.headers;
  const [, port] = /:(\d{1,5})$/.exec(host) ?? [];
  const named = certificate.speaksFor(host) ? host : certificate.name + (port === undefined ? '' : `:${port}`);
  const { html, headers } = explainingPage({ address: `https://${named}/`, root: ROOT_PATH, organisation });
  response.writeHead(403, { ...headers, connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : html);
}

/** `AB:CD:…` of SHA-256, as every tool shows it. */
export function fingerprintOf(der: Uint8Array): string {
  return new X509Certificate(der).fingerprint256;
}

function speaksFor(certificate: X509Certificate, host: string): boolean {
  const [, six, name] = HOST.exec(host) ?? [];
  const asked = six ?? name;
  if (asked === undefined) return false;
  return isIP(asked) === 0 ? certificate.checkHost(asked, { subject: 'never' }) !== undefined : certificate.checkIP(asked) !== undefined;
}

function nameOf({ subjectAltName = '' }: X509Certificate): string | null {
  const [, dns] = /DNS:([^,\s*]+)/.exec(subjectAltName) ?? [];
  const [, ip] = /IP Address:([^,\s]+)/.exec(subjectAltName) ?? [];
  if (dns !== undefined) return dns;
  if (ip === undefined) return null;
  return ip.includes(':') ? `[${ip}]` : ip;
}

export function readPem(file: string): string {
  return orRefuse(file, 'missing', () => readFileSync(file, 'utf8'));
}

function orRefuse<T>(file: string, reason: 'missing' | 'malformed', work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Refusal('pages-certificate', { file, reason }, { cause });
  }
}

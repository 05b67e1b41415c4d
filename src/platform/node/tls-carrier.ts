/**
 * The TLS carrier: frames between two stations over TLS 1.3, key exchange X25519MLKEM768 only, both sides under their
 * ML-DSA-65 link certificates. Who the other is, the caller decides by comparing the certificate byte for byte with the
 * directory. Source: docs/protocol/frames.md §TLS carrier; RFC 8446; RFC 5705 (exporter).
 */
import type { X509Certificate } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { base64 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { FrameReader, frameLength } from './frame-reader.ts';
import { limitUnknown } from './unknown-connections.ts';

/** How this station shows itself. All DER. */
export interface TlsIdentity {
  /** PKCS#8 of the link key. */
  readonly privateKey: Uint8Array;
  /** Link certificate and issuer. */
  readonly chain: readonly Uint8Array[];
  /** The organisation's root, to which the other's chain must lead as well. */
  readonly root: Uint8Array;
}

export interface TlsCarrierOptions {
  readonly identity: TlsIdentity;
  /** @returns the station whose directory entry holds exactly this certificate, or null */
  readonly identify: (linkCertificate: Uint8Array) => string | null;
  /**
   * @returns what we call the organisation in whose disclosed directory exactly this certificate stands, or null. Its root is
   *   not ours, and need not be: that directory was judged, certificate and path, when it was taken. Without this nobody of
   *   another root comes in.
   */
  readonly identifyBeyond?: (linkCertificate: Uint8Array) => string | null;
  /** Told of connections that ended before they were one, by a word. */
  readonly refused?: (word: string) => void;
}

export interface CarrierEvents {
  /** One frame; the next is handed over when the promise resolves. */
  frame(bytes: Uint8Array): Promise<void> | void;
  closed(): void;
}

export interface TlsCarrier {
  readonly peer: string;
  readonly binding: Uint8Array;
  readonly isCounted: boolean;
  open(events: CarrierEvents): void;
  send(...pieces: readonly Uint8Array[]): Promise<void>;
  close(): void;
}

export interface TlsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** With this one both ends say when a mark has come; a station that does not know it speaks the plain one. */
const ALPN_COUNTED = 'tram/1.1';
const ALPNS = [ALPN_COUNTED, 'tram/1'];
const EXPORTER_LABEL = 'EXPORTER-tram-link';
const BINDING_BYTES = 32;
const HANDSHAKE_MS_MAX = 10_000;
const CONNECTIONS_MAX = 1_024;
/** Beyond this the socket waits; one more read of it may add to them. */
const WAITING_FRAMES_MAX = 16;
/** Handed over at a stretch: small ones come by the thousand in one read, and everybody else shares the thread. */
const FRAMES_AT_A_STRETCH = 64;
const WINDOW_BYTES_STEP = 16 * 1024;
const WINDOW_BYTES_MAX = 1024 * 1024;
/** How long the window may take to drain before it grows or shrinks. */
const WINDOW_MS_MIN = 20;
const WINDOW_MS_MAX = 60;

/**
 * Listens for neighbours.
 * @throws Refusal `port-in-use`
 */
export async function listenTls(
  options: TlsCarrierOptions, at: { readonly host: string; readonly port: number }, accept: (carrier: TlsCarrier) => void,
): Promise<TlsListener> {
  const server = createServer({
    ...contextOf(options.identity),
    requestCert: true,
    rejectUnauthorized: options.identifyBeyond === undefined,
    ALPNProtocols: ALPNS,
    handshakeTimeout: HANDSHAKE_MS_MAX,
    noDelay: true,
  });
  server.maxConnections = CONNECTIONS_MAX;
  const known = limitUnknown(server);
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    known(socket);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const carrier = carrierOver(socket, options);
    if (carrier !== null) accept(carrier);
  });
  server.on('tlsClientError', (_error, socket) => {
    options.refused?.('handshake-failed');
    socket.destroy();
  });
  await listening(server, at);
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : at.port,
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    }),
  };
}

/**
 * Calls a neighbour.
 * @param address `host:port`, `[v6]:port`
 * @throws Refusal `station-unreachable`; `peer-refused` where somebody else answers
 */
export async function dialTls(options: TlsCarrierOptions, peer: string, address: string): Promise<TlsCarrier> {
  const { host, port } = splitAddress(address);
  const socket = connect({
    ...contextOf(options.identity),
    host, port,
    ALPNProtocols: ALPNS,
    // The directory says who answers, not the name system: the certificate itself is compared.
    checkServerIdentity: () => undefined,
    rejectUnauthorized: options.identifyBeyond === undefined,
  });
  socket.setNoDelay(true);
  await secured(socket);
  const carrier = carrierOver(socket, options);
  if (carrier?.peer === peer) return carrier;
  socket.destroy();
  throw new Refusal('peer-refused', { peer });
}

function contextOf({ privateKey, chain, root }: TlsIdentity): SecureContextOptions {
  return {
    key: pem('PRIVATE KEY', privateKey),
    cert: chain.map((der) => pem('CERTIFICATE', der)).join(''),
    ca: pem('CERTIFICATE', root),
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ecdhCurve: 'X25519MLKEM768',
    sigalgs: 'mldsa65',
  };
}

function pem(label: string, der: Uint8Array): string {
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function splitAddress(address: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined) throw new Refusal('station-unreachable', { address });
  return { host, port: Number(port) };
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error?: unknown): void => {
      socket.destroy();
      reject(new Refusal('station-unreachable', { address: `${socket.remoteAddress ?? '?'}`, reason: reasonOf(error) }));
    };
    socket.setTimeout(HANDSHAKE_MS_MAX, () => fail({ code: 'ETIMEDOUT' }));
    socket.once('error', fail);
    const closed = (): void => fail();
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      socket.off('close', closed);
      socket.on('error', () => socket.destroy());
      resolve();
    });
  });
}

/** `ECONNREFUSED`, `ENOTFOUND`, `ERR_SSL_…`: the machine's short word; never a message. */
function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'closed';
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Refusal('port-in-use', { port }) : error);
    });
    server.listen(port, host, resolve);
  });
}

/** @returns null, the socket destroyed, where the other is not a station of the directory */
function carrierOver(socket: TLSSocket, { identify, identifyBeyond, refused }: TlsCarrierOptions): TlsCarrier | null {
  const certificate = socket.getPeerX509Certificate();
  const isTram = ALPNS.includes(socket.alpnProtocol || '') && socket.getProtocol() === 'TLSv1.3';
  const who = socket.authorized ? identify : identifyBeyond;
  const isShown = certificate !== undefined && isTram && (socket.authorized || isInTime(certificate));
  const peer = isShown ? who?.(new Uint8Array(certificate.raw)) ?? null : null;
  if (peer === null) {
    refused?.('peer-refused');
    socket.destroy();
    return null;
  }
  return new SocketCarrier(socket, peer);
}

/** What OpenSSL checks of a path to our own root, it cannot of another's. */
function isInTime({ validFromDate, validToDate }: X509Certificate): boolean {
  const now = new Date();
  return validFromDate <= now && now <= validToDate;
}

class SocketCarrier implements TlsCarrier {
  readonly peer: string;
  readonly binding: Uint8Array;
  readonly isCounted: boolean;
  readonly #socket: TLSSocket;
  readonly #reader = new FrameReader();
  /** Frames that came and were not handed over yet. */
  readonly #waiting: Uint8Array[] = [];
  #delivering = false;
  #isCorked = false;
  /** Bytes that may wait in this process before a sender does. */
  #windowBytes = 0;
  /** Resolves when what the socket holds back has gone; null while it takes more. */
  #drained: PromiseWithResolvers<void> | null = null;

  constructor(socket: TLSSocket, peer: string) {
    this.#socket = socket;
    this.peer = peer;
    this.isCounted = socket.alpnProtocol === ALPN_COUNTED;
    const exported = socket.exportKeyingMaterial(BINDING_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    this.binding = new Uint8Array(exported);
    const release = (): void => {
      this.#drained?.resolve();
      this.#drained = null;
    };
    socket.on('drain', release);
    socket.once('close', release);
  }

  open(events: CarrierEvents): void {
    const socket = this.#socket;
    if (socket.destroyed) return events.closed();
    socket.once('close', () => events.closed());
    socket.once('end', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      try {
        this.#waiting.push(...this.#reader.take(data));
      } catch {
        socket.destroy();
      }
      if (this.#waiting.length >= WAITING_FRAMES_MAX) socket.pause();
      if (!this.#delivering) void this.#deliver(events);
    });
  }

  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    this.#cork();
    let hasRoom = socket.write(frameLength(...pieces));
    for (const piece of pieces) hasRoom = socket.write(piece);
    if (hasRoom || socket.writableLength <= this.#windowBytes) return;
    const since = performance.now();
    this.#drained ??= Promise.withResolvers<void>();
    await this.#drained.promise;
    this.#adapt(performance.now() - since);
  }

  /** What is sent in one turn goes in as few TLS records and segments as it fits: on a narrow link each has its price. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#socket.uncork();
    });
  }

  /** A fast link is kept full; on a slow one next to nothing waits here, for what is urgent cannot overtake it. */
  #adapt(waitedMs: number): void {
    if (waitedMs < WINDOW_MS_MIN) this.#windowBytes = Math.min(WINDOW_BYTES_MAX, 2 * this.#windowBytes + WINDOW_BYTES_STEP);
    else if (waitedMs > WINDOW_MS_MAX) this.#windowBytes = Math.floor(this.#windowBytes / 4);
  }

  /** One frame at a time: each waits for its predecessor, and the socket for them where they are slow. */
  async #deliver({ frame }: CarrierEvents): Promise<void> {
    const socket = this.#socket;
    this.#delivering = true;
    let stretch = 0;
    try {
      for (let next = this.#waiting.shift(); next !== undefined && !socket.destroyed; next = this.#waiting.shift()) {
        await frame(next);
        stretch = (stretch + 1) % FRAMES_AT_A_STRETCH;
        if (stretch === 0) await nextTurn();
        if (this.#waiting.length === 0 && socket.isPaused()) socket.resume();
      }
    } catch {
      socket.destroy();
    } finally {
      this.#delivering = false;
    }
  }

  close(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    // What was sent last, a reason above all, shall still arrive; a peer that does not read is not waited for.
    socket.end(() => socket.destroy());
    socket.setTimeout(HANDSHAKE_MS_MAX, () => socket.destroy());
  }
}

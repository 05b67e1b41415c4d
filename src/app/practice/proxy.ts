/**
 * The practice province's weather: a proxy on loopback that stands on a link, counts what crosses it and can cut it.
 * It sees what a wiretapper would see: TLS records. Their lengths stand in the clear, so it knows how many bytes of
 * application data crossed, and nothing of what they are.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';
const RECORD_HEADER_BYTES = 5;
const APPLICATION_DATA = 23;
/** TLS 1.3: content type and tag in each protected record. */
const RECORD_OVERHEAD_BYTES = 17;

/** Bytes that crossed in one direction. */
export interface Crossed {
  wire: number;
  /** Inside protected records; the end of the handshake is counted too. */
  application: number;
}

export class Proxy {
  readonly toCaller: Crossed = { wire: 0, application: 0 };
  readonly toTarget: Crossed = { wire: 0, application: 0 };
  readonly #server: Server;
  readonly #pairs = new Set<{ caller: Socket; target: Socket }>();
  /** Who called while the line was dead, and waits for an answer still. */
  readonly #waiting = new Set<Socket>();
  #target: number;
  #open = true;
  #cutAt = Number.POSITIVE_INFINITY;
  #onCut: (() => void) | null = null;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((caller) => (this.#open ? this.#join(caller) : this.#keepWaiting(caller)));
  }

  /** Listens on loopback, on a free port unless one is given. @param target port on loopback; may be set later */
  static async listen(target = 0, port = 0): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(port, HOST, resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get wireBytes(): number {
    return this.toCaller.wire + this.toTarget.wire;
  }

  setTarget(port: number): void {
    this.#target = port;
  }

  /** Cuts the link once so many more wire bytes have gone to the caller. Resolves when it is cut. */
  cutAfter(bytesToCaller: number): Promise<void> {
    this.#cutAt = this.toCaller.wire + bytesToCaller;
    return new Promise((resolve) => (this.#onCut = resolve));
  }

  /**
   * Destroys every connection. Who calls now hears nothing, as on a dead line, and is answered once it is back: were they
   * refused, they would call again in their own time, up to a minute after, and whoever restored it would wait for that.
   */
  cut(): void {
    this.#open = false;
    this.#cutAt = Number.POSITIVE_INFINITY;
    for (const { caller, target } of this.#pairs) {
      caller.resetAndDestroy();
      target.resetAndDestroy();
    }
    this.#onCut?.();
    this.#onCut = null;
  }

  restore(): void {
    this.#open = true;
    for (const caller of this.#waiting) this.#join(caller);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    this.cut();
    for (const caller of this.#waiting) caller.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keepWaiting(caller: Socket): void {
    this.#waiting.add(caller);
    caller.on('error', () => undefined);
    caller.once('close', () => this.#waiting.delete(caller));
  }

  #join(caller: Socket): void {
    if (this.#target === 0) {
      caller.resetAndDestroy();
      return;
    }
    const target = connect(this.#target, HOST);
    const pair = { caller, target };
    this.#pairs.add(pair);
    for (const socket of [caller, target]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        caller.destroy();
        target.destroy();
        this.#pairs.delete(pair);
      });
    }
    this.#carry(caller, target, this.toTarget);
    this.#carry(target, caller, this.toCaller);
  }

  #carry(from: Socket, to: Socket, crossed: Crossed): void {
    const records = new RecordCounter(crossed);
    from.on('data', (all: Buffer) => {
      const room = crossed === this.toCaller ? this.#cutAt - crossed.wire : Number.POSITIVE_INFINITY;
      const bytes = all.length > room ? all.subarray(0, Math.max(0, room)) : all;
      crossed.wire += bytes.length;
      records.take(bytes);
      if (!to.write(bytes)) from.pause();
      if (bytes.length < all.length || crossed.wire >= this.#cutAt && crossed === this.toCaller) this.cut();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
  }
}

/** Follows the records of one connection in one direction. */
class RecordCounter {
  readonly #crossed: Crossed;
  readonly #header = new Uint8Array(RECORD_HEADER_BYTES);
  #headerFilled = 0;
  #bodyLeft = 0;

  constructor(crossed: Crossed) {
    this.#crossed = crossed;
  }

  take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, bytes.length - at);
        this.#bodyLeft -= step;
        at += step;
        continue;
      }
      this.#header[this.#headerFilled++] = bytes[at++]!;
      if (this.#headerFilled === RECORD_HEADER_BYTES) this.#beginRecord();
    }
  }

  #beginRecord(): void {
    const [type, , , high = 0, low = 0] = this.#header;
    this.#headerFilled = 0;
    this.#bodyLeft = high * 256 + low;
    if (type === APPLICATION_DATA) this.#crossed.application += Math.max(0, this.#bodyLeft - RECORD_OVERHEAD_BYTES);
  }
}

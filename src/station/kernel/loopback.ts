/**
 * Listening: at one address, whichever it is, and where `localhost` leads. That, by which pages are opened, leads to two
 * addresses, and browsers try ::1 first: whoever listens at one of them listens at both, or another user of the machine
 * would answer at the other.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Refusal } from '#core/refusals.ts';

export const LOCALHOST = 'localhost';
const ADDRESSES = ['127.0.0.1', '::1'];
/** Of a machine without IPv6, where no browser finds anybody at ::1 either. */
const LACKING: readonly unknown[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];
/** Of two addresses the port that one was lent may be another's at the other. */
const TRIES = 16;
/** A page of elsewhere whose name was made to point here still sends its own name. */
const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost|[a-z0-9-]+\.localhost)(?::\d{1,5})?$/i;

export interface Listening {
  /** The first, of two. */
  readonly address: string;
  readonly port: number;
  /** Takes no more connections; done when those that are open have ended. */
  close(): Promise<void>;
}

/** Whether `localhost` leads to an address. */
export function isLocalhost(address: string): boolean {
  return address === LOCALHOST || ADDRESSES.includes(address);
}

/** Whether a `host` header names this machine as only whoever is at it does. */
export function isLoopbackHost(host: string | undefined): boolean {
  return LOOPBACK_HOST.test(host ?? '');
}

/**
 * Where `localhost` leads to the address, at the other one too.
 * @param port 0 for any that is free at both
 * @throws Refusal `port-in-use`, also where somebody else has it at the other address
 */
export async function listenHere(server: Server, port: number, address: string = LOCALHOST): Promise<Listening> {
  const first = address === LOCALHOST ? ADDRESSES[0]! : address;
  const other = ADDRESSES.find((one) => isLocalhost(first) && one !== first);
  for (let tried = 1; ; tried++) {
    const twin = other === undefined ? null : await listenBeside(server, port, other);
    try {
      const bound = await listenAt(server, twin?.port ?? port, first);
      return { address: bound.address, port: bound.port, close: async () => void await Promise.all([closed(server), twin === null ? null : closed(twin.server)]) };
    } catch (error) {
      twin?.server.close();
      if (port !== 0 || twin === null || tried === TRIES) throw error;
    }
  }
}

/** Any address, also one that other machines reach. @throws Refusal `port-in-use` */
export function listenAt(server: Server, port: number, address: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(error.code === 'EADDRINUSE' ? new Refusal('port-in-use', { port }, { cause: error }) : error);
    server.once('error', failed);
    server.listen(port, address, () => {
      server.off('error', failed);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** An address that somebody chose, of this machine or not. @throws Refusal `port-in-use`, `address-unusable` */
export async function listenBeyond(server: Server, port: number, address: string): Promise<AddressInfo> {
  try {
    return await listenAt(server, port, address);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw cause instanceof Refusal ? cause : new Refusal('address-unusable', { address, port, reason: code ?? 'unknown' }, { cause });
  }
}

/** Who comes there is the server's. @returns null where the machine has no such address */
async function listenBeside(server: Server, port: number, address: string): Promise<{ server: Server; port: number } | null> {
  // As node:http has its own connections.
  const twin = createServer({ allowHalfOpen: true, noDelay: true });
  if (server.maxConnections !== undefined) shareLimit(server, twin);
  twin.on('connection', (socket) => void server.emit('connection', socket));
  try {
    return { server: twin, port: (await listenAt(twin, port, address)).port };
  } catch (error) {
    if (LACKING.includes((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

/** Each counts its own alone: what one of them holds is taken off what the other may. */
function shareLimit(server: Server, twin: Server): void {
  const most = server.maxConnections;
  const besides = new WeakSet<Socket>();
  const open = { here: 0, beside: 0 };
  const count = (where: keyof typeof open, by: number): void => {
    open[where] += by;
    server.maxConnections = most - open.beside;
    twin.maxConnections = most - open.here;
  };
  count('here', 0);
  twin.on('connection', (socket) => besides.add(socket));
  // It is told of those of both.
  server.prependListener('connection', (socket) => {
    const where = besides.has(socket) ? 'beside' : 'here';
    count(where, 1);
    socket.once('close', () => count(where, -1));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

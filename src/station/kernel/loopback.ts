/**
 * Listening on this machine alone. `localhost`, by which pages are opened, leads to two addresses, and browsers try ::1
 * first: whoever listens at one of them listens at both, or another user of the machine would answer at the other.
 */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Refusal } from '#core/refusals.ts';

export const LOCALHOST = 'localhost';
const ADDRESSES = ['127.0.0.1', '::1'];
/** Of a machine without IPv6, where no browser finds anybody at ::1 either. */
const LACKING: readonly unknown[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];
/** Of two addresses the port that one was lent may be another's at the other. */
const TRIES = 16;

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

/** @throws Refusal `port-in-use` */
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

/** Who comes there is the server's. @returns null where the machine has no such address */
async function listenBeside(server: Server, port: number, address: string): Promise<{ server: Server; port: number } | null> {
  // As node:http has its own connections.
  const twin = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void server.emit('connection', socket));
  twin.maxConnections = server.maxConnections;
  try {
    return { server: twin, port: (await listenAt(twin, port, address)).port };
  } catch (error) {
    if (LACKING.includes((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

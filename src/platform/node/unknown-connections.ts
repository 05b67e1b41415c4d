/** Connections that have not shown who they are: so many of one address, so that whoever has but one keeps no neighbour out. */
import type { Server, Socket } from 'node:net';

const OF_ONE_MAX = 64;

/**
 * Cuts off whoever has too many connections that have shown nothing yet.
 * @returns to be told of each that has
 */
export function limitUnknown(server: Server): (socket: Pick<Socket, 'remoteAddress' | 'remotePort'>) => void {
  /** By address, its ports. */
  const unknown = new Map<string, Set<number>>();
  const forget = (address: string, port: number): void => {
    const ports = unknown.get(address);
    ports?.delete(port);
    if (ports?.size === 0) unknown.delete(address);
  };
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const ports = unknown.get(address) ?? new Set();
    if (ports.size >= OF_ONE_MAX) return void socket.destroy();
    unknown.set(address, ports.add(port));
    socket.once('close', () => forget(address, port));
  });
  return ({ remoteAddress = '', remotePort = 0 }) => forget(remoteAddress, remotePort);
}

/** Calls that are sent on a connection before the one ahead of them was answered. Source: RFC 9112 §9.3.2. */
import type { ServerResponse } from 'node:http';

/**
 * No client of ours does so, nor does a browser. One packet of them would be a thousand calls of one connection, whose
 * answers wait in memory behind the first; and where such a connection ends, nobody tells those that wait.
 */
export function isPipelined(response: Pick<ServerResponse, 'socket'>): boolean {
  return response.socket === null;
}

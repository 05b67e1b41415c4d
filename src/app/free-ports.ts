import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { listenHere } from '#station/kernel/loopback.ts';

/**
 * Below the ports that systems lend to outgoing connections (RFC 6335 §6: from 49152; Linux: from 32768): one of those
 * may be lent to a passing connection between the time it is found free and the time somebody listens on it.
 */
const FIRST = 20_000;
const END = 32_000;

/** That many different ports of this machine on which nobody listens. @param range from, and up to without it, they are looked for */
export async function freePorts(count: number, [first, end]: readonly [number, number] = [FIRST, END]): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(first, end);
    if (!found.has(port) && await isFree(port)) found.add(port);
  }
  return [...found];
}

/** Whether a port of this machine can be listened on, wherever `localhost` leads. @param host an address of it */
export async function isFree(port: number, host?: string): Promise<boolean> {
  try {
    await (await listenHere(createServer(), port, host)).close();
    return true;
  } catch {
    return false;
  }
}

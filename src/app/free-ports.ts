import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { listenHere } from '#station/kernel/loopback.ts';

/**
 * Below the ports that systems lend to outgoing connections (RFC 6335 §6: from 49152; Linux: from 32768): one of those
 * may be lent to a passing connection between the time it is found free and the time somebody listens on it.
 */
const FIRST = 20_000;
const END = 32_000;

/** Each process looks first among some of its own: what one has found and does not listen on yet, another finds free too. */
const OWN = 50;
const TRIES_MAX = 4 * OWN;
/** Whoever was given one need not listen on it yet. */
const given = new Set<number>();

/** That many different ports of this machine on which nobody listens. @param range from, and up to without it, they are looked for first, and elsewhere once little is free there */
export async function freePorts(count: number, range: readonly [number, number] = ownRange()): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    const port = randomInt(...(tries < TRIES_MAX ? range : [FIRST, END] as const));
    if (given.size > (END - FIRST) / 2) given.clear();
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function ownRange(): [number, number] {
  const first = FIRST + OWN * (process.pid % ((END - FIRST) / OWN));
  return [first, first + OWN];
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

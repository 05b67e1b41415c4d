/**
 * An agent: a process of the same user that holds one device's ring keys until nobody has used them for a while, so that
 * commands need not ask for the passphrase each time. It answers on a socket in the device's folder, mode 0600. Whoever
 * may open that socket may use the device; nobody else is asked, and nobody else's socket is believed.
 * Source: docs/decisions/0029-an-agent-per-device.md.
 */
import { chmodSync, lstatSync, type Stats, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { base64url, fromBase64url } from '#core/bytes.ts';
import { type Clock, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { RingKeys } from '#client/keyring/ring-slots.ts';

const SOCKET_FILE = 'agent.sock';
/** Of a socket's path: 108 on Linux, its end included. */
const PATH_BYTES_MAX = 104;
const ASKED_BYTES_MAX = 256;
const ANSWER_BYTES_MAX = 1_024;
const ANSWER_MS_MAX = 2 * SECOND_MS;
const TICK_MS = 5 * SECOND_MS;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

type Ask = 'keys' | 'state' | 'lock';
const question = z.strictObject({ ask: z.enum(['keys', 'state', 'lock']) });
const answer = z.strictObject({
  ringKey: z.string().optional(),
  anchor: z.string().optional(),
  /** Until it locks by itself, if nobody asks for the keys. */
  idleMs: z.number(),
});
type Answer = z.output<typeof answer>;

export interface Agent {
  /** Resolves when it was locked and everything is erased. */
  readonly ended: Promise<void>;
  lock(): void;
}

/** The user that this process runs as; a parameter for tests. */
export type UserId = () => number;
const ownId: UserId = () => process.getuid?.() ?? -1;

/**
 * Holds keys until it is told to lock, or `idleMs` have passed since they were last used by the clock on the wall or by
 * the one that stands still while the machine sleeps.
 * @param keys are this agent's from now on: it erases them
 * @throws Refusal `agent-unavailable` where the folder is open to others, or its path too long
 */
export async function holdKeys(home: string, keys: RingKeys, idleMs: number, clock: Clock): Promise<Agent> {
  const socket = socketPath(home);
  if (!isPrivateFolder(home, ownId)) throw new Refusal('agent-unavailable', { folder: home, reason: 'open-to-others' });
  await clearStale(home, socket);
  let [usedAt, usedMs] = [clock.now(), clock.monotonicMs()];
  const left = (): number => Math.min(idleMs - (clock.now() - usedAt), idleMs - (clock.monotonicMs() - usedMs));
  const ended = Promise.withResolvers<void>();
  const talking = new Set<Socket>();
  let stopTick = (): void => {};
  const server = createServer((one) => {
    talking.add(one);
    one.on('close', () => talking.delete(one)).on('error', () => one.destroy());
    serve(one, (ask) => {
      if (left() <= 0 || ask === 'lock') {
        erase();
        // Whoever asked is answered first.
        process.nextTick(lock);
        return { idleMs: 0 };
      }
      if (ask === 'keys') [usedAt, usedMs] = [clock.now(), clock.monotonicMs()];
      return ask === 'keys' ? { ringKey: base64url(keys.ringKey), anchor: base64url(keys.anchor), idleMs: left() } : { idleMs: left() };
    });
  });
  const erase = (): void => {
    for (const secret of [keys.ringKey, keys.anchor]) secret.fill(0);
  };
  const lock = (): void => {
    erase();
    stopTick();
    if (!server.listening) return;
    server.close(() => ended.resolve());
    for (const one of talking) one.destroySoon();
  };
  const tick = (): void => {
    if (left() <= 0) lock();
    else stopTick = clock.after(Math.min(TICK_MS, left()), tick);
  };
  await listen(server, socket);
  tick();
  return { ended: ended.promise, lock };
}

/** The keys that an agent of this user holds for this device; null where there is none. Begins its idle time anew. */
export async function keysOfAgent(home: string, userId: UserId = ownId): Promise<RingKeys | null> {
  const said = await askAgent(home, 'keys', userId);
  const [ringKey, anchor] = [fromBase64url(said?.ringKey ?? '='), fromBase64url(said?.anchor ?? '=')];
  return ringKey?.length === 32 && anchor?.length === 32 ? { ringKey, anchor } : null;
}

/** Milliseconds until an agent locks by itself; null where there is none. */
export async function agentIdleMs(home: string): Promise<number | null> {
  return (await askAgent(home, 'state', ownId))?.idleMs ?? null;
}

/** @returns whether there was an agent */
export async function lockAgent(home: string): Promise<boolean> {
  return (await askAgent(home, 'lock', ownId)) !== null;
}

/** Only a socket that this user owns, closed to all others, in a folder where nobody else could have put it. */
function isOwn(home: string, socket: string, userId: UserId): boolean {
  const found = statOf(socket);
  return found !== null && found.isSocket() && found.uid === userId() && (found.mode & OTHERS) === 0 && isPrivateFolder(home, userId);
}

function isPrivateFolder(home: string, userId: UserId): boolean {
  const folder = statOf(home);
  return folder !== null && folder.isDirectory() && folder.uid === userId() && (folder.mode & OTHERS_WRITE) === 0;
}

function askAgent(home: string, ask: Ask, userId: UserId): Promise<Answer | null> {
  const socket = path.join(home, SOCKET_FILE);
  if (Buffer.byteLength(socket) > PATH_BYTES_MAX || !isOwn(home, socket, userId)) return Promise.resolve(null);
  return new Promise((resolve) => {
    let said = '';
    const one = connect(socket);
    one.setEncoding('utf8').setTimeout(ANSWER_MS_MAX, () => one.destroy());
    one.on('connect', () => one.write(`${JSON.stringify({ ask })}\n`));
    one.on('data', (text: string) => {
      said += text;
      if (said.length > ANSWER_BYTES_MAX) one.destroy();
    });
    one.on('error', () => one.destroy());
    one.on('close', () => resolve(parsed(answer, said)));
  });
}

function serve(one: Socket, reply: (ask: Ask) => Answer): void {
  let asked = '';
  one.setEncoding('utf8').setTimeout(ANSWER_MS_MAX, () => one.destroy());
  one.on('data', (text: string) => {
    asked += text;
    if (asked.length > ASKED_BYTES_MAX) one.destroy();
    if (!asked.includes('\n')) return;
    const known = parsed(question, asked);
    if (known === null) one.destroy();
    else one.end(`${JSON.stringify(reply(known.ask))}\n`);
  });
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function socketPath(home: string): string {
  const socket = path.join(home, SOCKET_FILE);
  if (Buffer.byteLength(socket) > PATH_BYTES_MAX) throw new Refusal('agent-unavailable', { folder: home, reason: 'path-too-long' });
  return socket;
}

/** A socket that nobody answers on is left from an agent that was killed. */
async function clearStale(home: string, socket: string): Promise<void> {
  if ((await agentIdleMs(home)) !== null) throw new Refusal('agent-unavailable', { folder: home, reason: 'held-already' });
  if (statOf(socket)?.isSocket() === true) unlinkSync(socket);
}

/** Made closed to others, not closed afterwards. */
function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = process.umask(OTHERS);
    server.once('error', (cause) => {
      process.umask(before);
      reject(new Refusal('agent-unavailable', { reason: 'socket' }, { cause }));
    });
    server.listen(socket, () => {
      process.umask(before);
      chmodSync(socket, 0o600);
      resolve();
    });
  });
}

function statOf(file: string): Stats | null {
  return lstatSync(file, { throwIfNoEntry: false }) ?? null;
}

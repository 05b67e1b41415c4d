/** Unlocks a device for a while: an agent holds its ring keys, and commands ask it instead of a person. `lock` ends it. */
import { MINUTE_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { agentIdleMs, holdKeys, lockAgent } from '../agent.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withRing } from '../device.ts';
import { homeOf, readDeviceFile } from '../homes.ts';
import { askSecret } from '../passphrases.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';

const MINUTES_DEFAULT = 15;
const MINUTES_MAX = 12 * 60;

export async function unlock(context: CliContext, values: Values): Promise<Outcome> {
  const home = homeOf(values, context.environment);
  const { device } = readDeviceFile(home);
  const minutes = values.number('minutes', 1, MINUTES_MAX) ?? MINUTES_DEFAULT;
  const { keyring: words } = context.words;
  if (values.flag('foreground')) return hold(context, values, { home, device, minutes });
  const left = await agentIdleMs(home);
  if (left !== null) return { json: { device, unlocked: true, idleMs: left }, lines: [fill(words.unlockedAlready, { device, minutes: Math.ceil(left / MINUTE_MS) })] };
  const passphrase = await askSecret(context, values, 'passphrase-file', fill(context.words.prompt.passphrase, { name: device }));
  await context.host.apart(['unlock', '--foreground', '--json', '--home', home, '--minutes', String(minutes), '--passphrase-file', '-'], passphrase);
  return { json: { device, unlocked: true, idleMs: minutes * MINUTE_MS }, lines: [placedLine(context, words.unlocked, { device, minutes })] };
}

export async function lock(context: CliContext, values: Values): Promise<Outcome> {
  const home = homeOf(values, context.environment);
  const { device } = readDeviceFile(home);
  const wasUnlocked = await lockAgent(home);
  return { json: { device, wasUnlocked }, lines: [fill(context.words.keyring[wasUnlocked ? 'locked' : 'lockedAlready'], { device })] };
}

/** The agent itself, until it is locked, told to stop, or nobody has used it for so long. */
async function hold(context: CliContext, values: Values, { home, device, minutes }: { home: string; device: string; minutes: number }): Promise<Outcome> {
  const { stop, clock, output, words } = context;
  const keys = await withRing(context, values, 'passphrase', async ({ ring: { keys: held } }) => {
    if (held === null) throw new Refusal('keyring-first-form');
    return { ringKey: held.ringKey.slice(), anchor: held.anchor.slice() };
  });
  const agent = await holdKeys(home, keys, minutes * MINUTE_MS, clock);
  stop.addEventListener('abort', () => agent.lock(), { once: true });
  if (stop.aborted) agent.lock();
  output.emit({ unlocked: device });
  await agent.ended;
  return { json: { device, wasUnlocked: true }, lines: [fill(words.keyring.locked, { device })] };
}

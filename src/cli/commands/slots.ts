/** Lists the ways to open a device's keyring, and removes one. */
import { equal } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { isOwnWay, type OpenKeyring } from '#client/keyring/keyring.ts';
import type { Slot } from '#wire/keyring.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withRing } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';

interface SlotLine {
  /** From 1, as `slots remove` takes it. */
  readonly slot: number;
  readonly kind: Slot['kind'];
  readonly created: number;
  /** Whether the ring can be kept by this one alone. */
  readonly counts: boolean;
  readonly card?: number;
  readonly tried?: number | null;
  readonly label?: string;
}

export function slots(context: CliContext, values: Values): Promise<Outcome> {
  return withRing(context, values, 'either', async ({ ring }) => listed(context, ring, []));
}

export function slotsRemove(context: CliContext, values: Values): Promise<Outcome> {
  const named = values.operand(0, 'SLOT');
  return withRing(context, values, 'either', async ({ ring }) => {
    const found = ring.slots.filter((slot, i) => slot.kind === named || String(i + 1) === named);
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) throw new Refusal('option-unknown', { option: named.slice(0, 32), words: linesOf(ring).map(({ slot, kind }) => `${slot} ${kind}`).join(', ') });
    await ring.removeSlots((slot) => equal(slot.lock.publicKey, only.lock.publicKey));
    return listed(context, ring, [fill(context.words.keyring.slotRemoved, { kind: context.words.keyring.slot[only.kind] })]);
  });
}

function listed(context: CliContext, ring: OpenKeyring, before: readonly string[]): Outcome {
  const { keyring: words } = context.words;
  const lines = linesOf(ring);
  const shown = lines.map((line) => shownLine(context, line));
  const advice = lines.some(({ kind }) => kind === 'card') ? [] : [placedLine(context, words.cardMissing)];
  return { json: { revision: ring.revision, slots: lines }, lines: [...before, ...shown, ...advice] };
}

function shownLine(context: CliContext, { slot, kind, created, label, card, tried }: SlotLine): string {
  const { words: { keyring: words }, timeZone } = context;
  const what = label === undefined ? words.slot[kind] : `${words.slot[kind]} – ${label}`;
  const since = `${slot}  ${what}, ${fill(words.slotSince, { time: formatInstant(created, timeZone) })}`;
  if (card === undefined) return since;
  const isTried = tried !== null && tried !== undefined;
  return `${since}; ${placedLine(context, isTried ? words.cardTried : words.cardUntried, { number: card, time: isTried ? formatInstant(tried, timeZone) : '' })}`;
}

function linesOf({ slots: present }: OpenKeyring): SlotLine[] {
  return present.map((slot, i): SlotLine => {
    const line = { slot: i + 1, kind: slot.kind, created: slot.created, counts: isOwnWay(slot) };
    if (slot.kind === 'card') return { ...line, card: slot.number, tried: slot.tried ?? null };
    return slot.kind === 'passkey' ? { ...line, label: slot.label } : line;
  });
}

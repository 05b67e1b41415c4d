import { nextHop } from '#model/routes.ts';
import { cutOff, type Stranded, strandedBy } from '#station/dispatch/stranded.ts';
import type { Facts } from './facts.ts';

export async function strandedAt(facts: Facts): Promise<Stranded[]> {
  const { db } = facts;
  const room = roomOf(facts);
  return db === null || room === null ? [] : strandedBy(room, (text) => db.rows<never>(text));
}

/** Of these offices those that a way leads to from here: what is kept for them somebody refused. */
export function reachedOf(facts: Facts, offices: readonly string[]): string[] {
  const room = roomOf(facts);
  const unreached = room === null ? null : cutOff(room, offices);
  return offices.filter((office) => unreached?.has(office) !== true);
}

function roomOf({ directory, identity, outside }: Facts): Parameters<typeof strandedBy>[0] | null {
  if (directory === null || identity === null) return null;
  const { station } = identity;
  return { view: () => directory, station, clock: { now: () => outside.now() }, outbox: { nextHop: (to: string) => nextHop(directory, station, to) } as Parameters<typeof strandedBy>[0]['outbox'] };
}

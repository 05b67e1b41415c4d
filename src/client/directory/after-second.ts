/**
 * What a second signature brought about and leaves to be done: keys of offices that somebody had who is gone now, made anew
 * where this device may; and old keys that nobody has declared yet though the device that had them is in others' hands.
 */
import type { DirectoryView, Ending } from '#model/directory-view.ts';
import { mayBeKnown } from '#model/exposure.ts';
import { whoMay } from '#model/rights.ts';
import { plansOf } from './countersigning.ts';
import { type KeysAfter, keysAfter, lackKeys } from './keys-after.ts';
import type { Proposed } from './registrar-desk.ts';
import type { Session } from '../session.ts';

export interface Undeclared {
  readonly office: string;
  readonly persons: readonly string[];
  readonly reason: NonNullable<Ending['endReason']>;
}

export interface AfterSecond {
  readonly keys: KeysAfter;
  readonly undeclared: readonly Undeclared[];
}

/** @param before the directory as it was when the entries were shown */
export async function afterSecond(session: Session, before: DirectoryView, entries: readonly Uint8Array[], proposed: Proposed): Promise<AfterSecond> {
  if (proposed.outcome !== 'sequenced') return { keys: { rolled: [], left: [] }, undeclared: [] };
  const { view } = session;
  const now = session.now();
  const offices = before.offices().map(({ office }) => office).filter((office) => !lackKeys(before, office, now) && lackKeys(view, office, now));
  const undeclared = undeclaredOf(before, view, entries, now);
  return { keys: await keysAfter(session, offices, proposed), undeclared };
}

function undeclaredOf(before: DirectoryView, view: DirectoryView, entries: readonly Uint8Array[], now: number): Undeclared[] {
  const found = new Map<string, Undeclared>();
  for (const plan of plansOf(entries)) {
    if (plan.kind !== 'end' || plan.body.what !== 'device' || !mayBeKnown(plan.body.reason)) continue;
    const device = before.device(plan.body.code);
    // Declared before, and only dated sooner: its keys were said then.
    if (device === null || device.exposedAt !== null) continue;
    const { person } = device;
    for (const { office } of before.offices()) {
      const had = before.keysHad(plan.body.code, office, now).filter(({ purpose }) => purpose === 'storage').map(({ number }) => number);
      const isStill = view.officeKeys(office, 'storage').some(({ number, endedBy }) => had.includes(number) && endedBy === null);
      const persons = whoMay(view, 'make the keys', office, now).map((one) => one.person).filter((one) => one !== person);
      if (isStill) found.set(office, { office, persons, reason: plan.body.reason });
    }
  }
  return [...found.values()];
}

/** The registers of whoever works here: one worker for each open device, from unlocking until locking. */
import { type OpenRegisters, openRegisters } from '#client/registers/index-desk.ts';
import type { Session } from '#client/session.ts';
import type { Outside } from '../outside.ts';

const open = new Map<Session, OpenRegisters>();

/** @param isKept whether this browser keeps what the device opened, sealed: not for practice people, who are nobody's own */
export function registersOf(session: Session, { registers }: Pick<Outside, 'registers'>, isKept: boolean): OpenRegisters {
  const found = open.get(session);
  if (found !== undefined) return found;
  const opened = openRegisters(session, registers, isKept);
  open.set(session, opened);
  // Whoever loads the page anew finds the files free. A page that is kept aside is locked as it goes, and loads itself anew.
  if (isKept) addEventListener('pagehide', () => opened.close(), { once: true });
  return opened;
}

/** Ends the worker, so that no line stays in memory. @returns when what was to be kept is kept */
export async function closeRegisters(session: Session): Promise<void> {
  const found = open.get(session);
  open.delete(session);
  if (found === undefined) return;
  await found.flush().catch(() => undefined);
  found.close();
}

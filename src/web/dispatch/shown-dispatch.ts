/** Everything that a page shows of one dispatch, fetched and verified: what an office may not see yet stays out of it. */
import { isAway } from '#client/away.ts';
import { lookAtDispatch, type ReadDispatch } from '#client/dispatch/incoming.ts';
import { followRegister, type RegisterPlace } from '#client/registers/register-book.ts';
import { mayRead, type RegisterDirection, type RegisterRow } from '#client/registers/register-index.ts';
import type { Session } from '#client/session.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import { Refusal } from '#core/refusals.ts';
import { sameOffice } from '#model/resealing.ts';

export interface ShownDispatch {
  readonly dispatch: string;
  readonly direction: RegisterDirection;
  readonly trace: Trace;
  /** As the register has it; null where this person sees no register. */
  readonly row: RegisterRow | null;
  /** Null where it may not be read yet, or cannot be. */
  readonly read: ReadDispatch | null;
  /** Why it could not be read. */
  readonly closed: Refusal | null;
}

/** @throws Refusal `dispatch-unknown`, `not-entitled`, `station-unreachable` and those of traceDispatch */
export async function showDispatch(session: Session, place: RegisterPlace, office: string, dispatch: string, signal: AbortSignal): Promise<ShownDispatch> {
  const trace = await traceDispatch(session, dispatch, signal);
  const direction = sameOffice(trace.header.from, { organisation: session.view.organisation.id, office }) ? 'out' : 'in';
  const row = await rowOf(session, place, office, direction, dispatch, signal);
  const shown = { dispatch, direction, trace, row } as const;
  // What an arrival says is nobody's to see before the office opened it.
  if (row === null || !mayRead(row)) return { ...shown, read: null, closed: null };
  try {
    return { ...shown, read: await lookAtDispatch(session, dispatch, office, signal), closed: null };
  } catch (error) {
    if (!(error instanceof Refusal) || isAway(error)) throw error;
    return { ...shown, read: null, closed: error };
  }
}

/** The line in the register: what is new first, the whole of it only where the line is not there. */
async function rowOf(session: Session, place: RegisterPlace, office: string, direction: RegisterDirection, dispatch: string, signal: AbortSignal): Promise<RegisterRow | null> {
  for (const isWhole of [false, true]) {
    // Without the station the line is the one that is kept here.
    await followRegister(session, place, office, direction, { isWhole, signal }).catch((error: unknown) => { if (!isAway(error)) throw error; });
    const row = await place.row(office, direction, dispatch);
    if (row !== null) return row;
  }
  return null;
}

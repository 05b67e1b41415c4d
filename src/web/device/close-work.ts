/** What follows an open device through the rooms, ended together: what was to be kept is kept, sealed. */
import type { Session } from '#client/session.ts';
import { closeLongWork } from './long-work.ts';
import { closeOutbox } from './outbox.ts';
import { closeRegisters } from './registers.ts';
import { closeUnfinished } from './unfinished.ts';

/** @returns when what was to be kept is kept */
export function closeWork(session: Session): Promise<unknown> {
  closeLongWork(session);
  return Promise.all([closeRegisters(session), closeOutbox(session), closeUnfinished(session)]);
}

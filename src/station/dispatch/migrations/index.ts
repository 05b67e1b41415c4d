/** The dispatch room's migrations, by name. */
import { up as dispatch } from './0004-dispatch.ts';
import { up as arrivals } from './0031-arrivals.ts';
import { up as resealed } from './0032-resealed.ts';
import { up as suspected } from './0061-suspected.ts';
import { up as earlyReceipts } from './0092-early-receipts.ts';
import { up as earlyBringer } from './0113-early-bringer.ts';
import { up as asked } from './0123-asked.ts';
import { up as about } from './0124-about.ts';
import { up as unused } from './0128-unused.ts';
import { up as ownNotes } from './0156-own-notes.ts';
import { up as again } from './0160-again.ts';
import { up as back } from './0162-back.ts';
import { up as noteWays } from './0163-note-ways.ts';
import { up as saidAgain } from './0164-said-again.ts';
import { up as noteSince } from './0165-note-since.ts';

export const dispatchMigrations = {
  '0004-dispatch': { up: dispatch }, '0031-arrivals': { up: arrivals }, '0032-resealed': { up: resealed }, '0061-suspected': { up: suspected },
  '0092-early-receipts': { up: earlyReceipts }, '0113-early-bringer': { up: earlyBringer }, '0123-asked': { up: asked },
  '0124-about': { up: about }, '0128-unused': { up: unused }, '0156-own-notes': { up: ownNotes },
  '0160-again': { up: again }, '0162-back': { up: back }, '0163-note-ways': { up: noteWays },
  '0164-said-again': { up: saidAgain }, '0165-note-since': { up: noteSince },
};

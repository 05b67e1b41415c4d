/** The people room's migrations, by name. */
import { up as people } from './0002-people.ts';
import { up as keys } from './0030-keys.ts';
import { up as keyring } from './0040-keyring.ts';
import { up as pending } from './0050-pending.ts';
import { up as peers } from './0090-peers.ts';
import { up as peerRefusal } from './0091-peer-refusal.ts';
import { up as escrow } from './0100-escrow.ts';
import { up as ownWord } from './0110-own-word.ts';
import { up as peerRefusalTold } from './0112-peer-refusal-told.ts';
import { up as deviceRequests } from './0121-device-requests.ts';
import { up as brought } from './0129-brought.ts';
import { up as verified } from './0131-verified.ts';
import { up as requestEnded } from './0133-request-ended.ts';
import { up as untold } from './0148-untold.ts';
import { up as requestOrigin } from './0149-request-origin.ts';
import { up as pendingAsked } from './0153-pending-asked.ts';
import { up as pendingWithdrawn } from './0154-pending-withdrawn.ts';

export const peopleMigrations = {
  '0002-people': { up: people }, '0030-keys': { up: keys }, '0040-keyring': { up: keyring }, '0050-pending': { up: pending },
  '0090-peers': { up: peers }, '0091-peer-refusal': { up: peerRefusal }, '0100-escrow': { up: escrow },
  '0110-own-word': { up: ownWord }, '0112-peer-refusal-told': { up: peerRefusalTold },
  '0121-device-requests': { up: deviceRequests }, '0129-brought': { up: brought }, '0131-verified': { up: verified }, '0133-request-ended': { up: requestEnded },
  '0148-untold': { up: untold }, '0149-request-origin': { up: requestOrigin }, '0153-pending-asked': { up: pendingAsked }, '0154-pending-withdrawn': { up: pendingWithdrawn },
};

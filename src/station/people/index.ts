/**
 * The people room: the directory log and who is in it, log-in of devices, office keys on their way to devices. Its only
 * door. Everybody asks it for the directory's view; the links bring and take its entries.
 */

import type { LogOffer } from '#model/directory-log.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Route } from '#station/kernel/http-routes.ts';
import { Challenges } from './challenges.ts';
import type { PeopleDeps } from './deps.ts';
import { deviceRequestRoutes } from './device-request-routes.ts';
import { DeviceRequests } from './device-requests.ts';
import { DirectoryReplica, type Proposed } from './directory-replica.ts';
import { escrowRoutes } from './escrow-routes.ts';
import { EscrowShares } from './escrow-shares.ts';
import type { Proposer } from './forwarding.ts';
import { Gates } from './gates.ts';
import { KeyLife } from './key-life.ts';
import { keyRoutes } from './key-routes.ts';
import { KeyWraps } from './key-wraps.ts';
import { PendingProposals } from './pending-proposals.ts';
import { pendingRoutes } from './pending-routes.ts';
import { type HeldPeer, PeerDirectories } from './peer-directories.ts';
import { peerRoutes } from './peer-routes.ts';
import { OpaqueLogIn } from './opaque-log-in.ts';
import { type Caller, demandRegistrar } from './policy.ts';
import { RingCopies } from './ring-copies.ts';
import { ringRoutes } from './ring-routes.ts';
import { peopleRoutes } from './routes.ts';
import { Sessions } from './sessions.ts';

export { peopleMigrations } from './migrations/index.ts';
export type { Caller, HeldPeer, PeopleDeps, Proposed };

export interface People {
  /** The directory as it is now. @throws Refusal `data-folder-empty` before the first receive */
  view(): DirectoryView;
  readonly isEmpty: boolean;
  readonly isSequencer: boolean;
  /** @param neighbour whose note brought them; none for what this station says itself */
  propose(entries: readonly Uint8Array[], neighbour?: string): Promise<Proposed>;
  /** Takes back what this station lost, by the checkpoint that covers exactly the log that ends with it. */
  takeBack(entries: readonly Uint8Array[], checkpoint: Uint8Array, by: Proposer): Promise<Proposed>;
  /** Verifies and takes in what a neighbour, an admission or a founding brought. */
  receive(offer: LogOffer): Promise<void>;
  entriesFrom(from: number, count?: number): Promise<LogOffer & { readonly size: number }>;
  /** The newest checkpoint, a signed note. */
  checkpoint(): Uint8Array;
  onGrown(listener: () => void): () => void;
  /** What other organisations show. */
  readonly peerDirectories: PeerDirectories;
  /** For the HTTP server. */
  authenticate(token: string): Promise<Caller | null>;
  /** Whether the session behind a caller still stands; asking does not prolong it. */
  stands(caller: Caller): boolean;
  /** For the HTTP server: whether a call that is under way may go on. */
  mayGoOn(caller: Caller): boolean;
  readonly wraps: KeyWraps;
  /** New devices that wait for a registrar. */
  readonly requests: Pick<DeviceRequests, 'waiting' | 'onChange' | 'bring'>;
  /** What waits for a second registrar. */
  readonly proposals: Pick<PendingProposals, 'waiting' | 'onChange'>;
  /** Erases what no entry but time has ended: wraps of a holding that has lapsed, requests of devices. */
  sweep(): Promise<void>;
  /** Devices' sessions that have not lapsed. */
  sessionCount(): number;
  /** Who signs changes of the directory sees what is for who looks after the organisation. @throws Refusal `registrar-required` */
  demandRegistrar(caller: Pick<Caller, 'person'>): void;
  readonly routes: readonly Route[];
}

/** @throws Refusal `database-damaged` */
export async function createPeople(deps: PeopleDeps): Promise<People> {
  const directory = await DirectoryReplica.open(deps);
  const peerDirectories = await PeerDirectories.open(deps, directory);
  const view = () => directory.view();
  const { clock, random, provider, station } = deps;
  const challenges = new Challenges({ clock, random, hash: provider.hash });
  const sessions = new Sessions(deps, view, challenges);
  const gates = new Gates(provider, station, challenges);
  const copies = new RingCopies(deps, view);
  const opaque = new OpaqueLogIn(deps, view, { copies, sessions, gates });
  // What fails now is done when the directory next grows.
  directory.onGrown(() => void copies.eraseEnded().catch(() => undefined));
  const requests = new DeviceRequests(deps, view);
  directory.onGrown(() => void requests.sweep().catch(() => undefined));
  const proposals = new PendingProposals(deps, () => directory.state());
  const wraps = new KeyWraps(deps, view);
  return {
    view,
    get isEmpty() { return directory.isEmpty; },
    get isSequencer() { return directory.isSequencer; },
    takeBack: (entries, checkpoint, by) => directory.takeBack(entries, checkpoint, by),
    propose: (entries, neighbour) => directory.propose(entries, neighbour === undefined ? undefined : { neighbour }),
    receive: (offer) => directory.receive(offer),
    entriesFrom: (from, count) => directory.entriesFrom(from, count),
    checkpoint: () => directory.checkpoint,
    onGrown: (listener) => directory.onGrown(listener),
    peerDirectories,
    authenticate: (token) => sessions.authenticate(token),
    stands: (caller) => sessions.stands(caller),
    mayGoOn: (caller) => sessions.mayGoOn(caller),
    wraps,
    requests, proposals,
    sweep: async () => {
      await directory.eraseLapsed();
      await requests.sweep();
    },
    sessionCount: () => sessions.count(),
    demandRegistrar: (caller) => demandRegistrar({ view: view(), station: deps.station, now: deps.clock.now() }, caller),
    routes: [
      ...peopleRoutes(deps, { directory, sessions, wraps }), ...ringRoutes({ copies, gates, opaque }, view),
      ...keyRoutes(new KeyLife(deps, view)), ...escrowRoutes(new EscrowShares(deps, view)),
      ...peerRoutes(deps, peerDirectories, view),
      ...deviceRequestRoutes(requests),
      ...pendingRoutes(proposals),
    ],
  };
}

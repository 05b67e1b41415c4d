/**
 * The dispatch room: it owns items (envelopes and notes), from upload and draft to acceptance, custody, arrival,
 * receipts and registers. Its only door. It implements `Traffic` for the links and uses their `Outbox`; the people
 * room gives it the directory.
 */

import type { Instant } from '#core/clock.ts';
import type { Route } from '#station/kernel/http-routes.ts';
import type { Transaction } from '#station/kernel/store.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import type { Traffic } from '../links/index.ts';
import type { Precedence } from '#wire/names.ts';
import { Acceptance } from './acceptance.ts';
import { arrivedAs } from './arrivals.ts';
import { DispatchAudience } from './audience.ts';
import { BatchSigner } from './batch-signer.ts';
import { Borders } from './borders.ts';
import { Custody } from './custody.ts';
import { Deliveries } from './deliveries.ts';
import { DEFAULT_LIMITS, type DispatchDeps, type DispatchLimits, type Room, type WaitingCopy } from './deps.ts';
import { Downloads } from './downloads.ts';
import { Drafts } from './drafts.ts';
import { EarlyReceipts } from './early-receipts.ts';
import { Expiry, type Unknown } from './expiry.ts';
import { Handover } from './handover.ts';
import { HeadChecker } from './head.ts';
import { Holding } from './holding.ts';
import { Inquiries } from './inquiries.ts';
import { MovedHere } from './moved-here.ts';
import { NoteWays } from './note-ways.ts';
import { Notes } from './notes.ts';
import { Numbers } from './numbers.ts';
import { PartReading } from './part-reading.ts';
import { Parts } from './parts.ts';
import { Receipts } from './receipts.ts';
import { Register } from './register.ts';
import { Reroute } from './reroute.ts';
import { Exposure } from './exposure.ts';
import { Resealing } from './resealing.ts';
import { Retry, Soon, type Which } from './retry.ts';
import { Arrivals } from './rewraps.ts';
import { dispatchRoutes, type DispatchNouns } from './routes.ts';
import { strandedIn, type Stranded } from './stranded.ts';
import type { DispatchTables } from './tables.ts';
import { TakenBack } from './taken-back.ts';
import { Traces } from './trace.ts';

export { dispatchMigrations } from './migrations/index.ts';
export type { DispatchDeps, DispatchLimits, DispatchNouns, Stranded, Unknown, WaitingCopy };

export interface Dispatch extends DispatchNouns {
  readonly traffic: Traffic;
  readonly routes: readonly Route[];
  readonly expiry: Expiry;
  /** Asks after what is late. @returns when to do so again */
  chase(): Promise<Instant>;
  /** For the feed. */
  readonly audience: DispatchAudience;
  /** Sends signed directory entries to another station (the sequencer's) as a note. @throws Refusal `no-route` */
  propose(station: string, entries: readonly Uint8Array[]): Promise<void>;
  /** Sends the request of a new device to another station as a note, in that commit. @returns false where there is no way now */
  carryRequest(tx: Transaction, station: string, request: Uint8Array): Promise<boolean>;
  /** Under which precedence dispatches arrived here, by hexadecimal id. */
  arrivedAs(ids: readonly Uint8Array[]): Promise<ReadonlyMap<string, Precedence>>;
  /** What is held here and no way leads on with. */
  stranded(): Promise<Stranded[]>;
  /** Goes on with what a stop or crash left waiting; also after routes have changed. */
  resume(): void;
  /** That neighbour knows more than it did: what it refused is offered again. */
  showed(neighbour: string): void;
}

export function createDispatch(deps: DispatchDeps): Dispatch {
  const room = roomOf(deps);
  const parts = new Parts(room);
  const numbers = new Numbers(room);
  const drafts = new Drafts(room, numbers);
  const holding = new Holding(room, parts);
  const deliveries = new Deliveries(room);
  const receipts: Receipts = new Receipts(room, deliveries, () => notes.wake());
  const early = new EarlyReceipts(room, receipts);
  const inquiries: Inquiries = new Inquiries(room, (...told) => notes.send(...told));
  const noteWays = new NoteWays(room);
  const notes: Notes = new Notes(room, { receipts, early, inquiries, ways: noteWays });
  const acceptance = new Acceptance(room, { parts, drafts, numbers, receipts, holding, early });
  const borders: Borders = new Borders(room, holding, (...refused) => handover.refused(...refused));
  const handover: Handover = new Handover(room, { holding, receipts, notes, borders, tryAgain: () => ways(), tryAgainLater: () => soon.refused() });
  const traffic = trafficOf(new Custody(room, { heads: new HeadChecker(room), holding, parts, receipts, notes, deliveries, takenBack: new TakenBack(room, holding, receipts) }), handover);
  const resealing = new Resealing(room, { holding, receipts });
  const register = new Register(room);
  const movedHere = new MovedHere(room, { holding, receipts, deliveries, onHomeward: () => notes.wake() });
  const retry = new Retry(room, holding, movedHere);
  const ways: (which?: Which) => void = waysOf({ borders, reroute: new Reroute(room, holding, movedHere), retry, noteWays, early }, room.onFault);
  const soon = new Soon(room, () => ways('given-back'));
  const arrivals = new Arrivals(room);
  const traces = new Traces(room, holding, arrivals);
  const nouns = { parts, reading: new PartReading(room), drafts, numbers, acceptance, receipts, register, traces, downloads: new Downloads(room, traces), arrivals, resealing, exposure: new Exposure(room) };
  return {
    ...nouns,
    traffic,
    routes: dispatchRoutes(nouns),
    expiry: new Expiry(room, numbers, parts),
    chase: () => inquiries.chase(),
    audience: new DispatchAudience(room),
    propose: (station, entries) => notes.propose(station, entries),
    carryRequest: (tx, station, request) => notes.carryRequest(tx, station, request),
    arrivedAs: (ids) => arrivedAs(room, ids),
    stranded: () => strandedIn(room),
    resume() {
      notes.wake();
      ways();
    },
    showed(neighbour) {
      ways({ by: neighbour });
    },
  };
}

interface Passes {
  readonly borders: Borders;
  readonly reroute: Reroute;
  readonly retry: Retry;
  readonly noteWays: NoteWays;
  readonly early: EarlyReceipts;
}

/** One pass after another over what waits and what was refused, or over some of what was refused; asked while one runs, another follows. */
function waysOf({ borders, reroute, retry, noteWays, early }: Passes, onFault: Room['onFault']): (which?: Which) => void {
  /** By neighbour, or what is in `Which`. */
  const asked = new Map<string, Which>();
  let isRunning = false;
  const pass = async (which: Which): Promise<void> => {
    if (which === 'all') await borders.sweep();
    if (which === 'all') await reroute.move();
    await retry.again(which);
    await noteWays.again(which);
    if (which === 'all') await early.again();
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    try {
      for (let next = asked.entries().next().value; next !== undefined; next = asked.entries().next().value) {
        asked.delete(next[0]);
        await pass(next[1]);
      }
    } finally {
      isRunning = false;
    }
  };
  return (which = 'all') => {
    asked.set(typeof which === 'string' ? which : `by ${which.by}`, which);
    if (!isRunning) run().catch((error: unknown) => onFault?.(error));
  };
}

function roomOf(deps: DispatchDeps): Room {
  return {
    ...deps,
    tables: deps.store.of<DispatchTables>(),
    signing: new BatchSigner(deps),
    verified: new VerifiedRoots(),
    limits: limitsOf(deps.limits),
  };
}

/** Whatever is told, dispatches are refused later than parts. */
function limitsOf(told: DispatchDeps['limits']): Room['limits'] {
  const limits = { ...DEFAULT_LIMITS, ...told };
  return { ...limits, floorBytes: Math.min(limits.floorBytes, limits.reserveBytes) };
}

/** What the links ask of this room: what they bring, and what they take away. */
function trafficOf(custody: Custody, handover: Handover): Traffic {
  return {
    examine: (offered) => custody.examine(offered),
    judgedBy: (offered) => custody.judgedBy(offered),
    accept: (received, also) => custody.accept(received, also),
    load: (item, peer) => handover.load(item, peer),
    letGo: (...said) => handover.letGo(...said),
    lost: (...said) => handover.lost(...said),
    header: (id, sealing) => handover.header(id, sealing),
    leaves: (part) => handover.leaves(part),
    keepLeaves: (part, leaves) => handover.keepLeaves(part, leaves),
    delivered: (...said) => handover.delivered(...said),
    refusalOf: (...said) => handover.refusalOf(...said),
    refused: (...said) => handover.refused(...said),
  };
}

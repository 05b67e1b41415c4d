/** What can be seen of a world from outside, as plain data: the checkers read this and nothing else. */
import { fromHex, hex } from '#core/bytes.ts';
import { event as eventCodec, eventFields, type EventFields } from '#wire/event.ts';
import { decodeCheckpoint } from '#wire/checkpoint.ts';
import { decodeNote } from '#wire/note.ts';
import { receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { audit } from './audit.ts';
import { MARKER } from './desk.ts';
import { filesOf } from './folders.ts';
import { onPair } from './network.ts';
import { type Read, readAll } from './reading.ts';
import type { Attempt } from './staff.ts';
import type { Site, World } from './world.ts';

export interface SeenEvent {
  readonly kind: string;
  readonly subject: string | null;
  readonly facts: EventFields;
  /** By the station's clock. */
  readonly time: number;
  /** That, less what that may be off by its own word. */
  readonly noEarlierThan: number;
}

export interface SeenLink {
  readonly peer: string;
  readonly lastSent: number;
  readonly received: number;
  readonly queued: number;
  /** Whether the directory has ended it, whatever was under way. */
  readonly hasEnded: boolean;
}

/** A line of a register of an office here: a number that was given, and what it was given to. */
export interface SeenNumber {
  readonly office: string;
  readonly direction: string;
  readonly series: string;
  readonly number: number;
  readonly state: string;
  readonly dispatch: string | null;
}

/** What a station signed of a copy that it had. */
export interface SeenWord {
  readonly kind: string;
  readonly id: string;
  readonly sealing: number;
  readonly office: string;
  readonly time: number;
  /** Who brought it; null where that is not said. */
  readonly previousHop: string | null;
}

export interface SeenStation {
  readonly code: string;
  readonly office: string;
  /** How often its disk was lost and an older copy put in its place. */
  readonly restores: number;
  /** Whether the directory has ended it. */
  readonly hasLeft: boolean;
  /** Size and root of its ledger, and of the directory that it holds. */
  readonly head: string;
  readonly directory: string;
  readonly events: readonly SeenEvent[];
  /** Names of the sealed blobs, with their sizes. */
  readonly blobs: ReadonlyMap<string, number>;
  readonly links: readonly SeenLink[];
  readonly numbers: readonly SeenNumber[];
  /** What came for its offices, with its state and whether it is marked as perhaps twice. */
  readonly deliveries: readonly { readonly id: string; readonly office: string; readonly state: string; readonly isSuspected: boolean }[];
  /** Checkpoints of the neighbours' ledgers that it kept, each with the root that the neighbour itself has at that size. */
  readonly witnessed: readonly { readonly origin: string; readonly kept: string; readonly own: string }[];
  /** Its own words about each dispatch that somebody dropped. */
  readonly words: readonly SeenWord[];
  /** What its offices read when they open what arrived. */
  readonly read: readonly Read[];
  /** What an audit of it names; nothing where the world is not audited. */
  readonly faults: readonly string[];
  /** Places that hold the plaintext marker. */
  readonly plaintext: readonly string[];
}

export interface Observation {
  /** What the plan has: how many dispatches, and the stations by code. */
  readonly planned: { readonly dispatches: number; readonly stations: readonly string[] };
  /** What was begun and has not ended. */
  readonly unfinished: readonly string[];
  readonly sent: readonly {
    readonly id: string; readonly from: string; readonly to: readonly string[]; readonly accepted: boolean; readonly wasForgotten: boolean; readonly refusal: string | null; readonly expires: number | null;
    readonly parts: readonly { readonly root: string; readonly size: number }[];
  }[];
  readonly promised: readonly { readonly station: string; readonly peer: string; readonly id: string; readonly lost: boolean; readonly isForgotten: boolean }[];
  readonly broughtBefore: readonly { readonly station: string; readonly office: string; readonly id: string }[];
  readonly stations: readonly SeenStation[];
  /** Size and root of the directory that the registrar signed. */
  readonly directory: string;
  /** What people tried after they had left. */
  readonly attempts: readonly Attempt[];
  /** What somebody did with a station that has left. */
  readonly dealings: readonly string[];
  /** What went before something more urgent that waited. */
  readonly overtaken: readonly string[];
  /** Frames a minute, of each kind, after everything had come home. */
  readonly idleFrames: ReadonlyMap<string, number>;
  readonly links: number;
}

export async function observe(world: World, idleFrames: ReadonlyMap<string, number>): Promise<Observation> {
  const stations: SeenStation[] = [];
  const dropped = new Set([...world.sites.values()].flatMap(({ disk }) => disk.inspect(`select dispatch from receipt where kind = 'dropped'`)).map(({ dispatch }) => hex(dispatch as Uint8Array)));
  for (const site of world.sites.values()) stations.push(await observeStation(world, site, dropped));
  const officeOf = (code: string): string => world.plan.stations.find((one) => one.code === code)!.office;
  return {
    planned: { dispatches: world.plan.dispatches.length, stations: world.plan.stations.map(({ code }) => code) },
    unfinished: world.undertakings.open,
    sent: world.sent.map(({ id, from, to, accepted, wasForgotten, refusal, expires, parts }) => ({
      id: hex(id), from, to: to.map(officeOf), accepted, wasForgotten, refusal, expires, parts: parts.map(({ root, size }) => ({ root: hex(root), size })),
    })),
    promised: world.promises.all.map(({ station, peer, id, lost, isForgotten }) => ({ station, peer, id: hex(id), lost, isForgotten })),
    broughtBefore: world.broughtBefore,
    stations,
    directory: pointWord(world.registrar.organisation.state.point),
    attempts: world.attempts,
    dealings: world.dealings,
    overtaken: world.order.findings,
    idleFrames,
    links: world.plan.stations.filter(({ neighbour }) => neighbour !== null).length + (world.faults.get('link-begins') ?? 0),
  };
}

async function observeStation(world: World, site: Site, dropped: ReadonlySet<string>): Promise<SeenStation> {
  const { code, office, disk } = site;
  const { store, ledger, blobs } = site.station!;
  const [entries, head] = await store.read(async (db) => [await ledger.entries(db, 0, Number.MAX_SAFE_INTEGER), await ledger.head(db)] as const);
  const sizes = new Map<string, number>();
  for await (const name of blobs.names()) sizes.set(name, (await blobs.size(name)) ?? 0);
  return {
    code, office,
    restores: site.restores,
    hasLeft: site.leaving === 'left',
    head: pointWord(head),
    directory: pointWord(site.station!.people.view().point),
    events: entries.map(({ kind, subject, bytes }) => {
      const { fields, time, uncertaintyMs } = eventCodec.decode(bytes);
      return { kind, subject: subject === null ? null : hex(subject), facts: eventFields.decode(fields), time, noEarlierThan: time - uncertaintyMs };
    }),
    blobs: sizes,
    links: disk.inspect('select peer, last_sent, received, (select count(*) from link_queue where link_queue.peer = link_state.peer) as queued from link_state')
      .map((row) => ({ peer: String(row['peer']), lastSent: Number(row['last_sent']), received: Number(row['received']), queued: Number(row['queued']), hasEnded: world.endedLinks.has(onPair(code, String(row['peer']))) })),
    numbers: disk.inspect('select office, direction, series, number, state, dispatch from number_issued order by office, direction, series, number')
      .map((row) => ({
        office: String(row['office']), direction: String(row['direction']), series: String(row['series']), number: Number(row['number']), state: String(row['state']), dispatch: hexOrNull(row['dispatch']),
      })),
    deliveries: disk.inspect('select id, office, state, suspected from delivery')
      .map((row) => ({ id: hexOrNull(row['id'])!, office: String(row['office']), state: String(row['state']), isSuspected: row['suspected'] === 1 })),
    witnessed: await witnessed(world, site),
    words: [...dropped].flatMap((id) => wordsAbout(site, id)),
    read: await readAll(world, site),
    faults: world.plan.audited ? await audit(world, site) : [],
    plaintext: await plaintext(site),
  };
}

function pointWord({ size, root }: { readonly size: number; readonly root: Uint8Array }): string {
  return `${size} ${hex(root)}`;
}

function hexOrNull(value: unknown): string | null {
  return value instanceof Uint8Array ? hex(value) : null;
}

function wordsAbout({ code, disk }: Site, id: string): SeenWord[] {
  return disk.inspect('select bytes from receipt where dispatch = ? and station = ?', [fromHex(id), code]).map(({ bytes }) => {
    const { kind, sealing, office: { office }, time, previousHop = null } = receiptStatement.decode(receiptCodec.decode(bytes as Uint8Array).statement);
    return { kind, id, sealing, office, time, previousHop };
  });
}

async function witnessed(world: World, site: Site): Promise<SeenStation['witnessed']> {
  const seen: SeenStation['witnessed'][number][] = [];
  for (const { note } of site.disk.inspect('select note from checkpoint')) {
    const { origin, size, root } = decodeCheckpoint(decodeNote(note as Uint8Array).text);
    // Of an incarnation that was lost nobody has the end to compare with.
    const speaker = world.sites.values().find(({ code, incarnation }) => code !== site.code && origin.includes(`/ledger/${code}/`) && origin.endsWith(hex(incarnation)));
    if (speaker === undefined) continue;
    const { store: theirs, ledger } = speaker.station!;
    const own = await theirs.read((db) => ledger.head(db, size));
    seen.push({ origin, kept: `${size} ${hex(root)}`, own: `${own.size} ${hex(own.root)}` });
  }
  return seen;
}

/** Looks for the marker in every value of every table and in every file. */
async function plaintext({ disk }: Site): Promise<string[]> {
  const found: string[] = [];
  const marker = Buffer.from(MARKER);
  for (const { name } of disk.inspect(`select name from sqlite_master where type = 'table'`)) {
    for (const row of disk.inspect(`select * from "${String(name)}"`)) if (holds(Object.values(row), marker)) found.push(`table ${String(name)}`);
  }
  for (const file of await filesOf(disk.blobs)) {
    const bytes = await disk.blobs.read(file, 0, Number.MAX_SAFE_INTEGER);
    if (bytes !== null && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(marker)) found.push(`file ${file}`);
  }
  return found;
}

function holds(values: readonly unknown[], marker: Buffer): boolean {
  return values.some((value) => {
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).includes(marker);
    return typeof value === 'string' && Buffer.from(value).includes(marker);
  });
}

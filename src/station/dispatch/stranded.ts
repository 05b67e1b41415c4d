/**
 * What is held here and no way leads on with, by the directory as it is: a link has ended behind it. It waits in no queue, and goes on by
 * itself (retry.ts) when there is a way again; until then whoever asks how the links stand is told of it, links, status and doctor alike.
 * Source: docs/protocol/frames.md §Routes.
 */
import { sql } from 'kysely';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { named, officeName } from '#model/foreign-names.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import { PRECEDENCE_RANK, type Precedence } from '#wire/names.ts';
import type { Room } from './deps.ts';
import { NO_WAY } from './retry.ts';
import { demandWay } from './ways.ts';

export interface Stranded {
  /** The station that is not reached. */
  readonly station: string;
  /** How many dispatches are for it. */
  readonly held: Readonly<Record<Precedence, number>>;
  /** Since when this station has the oldest of them. */
  readonly since: Instant;
}

/** One row a recipient: what has arrived another way waits no more. */
interface StrandedRow {
  readonly id: Uint8Array;
  readonly office: string;
  readonly header: Uint8Array;
  readonly taken: Instant;
}

/** So many recipients are looked at, of whom nothing leads on for, the newest first. */
const LOOKED_AT = 4_096;

const KEPT = `s.refusal = '${NO_WAY}' and not exists `
  + "(select 1 from receipt r where r.dispatch = s.id and r.office = s.office and r.kind in ('arrived', 'expired', 'opened'))";

/** Offices for which something is kept, by their names here: a neighbour that refuses what it could pass on keeps it here as well. */
export const KEPT_OFFICES = `select distinct s.office as office from dispatch_stanza s where ${KEPT}`;

/** What is kept for these offices. @param offices by their names here, which are codes */
export function keptFor(offices: readonly string[]): string {
  const names = offices.map((office) => `'${office.replaceAll("'", "''")}'`).join(', ');
  return 'select s.id as id, s.office as office, d.header as header, d.taken as taken from dispatch_stanza s '
    + `join dispatch d on d.id = s.id and d.sealing = s.sealing where ${KEPT} and s.office in (${names}) order by d.taken desc, s.id, s.position limit ${LOOKED_AT}`;
}

type Seen = Parameters<typeof demandWay>[0];

export function strandedIn(room: Room): Promise<Stranded[]> {
  return strandedBy(room, (text) => room.tables.read(async (db) => (await sql<never>`${sql.raw(text)}`.execute(db)).rows));
}

/** Offices that no way leads to from here, each with the station that is not reached. */
export function cutOff(room: Seen, offices: readonly string[]): ReadonlyMap<string, string> {
  return new Map(offices.flatMap((office) => {
    const station = unreachedFor(room, office);
    return station === null ? [] : [[office, station] as const];
  }));
}

/** In the order of the stations' codes, each dispatch once a station, by the most urgent of its recipients there. @param rows that a question finds */
export async function strandedBy(room: Seen, rows: <R>(text: string) => Promise<R[]>): Promise<Stranded[]> {
  const unreached = cutOff(room, (await rows<{ office: string }>(KEPT_OFFICES)).map(({ office }) => office));
  if (unreached.size === 0) return [];
  const stations = new Map<string, Map<string, { precedence: Precedence; taken: Instant }>>();
  for (const { id, office, header: bytes, taken } of await rows<StrandedRow>(keptFor([...unreached.keys()]))) {
    const station = unreached.get(office)!;
    const { to, expires = Infinity } = headerCodec.decode(bytes);
    const precedence = to.find((one) => officeName(room.view(), one.office) === office)?.precedence;
    if (precedence === undefined || expires <= room.clock.now()) continue;
    const held = stations.get(station) ?? new Map<string, { precedence: Precedence; taken: Instant }>();
    stations.set(station, held);
    const before = held.get(id.join());
    if (before === undefined || PRECEDENCE_RANK[precedence] > PRECEDENCE_RANK[before.precedence]) held.set(id.join(), { precedence, taken });
  }
  return [...stations].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([station, held]) => ({ station, ...summed([...held.values()]) }));
}

function summed(all: readonly { precedence: Precedence; taken: Instant }[]): Pick<Stranded, 'held' | 'since'> {
  const held = { routine: 0, priority: 0, immediate: 0, flash: 0 };
  for (const { precedence } of all) held[precedence] += 1;
  return { held, since: Math.min(...all.map(({ taken }) => taken)) };
}

/** Null where a way leads to it, or what keeps it is something else. */
function unreachedFor(room: Seen, office: string): string | null {
  try {
    demandWay(room, named(room.view(), office));
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === 'no-route' ? String(error.detail['station']) : null;
  }
}

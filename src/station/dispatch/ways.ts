/**
 * Where a stanza goes next: to its office's home station, or, for an office of another organisation, to the own station
 * that meets theirs and from there over the border to the neighbour that is named as the peer is.
 * Source: docs/protocol/federation.md §Ways.
 */

import { Refusal } from '#core/refusals.ts';
import { agreementWith, newestWith } from '#model/agreements.ts';
import { isOwn } from '#model/directories.ts';
import { named, nameOf } from '#model/foreign-names.ts';
import type { AgreementRecord } from '#model/directory-view.ts';
import { distances } from '#model/routes.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { Room } from './deps.ts';

type Seen = Pick<Room, 'view' | 'station'> & { readonly clock: Pick<Room['clock'], 'now'>; readonly outbox: Pick<Room['outbox'], 'nextHop'> };

/** The neighbour that a stanza goes to; null for an office that lives here. */
export type Next = string | null;

interface End {
  readonly organisation: Uint8Array;
  readonly station: string;
}

/** @throws Refusal `office-unknown`, `agreement-missing`, `no-route` (station) */
export function demandWay(room: Seen, office: OfficeRef): Next {
  const view = room.view();
  if (!isOwn(view, office)) return overBorder(room, office.organisation);
  const home = view.office(office.office);
  if (home === null) throw new Refusal('office-unknown', { office: office.office });
  return home.station === room.station ? null : hopTo(room, home.station);
}

/** The neighbour through which an office is reached, by its name in the tables; null where there is none, or it lives here. */
export function hopToOffice(room: Seen, name: string): Next {
  try {
    return demandWay(room, named(room.view(), name));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The neighbour through which a station is reached, by its name in the tables; null where there is none. */
export function hopToStation(room: Seen, name: string): Next {
  const { organisation, office: station } = named(room.view(), name);
  if (isOwn(room.view(), { organisation })) return room.outbox.nextHop(station);
  try {
    return overBorder(room, organisation);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What the tables call the station at the other end of a link: a peer's name stands for its exchange station. */
export function stationOf({ view }: Pick<Room, 'view'>, neighbour: string): string {
  const agreement = view().agreement(neighbour);
  return agreement === null ? neighbour : nameOf(view(), agreement.organisation, agreement.peerStation);
}

/** The agreement under whose name a neighbour stands; null for a station of the own organisation. */
export function borderTo({ view }: Pick<Room, 'view'>, neighbour: string): AgreementRecord | null {
  return view().agreement(neighbour);
}

/** Whether that neighbour may still be met. */
export function stands({ view, station }: Pick<Room, 'view' | 'station'>, neighbour: string): boolean {
  return view().station(neighbour)?.endedBy === null && view().neighbours(station).includes(neighbour);
}

/** Whether word may still come from that neighbour of what it was offered: it stands, or an agreement with it was not ended. */
export function mayAnswer(room: Pick<Room, 'view' | 'station'>, neighbour: string): boolean {
  return stands(room, neighbour) || borderTo(room, neighbour)?.endedBy === null;
}

/**
 * Refuses what would use up its hops on the way that is left, by the links known here: whoever passed it on would have it refused,
 * and be charged for it. Of another organisation only the border is known.
 * @throws Refusal `hop-limit-reached`
 */
export function demandHops(room: Seen, hops: number, hopLimit: number, ends: readonly End[]): void {
  if (linksLeft(room, ends).some((left) => hops + left >= hopLimit)) throw new Refusal('hop-limit-reached', { hops });
}

/** Of what ran out of hops together that which would have made the most at its end, by the links known here: the rest went along. */
export function outOfHops<T extends { readonly office: string; readonly hops: number }>(room: Seen, stanzas: readonly T[]): T[] {
  const ends = stanzas.map(({ office }) => homeOfOffice(room, named(room.view(), office)));
  const hops = linksLeft(room, ends).map((left, i) => stanzas[i]!.hops + left);
  return stanzas.filter((_, i) => hops[i] === Math.max(...hops));
}

/** Where what is for an office ends; of another organisation only the border is known. */
export function homeOfOffice(room: Pick<Seen, 'view'>, { organisation, office }: OfficeRef): End {
  return { organisation, station: room.view().office(office)?.station ?? '' };
}

function linksLeft(room: Seen, ends: readonly End[]): number[] {
  const [view, links] = [room.view(), distances(room.view(), room.station)];
  return ends.map(({ organisation, station }) => {
    const exchange = isOwn(view, { organisation }) ? null : agreementWith(view, organisation, room.clock.now())?.station ?? room.station;
    return exchange === null ? links.get(station) ?? 1 : (links.get(exchange) ?? 0) + 1;
  });
}

function overBorder(room: Seen, organisation: Uint8Array): string {
  const view = room.view();
  const agreement = agreementWith(view, organisation, room.clock.now());
  if (agreement === null) {
    const before = newestWith(view, organisation);
    throw new Refusal('agreement-missing', { reason: 'ours', ...(before === null ? {} : { organisation: before.peer }) });
  }
  return agreement.station === room.station ? agreement.peer : hopTo(room, agreement.station);
}

function hopTo({ outbox }: Seen, station: string): string {
  const next = outbox.nextHop(station);
  if (next === null) throw new Refusal('no-route', { station });
  return next;
}

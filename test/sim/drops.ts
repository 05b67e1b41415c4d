/**
 * The checker of what relays say that they dropped. It is their word about one copy, as they had it from one time that it was taken to the
 * next: where its next hop refused it for good, and nobody has it by that copy. The same dispatch may come by another way, or be brought
 * to that relay again: then it is another copy, of which nothing was said. Source: docs/decisions/0142, 0154, 0159.
 */
import type { Observation, SeenEvent, SeenStation, SeenWord } from './observation.ts';

/** Whoever says one of them has the copy, or had it arrive or expire. */
const TAKEN: readonly string[] = ['custody', 'arrived', 'expired'];

/** Of what a station says that it dropped, it has no word that somebody took it, nobody took it from it, and it did not arrive there. */
export function droppedIsGone({ stations }: Observation): string[] {
  return stations.flatMap((station) => station.words.filter(({ kind }) => kind === 'dropped').flatMap((drop) =>
    falsehoodOf(stations, station, drop).map((what) => `${station.code} says that it dropped ${drop.id} for ${drop.office}, ${what}`)));
}

function falsehoodOf(stations: readonly SeenStation[], { code, restores, events, words }: SeenStation, { id, sealing, office, time }: SeenWord): string[] {
  const about = events.map((event, index) => ({ ...event, index })).filter(({ subject }) => subject === id);
  const ofCopy = about.filter(({ facts }) => (facts.sealing ?? 0) === sealing);
  // In the commit in which it was dropped. A refusal with a number is our own, of what was offered here.
  const refused = nearest(ofCopy.filter(({ kind, facts }) => kind === 'refused' && facts.peer !== undefined && facts.channel === undefined), time);
  if (refused === null) return ['which nobody refused'];
  const takings = ofCopy.filter(({ kind }) => kind === 'custody-taken');
  const custody = words.find((one) => one.kind === 'custody' && one.id === id && one.sealing === sealing && one.office === office);
  // Its newest word of custody is of the time that it was taken last for this office, and not of one for others.
  const last = custody === undefined ? null : nearest(takings, custody.time);
  const isOfLast = last !== null && last.index < refused.index;
  const begins = isOfLast ? last.index : (takings.findLast(({ index }) => index < refused.index)?.index ?? -1);
  const ends = isOfLast ? Number.POSITIVE_INFINITY : (takings.find(({ index }) => index > refused.index)?.index ?? Number.POSITIVE_INFINITY);
  const ofOffice = about.filter(({ index, facts }) => index > begins && index < ends && facts.office?.office === office);
  const [heard] = ofOffice.filter(({ kind, facts, index }) => kind === 'receipt' && TAKEN.includes(facts.receipt!) && facts.code !== code && !isMetAgain(events, facts.code!, index, refused.index));
  if (heard !== undefined) return [`of which it has the word ${heard.facts.receipt} of ${heard.facts.code}`];
  // Brought to where its office had moved meanwhile it arrives, and no custody is said of it.
  const wasBroughtAgain = takings.some(({ index }) => index > refused.index);
  const [arrived] = ofOffice.filter(({ kind }) => kind === 'arrived' || kind === 'expired');
  if (arrived !== undefined && !wasBroughtAgain) return [`which it has as ${arrived.kind} itself`];
  // What was answered and not heard. A disk that was lost does not know what it took or gave; and what it took twice somebody may have given back.
  if (restores > 0 || takings.length > 1) return [];
  const taker = stations.find((other) => other.code !== code && other.restores === 0 && other.words.some((one) =>
    TAKEN.includes(one.kind) && one.id === id && one.sealing === sealing && one.office === office && one.previousHop === code));
  return taker === undefined ? [] : [`which ${taker.code} took from it`];
}

/** Whether that neighbour's disk was lost in between: it may have lost what it had said that it has. */
function isMetAgain(events: readonly SeenEvent[], peer: string, after: number, before: number): boolean {
  return events.some(({ kind, facts }, index) => index > after && index < before && kind === 'incarnation' && facts.peer === peer);
}

function nearest<One extends { readonly time: number }>(all: readonly One[], time: number): One | null {
  return all.toSorted((one, other) => Math.abs(one.time - time) - Math.abs(other.time - time))[0] ?? null;
}

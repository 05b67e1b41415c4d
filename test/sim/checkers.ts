/** What must hold in every world, whatever happened to it. Each checker stands alone and knows nothing of the rooms. */
import { droppedIsGone } from './drops.ts';
import type { Observation, SeenEvent, SeenLink, SeenStation } from './observation.ts';

export type Checker = (seen: Observation) => string[];

export const CHECKERS: Readonly<Record<string, Checker>> = {
  cameHome, accepted, deliveredOnce, lateIsExpired, numbersContiguous, custodyIsDurable, receiptsCameHome, ledgersAgree, registersAgree, twiceIsMarked,
  readAsWritten, directoriesAgree, whoLeftActsNoMore, urgentGoesFirst, restsWhenDone, nothingInTheClear, provesItself, droppedIsGone,
};

/** Every finding of every checker, each after its checker's name. */
export function check(seen: Observation): string[] {
  return Object.entries(CHECKERS).flatMap(([name, checker]) => checker(seen).map((finding) => `${name}: ${finding}`));
}

/** What was planned took place, and nobody is still on the way when the world has had its time. */
function cameHome({ planned, unfinished, sent, stations }: Observation): string[] {
  const findings = unfinished.map((what) => `it has not ended that ${what}`);
  const unwritten = planned.dispatches - sent.length;
  if (unwritten > 0) findings.push(`${unwritten} of ${planned.dispatches} dispatches were never written`);
  for (const code of planned.stations) if (!stations.some((one) => one.code === code)) findings.push(`${code} never joined`);
  return findings;
}

/** In the end every desk had its yes, or heard that what it wrote has expired. */
function accepted({ sent }: Observation): string[] {
  return sent.filter((one) => !one.accepted && !isTooLate(one)).map(({ id, from, refusal }) => `${id} was never accepted at ${from}: ${refusal}`);
}

/** Whether its desk heard that it has expired: before it was accepted, or again where that was forgotten. */
function isTooLate({ accepted: wasAccepted, expires, refusal }: Observation['sent'][number]): boolean {
  return !wasAccepted && expires !== null && refusal === 'dispatch-expired';
}

/**
 * Accepted means: exactly one delivery per office, or a signed outcome; never silence. Once more for each disk that was lost, and
 * then it says that it may have come before; where none was, nothing says so but what a station that has left may have had.
 */
function deliveredOnce({ sent, stations }: Observation): string[] {
  const findings: string[] = [];
  const ends = stations.flatMap(({ events, deliveries }) => {
    const marked = new Set(deliveries.filter(({ isSuspected }) => isSuspected).map(({ id, office }) => `${id} ${office}`));
    return events.filter(({ kind }) => kind === 'arrived' || kind === 'expired').map(({ subject, facts }) => `${subject} ${facts.office?.office}`)
      .map((place) => ({ place, isMarked: marked.has(place) }));
  });
  const lostDisks = stations.reduce((sum, { restores }) => sum + restores, 0);
  const isDoubtful = lostDisks > 0 || stations.some(({ hasLeft }) => hasLeft);
  const byPlace = Map.groupBy(ends, ({ place }) => place);
  for (const { id, to } of sent.filter((one) => one.accepted)) {
    for (const place of to.map((office) => `${id} ${office}`)) {
      const outcomes = byPlace.get(place) ?? [];
      const marked = outcomes.filter(({ isMarked }) => isMarked).length;
      if (outcomes.length === 0) findings.push(`${place} has no outcome`);
      if (outcomes.length > 1 + lostDisks) findings.push(`${place} has ${outcomes.length} outcomes, and ${lostDisks} disks were lost`);
      if (outcomes.length - marked > 1) findings.push(`${place} has ${outcomes.length - marked} outcomes that do not say they may be one`);
      if (marked > 0 && !isDoubtful) findings.push(`${place} is doubted where nobody has forgotten anything`);
    }
  }
  return findings;
}

/** Only what is late for certain, by the clock of the recipient's station and its word of how far that is off, expires, and all of that does. */
function lateIsExpired({ sent, stations }: Observation): string[] {
  const expiries = new Map(sent.map(({ id, expires }) => [id, expires]));
  return stations.flatMap(({ code, events }) => events.flatMap(({ kind, subject, noEarlierThan }) => {
    if (kind !== 'arrived' && kind !== 'expired') return [];
    const expires = expiries.get(subject ?? '') ?? Number.POSITIVE_INFINITY;
    return (noEarlierThan > expires) === (kind === 'expired') ? [] : [`${code} has ${subject} as ${kind}: it was ${noEarlierThan} at the least, and it expires at ${expires}`];
  }));
}

/** Per link and direction, in each incarnation: 1, 2, 3 …, each given once, and none missing at the other end, or said to be. */
function numbersContiguous({ stations }: Observation): string[] {
  const findings: string[] = [];
  for (const station of stations) {
    for (const link of station.links) findings.push(...numbersOf(stations, station, link));
    const gaps = station.events.filter(({ kind, facts }) => kind === 'gap' && !wasRestored(stations, station.code) && !wasRestored(stations, facts.peer ?? ''));
    if (gaps.length > 0) findings.push(`${station.code} recorded ${gaps.length} gaps`);
  }
  return [...findings, ...unaccountedFor(stations)];
}

/**
 * Of each number that was given in a station's last incarnation the other end knows what came of it, or it is missing there, and both
 * say so. Not over a link that has ended: what was under way then goes another way under another number, and nobody asks for this one.
 */
function unaccountedFor(stations: readonly SeenStation[]): string[] {
  const answered = new Set(stations.flatMap(({ code, events }) => events.filter((one) => isTaking(one) || one.kind === 'refused')
    // What was taken is taken under that number; what was here before, or refused, is so whatever its number.
    .map(({ subject, facts }) => `${code} ${subject} ${facts.peer} ${facts.channel ?? ''}`)));
  const missing = new Set(stations.flatMap(({ code, events }) => events.filter(({ kind }) => kind === 'gap')
    .flatMap(({ facts: { peer, channel, count } }) => Array.from({ length: count! }, (_, index) => `${code} ${peer} ${channel! + index}`))));
  const ended = new Set(stations.flatMap(({ code, links }) => links.filter(({ hasEnded }) => hasEnded).map(({ peer }) => `${code} ${peer}`)));
  const isGiven = (code: string, { kind, facts }: SeenEvent): boolean => kind === 'sent' && !ended.has(`${code} ${facts.peer}`);
  return stations.flatMap(({ code, events }) => incarnationsOf(events).at(-1)!.filter((one) => isGiven(code, one)).flatMap(({ subject, facts: { peer, channel } }) => {
    const isSaid = missing.has(`${peer} ${code} ${channel}`) && missing.has(`${code} ${peer} ${channel}`);
    return isSaid || [channel, ''].some((number) => answered.has(`${peer} ${subject} ${code} ${number}`)) ? [] : [`number ${channel} of ${code} to ${peer} was neither taken nor said to be missing`];
  }));
}

function numbersOf(stations: readonly SeenStation[], station: SeenStation, { peer, lastSent, queued, hasEnded }: SeenLink): string[] {
  const findings: string[] = [];
  const lives = incarnationsOf(station.events).map((events) => events.filter(({ kind, facts }) => kind === 'sent' && facts.peer === peer).map(({ facts }) => facts.channel!));
  for (const [life, given] of lives.entries()) {
    // A disk that was restored after the link had ended has its former count, and nobody to begin a new one with.
    const isCounted = given.length === lastSent || (hasEnded && given.length === 0);
    const isWhole = given.every((channel, index) => channel === index + 1) && (life < lives.length - 1 || isCounted);
    if (!isWhole) findings.push(`${station.code} gave ${peer} the numbers ${given.join(' ')}, last ${lastSent}`);
  }
  const there = stations.find((one) => one.code === peer)?.links.find((link) => link.peer === station.code);
  // What was under way when the link ended never comes over it, and goes another way under another number.
  if (!hasEnded && there?.received !== lastSent) findings.push(`${peer} has ${there?.received} of ${lastSent} from ${station.code}`);
  if (queued > 0) findings.push(`${queued} items still wait at ${station.code} for ${peer}`);
  return findings;
}

/** A custody frame that left a station stands in its ledger, after every power cut too, and what it was for on its disk. */
function custodyIsDurable({ promised, stations, sent }: Observation): string[] {
  const findings = new Set<string>();
  const taken = new Map(stations.map(({ code, events }) => [code, new Set(events.filter(isTaking).map(({ subject, facts }) => `${subject} ${facts.peer}`))]));
  const dispatches = new Map(sent.map((one) => [one.id, one]));
  for (const { station: code, peer, id, lost, isForgotten } of promised) {
    if (lost) findings.add(`${code} said custody of ${id} and lost it in a power cut`);
    if (!isForgotten && taken.get(code)?.has(`${id} ${peer}`) !== true) findings.add(`${code} said custody of ${id} to ${peer} and does not know it`);
    const station = stations.find((one) => one.code === code)!;
    // What a lost disk had comes again, where the office lives by then.
    if (isForgotten && stations.some((other) => other !== station && other.deliveries.some((one) => one.id === id && one.office === station.office))) continue;
    const one = dispatches.get(id);
    // Its origin has forgotten it too, and its desk was told that it is too late to send it once more.
    if (isForgotten && one?.wasForgotten === true && isTooLate(one)) continue;
    const parts = one?.to.includes(station.office) === true ? one.parts : [];
    for (const { root, size } of parts) if (station.blobs.get(root) !== size) findings.add(`${code} said custody of ${id} and has ${station.blobs.get(root)} bytes of part ${root}`);
  }
  return [...findings];
}

/** The origin's ledger knows of every arrival; of what its disk forgot it may have been told before. */
function receiptsCameHome({ sent, stations }: Observation): string[] {
  const findings: string[] = [];
  for (const origin of stations) {
    // What an office writes to another of its own station arrives where it is.
    const home = new Set(origin.events.filter(({ kind, facts }) => ['arrived', 'expired'].includes(kind === 'receipt' ? facts.receipt! : kind))
      .map(({ subject, facts }) => `${subject} ${facts.office?.office}`));
    for (const { id, to } of sent.filter((one) => one.accepted && !one.wasForgotten && one.from === origin.code)) {
      for (const office of to) if (!home.has(`${id} ${office}`)) findings.push(`${origin.code} never heard what became of ${id} at ${office}`);
    }
  }
  return findings;
}

/** Both ends tell the same of every custody and every receipt, and nobody was shown another ledger than there is. */
function ledgersAgree({ stations }: Observation): string[] {
  const findings: string[] = [];
  // A disk that was restored forgot what it took; offered to it again when its office has moved away, it refuses it.
  const taken = new Set(stations.flatMap(({ code, restores, events }) =>
    events.filter((one) => isTaking(one) || (restores > 0 && one.kind === 'refused' && one.facts.code === 'no-route')).map(({ subject, facts }) => `${code} ${subject} ${facts.peer}`)));
  const done = new Set(stations.flatMap(({ code, events }) => events.map(({ kind, subject, facts }) => `${code} ${kind} ${subject} ${facts.office?.office}`)));
  for (const station of stations) {
    for (const { kind, subject, facts } of station.events) {
      if (kind !== 'custody-received' || taken.has(`${facts.peer} ${subject} ${station.code}`)) continue;
      findings.push(`${station.code} has custody of ${subject} from ${facts.peer}, which took nothing`);
    }
    for (const { kind, subject, facts } of station.events) {
      if (kind !== 'receipt' || !['arrived', 'expired'].includes(facts.receipt!)) continue;
      const where = stations.find(({ code }) => code === facts.code);
      // What a lost disk did with it, nobody can ask it any more.
      if (where === undefined || where.restores > 0 || done.has(`${facts.code} ${facts.receipt} ${subject} ${facts.office?.office}`)) continue;
      findings.push(`${station.code} was told ${facts.receipt} of ${subject} by ${facts.code}, whose ledger says nothing of it`);
    }
    for (const { origin, kept, own } of station.witnessed) {
      if (kept !== own) findings.push(`${station.code} was shown ${kept} of ${origin}, which has ${own}`);
    }
  }
  return findings;
}

/** Each register counts without a hole, gives each dispatch one number, and says of arrivals what the ledger says. */
function registersAgree({ sent, stations }: Observation): string[] {
  const findings: string[] = [];
  for (const { code, numbers, deliveries, events } of stations) {
    for (const [register, lines] of Map.groupBy(numbers, ({ office, direction, series }) => `${office} ${direction} ${series}`)) {
      const isWhole = lines.every(({ number }, index) => number === index + 1);
      if (!isWhole) findings.push(`${code} has in register ${register} ${lines.map(({ number }) => number).join(' ')}`);
    }
    const given = countBy(numbers.filter(({ state, dispatch }) => state === 'used' && dispatch !== null), ({ direction, dispatch }) => `${direction} ${dispatch}`);
    for (const [line, count] of given) if (count > 1) findings.push(`${code} gave ${count} numbers to ${line}`);
    for (const { id } of sent.filter((one) => one.accepted && one.from === code)) if (!given.has(`out ${id}`)) findings.push(`${code} has no number for ${id}`);
    const arrived = new Set(events.filter(({ kind }) => kind === 'arrived').map(({ subject, facts }) => `${subject} ${facts.office?.office}`));
    const there = new Set(deliveries.filter((one) => one.state !== 'expired').map(({ id, office }) => `${id} ${office}`));
    for (const one of arrived.symmetricDifference(there)) findings.push(`${code} has ${one} in ${arrived.has(one) ? 'its ledger' : 'its register'} alone`);
  }
  return findings;
}

/** What was brought before a disk was lost, and came again after it, says that it may have. */
function twiceIsMarked({ broughtBefore, stations }: Observation): string[] {
  const findings: string[] = [];
  for (const { station: code, office, id } of broughtBefore) {
    const { events, deliveries } = stations.find((one) => one.code === code)!;
    const again = incarnationsOf(events).at(-1)!.find(({ kind, subject, facts }) => (kind === 'arrived' || kind === 'expired') && subject === id && facts.office?.office === office);
    const isMarked = deliveries.some((one) => one.id === id && one.office === office && one.isSuspected);
    // A neighbour whose own disk was lost does not know either.
    if (again !== undefined && !isMarked && !wasRestored(stations, again.facts.peer ?? code)) findings.push(`${code} had ${id} before its disk was lost and does not say so`);
  }
  return findings;
}

/** Whoever opens what arrived, with the key of the office, reads what was written. */
function readAsWritten({ stations }: Observation): string[] {
  return stations.flatMap(({ code, read }) => read.filter(({ wrong }) => wrong !== null).map(({ id, office, wrong }) => `${code} has ${id} for ${office}, which ${wrong}`));
}

/** Every station holds the log that registrars signed, nothing of it lost, doubled or in another order; who has left, the beginning of it. */
function directoriesAgree({ directory, stations }: Observation): string[] {
  return stations.filter((one) => !one.hasLeft && one.directory !== directory).map(({ code, directory: held }) => `${code} holds the directory ${held}, registrars signed ${directory}`);
}

/** Neither a person whose holding ended nor a station that ended is dealt with by whoever knows. */
function whoLeftActsNoMore({ attempts, dealings }: Observation): string[] {
  const done = attempts.filter(({ wasRefused }) => !wasRefused).map(({ person, station }) => `${person} has left and was not refused at ${station}`);
  return [...done, ...new Set(dealings)];
}

function urgentGoesFirst({ overtaken }: Observation): string[] {
  return [...overtaken];
}

/** Both ends of a link ask twice a minute whether the other is there, and answer; so many frames of a kind a minute, with as many again for what a neighbour's clock does to it. */
const AT_REST: Readonly<Record<string, number>> = { check: 6, witnessed: 6, mark: 12, reached: 12 };

/** When everything has come home, links say no more than that they are there. */
function restsWhenDone({ idleFrames, links }: Observation): string[] {
  const findings: string[] = [];
  for (const [kind, perMinute] of idleFrames) {
    const most = (AT_REST[kind] ?? 0) * links;
    if (perMinute > most) findings.push(`${perMinute} ${kind} frames a minute on ${links} links that have nothing to do`);
  }
  return findings;
}

function nothingInTheClear({ stations }: Observation): string[] {
  return stations.flatMap(({ code, plaintext }) => plaintext.map((place) => `${code} holds plaintext: ${place}`));
}

/** Whatever a station met, an audit of what it has re-derives all that it says, and names no fault. */
function provesItself({ stations }: Observation): string[] {
  return stations.flatMap(({ code, faults }) => faults.map((fault) => `${code}: ${fault}`));
}

function isTaking({ kind }: SeenEvent): boolean {
  return kind === 'custody-taken' || kind === 'duplicate';
}

function wasRestored(stations: readonly SeenStation[], code: string): boolean {
  return (stations.find((one) => one.code === code)?.restores ?? 0) > 0;
}

/** A ledger in the pieces that its incarnations wrote. */
function incarnationsOf(events: readonly SeenEvent[]): SeenEvent[][] {
  const lives: SeenEvent[][] = [[]];
  for (const event of events) {
    if (event.kind === 'restored') lives.push([]);
    lives.at(-1)!.push(event);
  }
  return lives;
}

function countBy<One>(all: Iterable<One>, keyOf: (one: One) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

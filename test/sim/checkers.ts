/** What must hold in every world, whatever happened to it. Each checker stands alone and knows nothing of the rooms. */
import type { Observation, SeenStation } from './observation.ts';

export type Checker = (seen: Observation) => string[];

export const CHECKERS: Readonly<Record<string, Checker>> = {
  accepted, deliveredOnce, numbersContiguous, custodyIsDurable, receiptsCameHome, ledgersAgree, nothingInTheClear,
};

/** Every finding of every checker, each after its checker's name. */
export function check(seen: Observation): string[] {
  return Object.entries(CHECKERS).flatMap(([name, checker]) => checker(seen).map((finding) => `${name}: ${finding}`));
}

/** In the end every desk had its yes. */
function accepted({ sent }: Observation): string[] {
  return sent.filter((one) => !one.accepted).map(({ id, from }) => `${id} was never accepted at ${from}`);
}

/** Accepted means: exactly one delivery per office, or a signed outcome; never silence. */
function deliveredOnce({ sent, stations }: Observation): string[] {
  const findings: string[] = [];
  for (const { id, to } of sent.filter((one) => one.accepted)) {
    for (const office of to) {
      const outcomes = stations.flatMap(({ events }) => events.filter(({ kind, subject, facts }) =>
        (kind === 'arrived' || kind === 'expired') && subject === id && facts.office?.office === office));
      if (outcomes.length !== 1) findings.push(`${id} has ${outcomes.length} outcomes at ${office}`);
    }
  }
  return findings;
}

/** Per link and direction: 1, 2, 3 …, each given once, and none missing at the other end. */
function numbersContiguous({ stations }: Observation): string[] {
  const findings: string[] = [];
  for (const station of stations) {
    for (const { peer, lastSent, queued } of station.links) {
      const given = station.events.filter(({ kind, facts }) => kind === 'sent' && facts.peer === peer).map(({ facts }) => facts.channel);
      const isWhole = given.length === lastSent && given.every((channel, index) => channel === index + 1);
      if (!isWhole) findings.push(`${station.code} gave ${peer} the numbers ${given.join(' ')}, last ${lastSent}`);
      const there = linkBack(stations, station.code, peer);
      if (there?.received !== lastSent) findings.push(`${peer} has ${there?.received} of ${lastSent} from ${station.code}`);
      if (queued > 0) findings.push(`${queued} items still wait at ${station.code} for ${peer}`);
    }
    const gaps = station.events.filter(({ kind }) => kind === 'gap').length;
    if (gaps > 0) findings.push(`${station.code} recorded ${gaps} gaps`);
  }
  return findings;
}

/** A custody frame that left a station stands in its ledger, after every power cut too, and what it was for on its disk. */
function custodyIsDurable({ promised, stations, sent }: Observation): string[] {
  const findings: string[] = [];
  for (const { station: code, peer, id, lost } of promised) {
    if (lost) findings.push(`${code} said custody of ${id} and lost it in a power cut`);
    const station = stations.find((one) => one.code === code)!;
    const isRecorded = station.events.some(({ kind, subject, facts }) =>
      (kind === 'custody-taken' || kind === 'duplicate') && subject === id && facts.peer === peer);
    if (!isRecorded) findings.push(`${code} said custody of ${id} to ${peer} and does not know it`);
    const one = sent.find((dispatch) => dispatch.id === id);
    const isHome = one?.to.includes(station.office) ?? false;
    const missing = isHome ? one!.parts.filter((root) => !station.blobs.has(root)) : [];
    for (const root of missing) findings.push(`${code} said custody of ${id} and lacks part ${root}`);
  }
  return findings;
}

/** The origin's ledger knows of every arrival. */
function receiptsCameHome({ sent, stations }: Observation): string[] {
  const findings: string[] = [];
  for (const { id, from, to } of sent.filter((one) => one.accepted)) {
    const origin = stations.find(({ code }) => code === from)!;
    for (const office of to) {
      const isHome = origin.events.some(({ kind, subject, facts }) =>
        kind === 'receipt' && subject === id && facts.office?.office === office && (facts.receipt === 'arrived' || facts.receipt === 'expired'));
      if (!isHome) findings.push(`${from} never heard what became of ${id} at ${office}`);
    }
  }
  return findings;
}

/** Both ends tell the same of every number, and nobody was shown another ledger than there is. */
function ledgersAgree({ stations }: Observation): string[] {
  const findings: string[] = [];
  for (const station of stations) {
    for (const { kind, subject, facts } of station.events) {
      if (kind !== 'custody-received') continue;
      const other = stations.find(({ code }) => code === facts.peer);
      const isTaken = other?.events.some((there) =>
        (there.kind === 'custody-taken' || there.kind === 'duplicate') && there.subject === subject && there.facts.peer === station.code);
      if (isTaken !== true) findings.push(`${station.code} has custody of ${subject} from ${facts.peer}, which took nothing`);
    }
    for (const { origin, kept, own } of station.witnessed) {
      if (kept !== own) findings.push(`${station.code} was shown ${kept} of ${origin}, which has ${own}`);
    }
  }
  return findings;
}

function nothingInTheClear({ stations }: Observation): string[] {
  return stations.flatMap(({ code, plaintext }) => plaintext.map((place) => `${code} holds plaintext: ${place}`));
}

function linkBack(stations: readonly SeenStation[], code: string, peer: string): SeenStation['links'][number] | undefined {
  return stations.find((one) => one.code === peer)?.links.find((link) => link.peer === code);
}

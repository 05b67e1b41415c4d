/**
 * What must hold after everything that was done to two stations, read from their registers and folders, apart from what
 * did it: every accepted dispatch arrived once and was registered once, numbers have no gap that is not a void, both
 * folders prove themselves.
 */
import { auditFolder } from '#app/audit/index.ts';
import type { Session } from '#client/session.ts';
import { HUB_OFFICE, POST_OFFICE, type StationName } from '../fixtures/two-stations.ts';
import type { Errand } from './traffic.ts';

export interface Tally {
  readonly lost: string[];
  readonly doubled: string[];
  readonly other: string[];
}

type Line = Awaited<ReturnType<typeof registerOf>>[number];

/** While both stations run. */
export async function checkRegisters(hub: Session, post: Session, errands: readonly Errand[]): Promise<Tally> {
  const [out, into] = [await registerOf(hub, HUB_OFFICE, 'out'), await registerOf(post, POST_OFFICE, 'in')];
  const tally: Tally = { lost: [], doubled: [], other: [] };
  for (const { dispatch, subject, number, incoming } of errands) {
    if (dispatch === null) continue;
    for (const [name, lines, numbered] of [['outgoing', out, number], ['incoming', into, incoming]] as const) {
      const found = lines.filter((line) => line.dispatch === dispatch);
      if (found.length === 0) tally.lost.push(`${subject}: not in the ${name} register`);
      if (found.length > 1) tally.doubled.push(`${subject}: ${found.length} times in the ${name} register`);
      if (numbered !== null && found[0]?.number?.number !== numbered) tally.other.push(`${subject}: ${name} number ${found[0]?.number?.number} instead of ${numbered}`);
    }
  }
  const known = new Set(errands.map(({ dispatch }) => dispatch));
  for (const line of into) if (!known.has(line.dispatch)) tally.doubled.push(`${line.dispatch} came and was never sent`);
  tally.other.push(...repeatedNumbers(out, 'outgoing'), ...repeatedNumbers(into, 'incoming'));
  return tally;
}

/** Of a folder whose station has stopped: the audit derives numbers, voids, deliveries, receipts and the ledger anew. */
export async function checkFolder(station: StationName, data: string): Promise<string[]> {
  const { faults } = await auditFolder(data);
  return faults.map(({ place, what }) => `${station}: ${place} ${what}`);
}

async function registerOf(session: Session, office: string, direction: 'in' | 'out') {
  const lines = [];
  for (let before: number | null | undefined; before !== null;) {
    const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(session, office, direction, before);
    lines.push(...page.lines);
    before = page.next;
  }
  return lines;
}

function pageOf(session: Session, office: string, direction: 'in' | 'out', before: number | undefined) {
  return session.api.call('register', { path: { office, direction }, query: { limit: 500, ...(before === undefined ? {} : { before }) } });
}

function repeatedNumbers(lines: readonly Line[], name: string): string[] {
  const numbers = lines.map(({ number }) => number?.number).filter((number) => number !== undefined);
  return numbers.length === new Set(numbers).size ? [] : [`an ${name} number was given twice`];
}

/**
 * What must hold after everything that was done to two stations, read from their registers and folders, apart from what
 * did it: every accepted dispatch arrived once and was registered once, numbers have no gap that is not a void, both
 * folders prove themselves, and what either ledger says of the other station stands in the other's.
 */
import { type Fact, Facts } from '#app/audit/facts.ts';
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

/** Of folders whose stations have stopped: the audit derives numbers, voids, deliveries, receipts and the ledger anew, and both ledgers tell the same. */
export async function checkFolders(data: Readonly<Record<StationName, string>>): Promise<string[]> {
  const found: string[] = [];
  const ledgers = { hub: new Facts(), post: new Facts() };
  for (const station of ['hub', 'post'] as const) {
    const { faults } = await auditFolder(data[station], { ledgerRead: (facts) => (ledgers[station] = facts) });
    found.push(...faults.map(({ place, what }) => `${station}: ${place} ${what}`));
  }
  return [...found, ...checkLedgers('hub', ledgers.hub, ledgers.post), ...checkLedgers('post', ledgers.post, ledgers.hub)];
}

/** What a station says of its neighbour, the neighbour's ledger says too: each was written by another process, to another disk. */
export function checkLedgers(station: StationName, own: Pick<Facts, 'of'>, other: Pick<Facts, 'of'>): string[] {
  const key = ({ subject, fields: { channel, sealing = 0 } }: Fact): string => `number ${channel}, ${subject}/${sealing}`;
  const taken = new Set(other.of('custody-taken').map(key));
  const again = new Set(other.of('duplicate').map(({ subject }) => subject));
  const sent = new Set(other.of('sent').map(key));
  const ended = new Set(other.of('arrived', 'expired').map(({ kind, subject }) => `${kind} ${subject}`));
  const told = own.of('receipt').filter(({ fields: { receipt } }) => receipt === 'arrived' || receipt === 'expired');
  return [
    ...own.of('custody-received').filter((one) => !taken.has(key(one)) && !again.has(one.subject)).map((one) => `${station} has custody of ${key(one)}, of which its neighbour knows nothing`),
    ...own.of('custody-taken').filter((one) => !sent.has(key(one))).map((one) => `${station} took ${key(one)}, which its neighbour never sent`),
    ...told.filter(({ subject, fields }) => !ended.has(`${fields.receipt} ${subject}`)).map(({ subject, fields }) => `${station} was told ${fields.receipt} of ${subject}, which its neighbour never said`),
  ];
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

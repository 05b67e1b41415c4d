/**
 * Claims: numbers of each office, direction and series run from 1 without gaps, those that were voided among them; the
 * tables are what the events make of them, both ways. Source: docs/protocol/ledger.md, last paragraph.
 */
import { hex } from '#core/bytes.ts';
import { type Fact, isMomentOf } from './facts.ts';
import type { AuditRun } from './run.ts';
import type { Claim } from './tally.ts';

interface Numbered {
  readonly number: number;
  state: 'issued' | 'used' | 'void';
  readonly draft: string;
  dispatch: string;
  readonly fact: Fact;
}

/** By `office/direction/series`. */
type Registers = Map<string, Numbered[]>;

export function auditNumbers(run: AuditRun): void {
  const registers = replay(run);
  auditIssued(run, registers);
  auditCounters(run, registers);
}

/** The counters as the events move them. */
function replay({ tally, facts }: AuditRun): Registers {
  const claim = tally.claim('number-events');
  const registers: Registers = new Map();
  for (const fact of facts.of('number-issued', 'number-in', 'number-void', 'number-skipped', 'accepted')) {
    const { index, kind, subject, fields: { office, number, draft } } = fact;
    if (office === undefined || number === undefined) continue;
    const item = claim.item(`ledger_entry:${index}`);
    const direction = kind === 'number-in' || fact.fields.code === 'in' ? 'in' : 'out';
    const key = `${office.office}/${direction}/${number.series}`;
    const list = registers.get(key) ?? [];
    registers.set(key, list);
    if (kind === 'number-skipped') {
      item.demand(number.number === list.length + 1, `leaves out ${number.number} in ${key}, where ${list.length + 1} is next`);
      for (let i = 0; i < (fact.fields.count ?? 0); i++) list.push({ number: number.number + i, state: 'void', draft: '', dispatch: '', fact });
      continue;
    }
    if (kind === 'number-issued' || kind === 'number-in') {
      item.demand(number.number === list.length + 1, `gives ${number.number} in ${key}, where ${list.length + 1} is next`);
      const [state, dispatch] = kind === 'number-in' ? (['used', subject] as const) : (['issued', ''] as const);
      list.push({ number: number.number, state, draft: draft === undefined ? '' : hex(draft), dispatch, fact });
      continue;
    }
    const one = numbered(list, number.number);
    if (!item.demand(one?.state === 'issued', `${kind} ${number.number} of ${key}, which is not there to be used`)) continue;
    one!.state = kind === 'accepted' ? 'used' : 'void';
    one!.dispatch = subject;
  }
  return registers;
}

/** Where the numbers run without gaps, as they do, the place in the list says it. */
function numbered(list: readonly Numbered[], number: number): Numbered | undefined {
  const there = list[number - 1];
  return there?.number === number ? there : list.find((one) => one.number === number);
}

function auditIssued(run: AuditRun, registers: Registers): void {
  const { db, tally } = run;
  const claim = tally.claim('numbers');
  const found = new Set<string>();
  const incoming = new Set<string>();
  for (const row of db.rows('number_issued')) {
    const item = claim.item(row.place);
    const key = `${row.office}/${row.direction}/${row.series}`;
    const one = numbered(registers.get(key) ?? [], row.number);
    found.add(`${key}/${row.number}`);
    if (!item.demand(one !== undefined, 'no event gave it')) continue;
    const dispatch = row.dispatch === null ? '' : hex(row.dispatch);
    item.demand(row.state === one!.state, `is ${one!.state}, not ${row.state}`);
    item.demand((row.draft === null ? '' : hex(row.draft)) === one!.draft, 'was given to another draft');
    item.demand(dispatch === one!.dispatch, 'was used for another dispatch');
    item.demand(isMomentOf(row.time, one!.fact) || wasLeftOutBy(run, one!.fact, row.time), 'its time is not that of its event');
    if (row.direction !== 'in') continue;
    item.demand(row.state === 'void' || !incoming.has(`${row.office} ${dispatch}`), 'is a second number for the same arrival');
    if (row.state !== 'void') incoming.add(`${row.office} ${dispatch}`);
  }
  namesMissing(claim, registers, found);
}

/** What was left out at a reopening is of no earlier than the copy that it goes on from, also where the clock was behind that. */
function wasLeftOutBy({ facts }: AuditRun, { kind, index }: Fact, time: number): boolean {
  return kind === 'number-skipped' && facts.of('restored').findLast((opened) => opened.index < index)?.fields.at === time;
}

function namesMissing(claim: Claim, registers: Registers, found: ReadonlySet<string>): void {
  for (const [key, list] of registers) {
    for (const { number, fact } of list) {
      if (!found.has(`${key}/${number}`)) claim.missing(`number_issued:${key}/${number}`, `is missing: ledger_entry:${fact.index} gave it`);
    }
  }
}

function auditCounters({ db, tally }: AuditRun, registers: Registers): void {
  const claim = tally.claim('number-counters');
  const found = new Set<string>();
  for (const { office, direction, series, last, place } of db.rows('number_counter')) {
    const key = `${office}/${direction}/${series}`;
    found.add(key);
    const given = registers.get(key)?.length ?? 0;
    claim.check(place, given === last && given > 0, `says ${last}, and ${given} numbers were given`);
  }
  for (const [key, list] of registers) if (!found.has(key) && list.length > 0) claim.missing(`number_counter:${key}`, 'is missing');
}

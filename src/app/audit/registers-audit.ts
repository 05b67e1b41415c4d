/** Numbers and registers, projected again from the ledger's events and compared with the tables that the station keeps. */
import { hex } from '#core/bytes.ts';
import type { Auditing } from './dispatch-audit.ts';
import type { AuditedEvent } from './ledger-audit.ts';
import type { Claim } from './findings.ts';

type Direction = 'out' | 'in';

export function auditRegisters({ copy, findings, events }: Auditing): void {
  const numbers = findings.claim('office-numbers');
  for (const direction of ['out', 'in'] as const) auditNumbers(numbers, direction, events, copy.all.bind(copy));
  auditOutgoing(findings.claim('register-out'), events, copy.all('select id, office, series, number, ledger from outgoing'));
  auditIncoming(findings.claim('register-in'), events, copy.all('select id, office, ledger, state from delivery'));
}

const ISSUED: Readonly<Record<Direction, string>> = { out: 'number-issued', in: 'number-in' };

/** 1, 2, 3 … for each office, direction and series; each number once; counters and rows as the events say. */
function auditNumbers(
  claim: Claim, direction: Direction, events: readonly AuditedEvent[], all: (sql: string, ...values: string[]) => Record<string, unknown>[],
): void {
  const last = new Map<string, number>();
  const issued = new Set<string>();
  for (const { kind, index, fields } of events) {
    if (kind !== ISSUED[direction] || fields.number === undefined || fields.office === undefined) continue;
    const key = `${fields.office.office}/${fields.number.series}`;
    const { number } = fields.number;
    claim.check(number === (last.get(key) ?? 0) + 1, `ledger_entry:${index}`, `number ${number} does not follow ${last.get(key) ?? 0}`);
    last.set(key, number);
    issued.add(`${key}/${number}`);
  }
  const rows = all('select office, series, number from number_issued where direction = ?', direction);
  for (const row of rows) {
    const key = `${String(row['office'])}/${String(row['series'])}/${String(row['number'])}`;
    claim.check(issued.delete(key), `number_issued:${direction}/${key}`, 'no event issued it');
  }
  for (const key of issued) claim.check(false, `number_issued:${direction}/${key}`, 'missing');
  for (const row of all('select office, series, last from number_counter where direction = ?', direction)) {
    const key = `${String(row['office'])}/${String(row['series'])}`;
    claim.check(last.get(key) === row['last'], `number_counter:${direction}/${key}`, `says ${String(row['last'])}, the events say ${last.get(key) ?? 0}`);
  }
}

function auditOutgoing(claim: Claim, events: readonly AuditedEvent[], rows: readonly Record<string, unknown>[]): void {
  const accepted = new Map(events.filter(({ kind }) => kind === 'accepted').map((event) => [event.index, event]));
  for (const row of rows) {
    const place = `outgoing:${hex(row['id'] as Uint8Array)}`;
    const event = accepted.get(Number(row['ledger']));
    accepted.delete(Number(row['ledger']));
    const same = event?.subject !== undefined && hex(event.subject) === hex(row['id'] as Uint8Array) &&
      event.fields.office?.office === row['office'] && event.fields.number?.series === row['series'] && event.fields.number?.number === row['number'];
    claim.check(same, place, 'is not as its event says');
  }
  for (const index of accepted.keys()) claim.check(false, `ledger_entry:${index}`, 'accepted, and not in the register');
}

function auditIncoming(claim: Claim, events: readonly AuditedEvent[], rows: readonly Record<string, unknown>[]): void {
  const arrived = new Map(events.filter(({ kind }) => kind === 'arrived' || kind === 'expired').map((event) => [event.index, event]));
  for (const row of rows) {
    const event = arrived.get(Number(row['ledger']));
    arrived.delete(Number(row['ledger']));
    const same = event?.subject !== undefined && hex(event.subject) === hex(row['id'] as Uint8Array) && event.fields.office?.office === row['office'];
    claim.check(same, `delivery:${hex(row['id'] as Uint8Array)}/${String(row['office'])}`, 'is not as its event says');
  }
  for (const [index, { kind }] of arrived) if (kind === 'arrived') claim.check(false, `ledger_entry:${index}`, 'arrived, and not in the register');
}

/**
 * Who had an office's keys: whoever left, whose position lost its rights, whose device ended, and may have them no longer, for while
 * such a device may know a key, that key is not one to go on with; and which keys one device had that is in others' hands. Source: docs/protocol/keyring.md §Rolls.
 */

import type { Instant } from '#core/clock.ts';
import { type DirectoryTables, officeKeyTable } from '#model/directory-tables.ts';
import type { DelegationRecord, DirectoryView, Ending, HoldingRecord, OfficeKeyRecord } from '#model/directory-view.ts';
import { mayHoldKeys, positionMay } from '#model/rights.ts';

type Since = Pick<OfficeKeyRecord, 'fixedBy' | 'fixedAt'>;
type Known = DirectoryView & { readonly tables: DirectoryTables };

/** Judged by the log's order and by the times that entries give: a clock that is behind must not hide who left. */
export function departedDevices(state: Known, office: string, since: Since, now: Instant): string[] {
  const { tables } = state;
  const had = new Set<string>();
  for (const record of tables.persons.values()) {
    const holdings = stoodByOrder(record, since) ? (tables.holdings.get(record.person) ?? []) : [];
    const delegated = stoodByOrder(record, since) ? (tables.delegations.get(record.person) ?? []) : [];
    if ([...holdings, ...delegated].some((one) => gaveKeys(tables, one, office, since, now))) had.add(record.person);
  }
  return [...tables.devices.values()]
    .filter((device) => had.has(device.person) && stoodByOrder(device, since))
    .filter(({ person, endedBy }) => endedBy !== null || !mayHoldKeys(state, person, office, now))
    .map(({ device }) => device);
}

/**
 * Keys of an office that a device may have, ended or not. Judged by the log's order or by the times of ends, whichever leaves it more:
 * what it may have had is declared. A departure is judged by the order alone, or a clock that is ahead would roll keys without end.
 */
export function keysHad({ tables }: Known, code: string, office: string, now: Instant): OfficeKeyRecord[] {
  const device = tables.devices.get(code);
  const person = device === null ? null : tables.persons.get(device.person);
  if (device === null || person === null) return [];
  const holdings = (tables.holdings.get(person.person) ?? []).filter(({ writtenBy, created }) => device.endedBy === null || writtenBy < device.endedBy || device.endedAt! > created);
  const given = [...holdings, ...(tables.delegations.get(person.person) ?? [])];
  return (['transport', 'storage'] as const).flatMap((purpose) => tables.officeKeys.get(officeKeyTable(office, purpose)) ?? [])
    .filter((key) => stoodByOrderOrTime(device, key) && stoodByOrderOrTime(person, key) && given.some((one) => gaveKeys(tables, one, office, key, now, stoodByOrderOrTime)));
}

/** Whether the log still had it when the key was fixed. */
function stoodByOrder({ endedBy }: Ending, { fixedBy }: Since): boolean {
  return endedBy === null || endedBy > fixedBy;
}

/** As that, or until later by the time of its end, which may be dated ahead. */
function stoodByOrderOrTime(ending: Ending, since: Since): boolean {
  return stoodByOrder(ending, since) || ending.endedAt! > since.fixedAt;
}

/** A holder's own position, or one that was delegated for a time. */
function gaveKeys(tables: DirectoryTables, holding: HoldingRecord | DelegationRecord, office: string, since: Since, now: Instant, stood = stoodByOrder): boolean {
  if (!stood(holding, since) || holding.from > now) return false;
  if (holding.until !== null && holding.until <= since.fixedAt) return false;
  const versions = tables.positions.get(holding.position) ?? [];
  const last = versions.at(-1);
  if (last === undefined || last.office !== office || !stood(last, since)) return false;
  // Whichever is earlier: an entry may wait for its second signature, and a clock may be ahead.
  const [byTime, byOrder] = [versions.findLastIndex((one) => one.since <= since.fixedAt), versions.findLastIndex((one) => one.writtenBy < since.fixedBy)];
  const first = Math.max(0, Math.min(byTime, byOrder));
  return versions.slice(first).some((version) => positionMay(version, 'hold the keys'));
}

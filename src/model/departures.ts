/**
 * Who had an office's keys and may have them no longer: whoever left, whose position lost its rights, whose device
 * ended. While such a device may know a key, that key is not one to go on with. Source: docs/protocol/keyring.md §Rolls.
 */

import type { Instant } from '#core/clock.ts';
import type { DirectoryTables } from '#model/directory-tables.ts';
import type { DelegationRecord, DirectoryView, Ending, HoldingRecord, OfficeKeyRecord } from '#model/directory-view.ts';
import { mayHoldKeys, positionMay } from '#model/rights.ts';

type Since = Pick<OfficeKeyRecord, 'fixedBy' | 'fixedAt'>;
type Known = DirectoryView & { readonly tables: DirectoryTables };

/** Judged by the log's order and by the times that entries give: a clock that is behind must not hide who left. */
export function departedDevices(state: Known, office: string, since: Since, now: Instant): string[] {
  const { tables } = state;
  const had = new Set<string>();
  for (const record of tables.persons.values()) {
    const holdings = stoodAfter(record, since) ? (tables.holdings.get(record.person) ?? []) : [];
    const delegated = stoodAfter(record, since) ? (tables.delegations.get(record.person) ?? []) : [];
    if ([...holdings, ...delegated].some((one) => gaveKeys(tables, one, office, since, now))) had.add(record.person);
  }
  return [...tables.devices.values()]
    .filter((device) => had.has(device.person) && stoodAfter(device, since))
    .filter(({ person, endedBy }) => endedBy !== null || !mayHoldKeys(state, person, office, now))
    .map(({ device }) => device);
}

/** Whether the log still had it when the key was fixed. */
function stoodAfter({ endedBy }: Ending, { fixedBy }: Since): boolean {
  return endedBy === null || endedBy > fixedBy;
}

/** A holder's own position, or one that was delegated for a time. */
function gaveKeys(tables: DirectoryTables, holding: HoldingRecord | DelegationRecord, office: string, since: Since, now: Instant): boolean {
  if (!stoodAfter(holding, since) || holding.from > now) return false;
  if (holding.until !== null && holding.until <= since.fixedAt) return false;
  const versions = tables.positions.get(holding.position) ?? [];
  const last = versions.at(-1);
  if (last === undefined || last.office !== office || !stoodAfter(last, since)) return false;
  const first = Math.max(0, versions.findLastIndex((version) => version.since <= since.fixedAt));
  return versions.slice(first).some((version) => positionMay(version, 'hold the keys'));
}

/** Which backups stay: the newest of each of so many hours, days, weeks and months, and always the newest of all. */
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { SnapshotName } from './objects.ts';

const RULE = /^(?:(\d{1,4})h)?(?:(\d{1,4})d)?(?:(\d{1,4})w)?(?:(\d{1,4})m)?$/;

/** @returns those to remove. @throws Refusal `option-unknown` where the rule is none */
export function prunable(rule: string, snapshots: readonly SnapshotName[]): string[] {
  const match = RULE.exec(rule);
  if (match === null || rule === '') throw new Refusal('option-unknown', { option: '--retain', value: rule, words: '24h7d5w12m' });
  const [hours, days, weeks, months] = match.slice(1).map((text) => Number(text ?? 0)) as [number, number, number, number];
  const kept = new Set(snapshots.slice(-1).map(({ name }) => name));
  const keep = (count: number, period: (time: number) => string | number): void => {
    const newest = new Map<string | number, string>();
    for (const { name, time } of snapshots) newest.set(period(time), name);
    for (const name of [...newest.values()].slice(count === 0 ? newest.size : -count)) kept.add(name);
  };
  keep(hours, (time) => Math.floor(time / HOUR_MS));
  keep(days, (time) => Math.floor(time / DAY_MS));
  keep(weeks, (time) => Math.floor((time / DAY_MS + 3) / 7));
  keep(months, (time) => new Date(time).toISOString().slice(0, 7));
  return snapshots.filter(({ name }) => !kept.has(name)).map(({ name }) => name);
}

/** The table of branches, and what of it is too little. */

import type { Row } from './measure.ts';

export const PERCENT_MIN = 90;

/** Rows that may stay below, by `target files`, each with its reason in words. */
export type Reasons = Readonly<Record<string, string>>;

export function percentOf({ covered, all }: Row): number {
  return all === 0 ? 0 : (100 * covered) / all;
}

/**
 * Rows that are below and have no reason, and reasons that are needed no more.
 * @param isWhole whether all targets were measured: then a reason must have its row
 */
export function shortfalls(rows: readonly Row[], reasons: Reasons, isWhole = true): string[] {
  const isBelow = (row: Row): boolean => percentOf(row) < PERCENT_MIN;
  const below = rows.filter((row) => isBelow(row) && reasons[keyOf(row)] === undefined);
  const unknown = Object.keys(reasons).filter((key) => isWhole && rows.every((row) => keyOf(row) !== key));
  const stale = rows.filter((row) => !isBelow(row) && reasons[keyOf(row)] !== undefined);
  return [
    ...below.map((row) => `${keyOf(row)}: ${row.covered} of ${row.all} branches, less than ${PERCENT_MIN} %; missed ${row.missed.join(', ')}`),
    ...stale.map((row) => `${keyOf(row)}: has ${PERCENT_MIN} % now; take its reason out`),
    ...unknown.map((key) => `${key}: no such row; take its reason out`),
  ];
}

export function keyOf({ target, files }: Row): string {
  return `${target} ${files}`;
}

/** In the form of a page, so that docs/fuzzing.md takes it over as it is. */
export function tableOf(rows: readonly Row[], reasons: Reasons): string[] {
  const line = (row: Row): string => {
    const reason = reasons[keyOf(row)];
    return `| ${row.target} | ${row.files} | ${row.covered} / ${row.all} | ${percentOf(row).toFixed(1)}${reason === undefined ? '' : ` (${reason})`} |`;
  };
  return ['| target | decoder | branches | % |', '|---|---|---|---|', ...rows.map(line)];
}

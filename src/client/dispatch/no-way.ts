/** What a link that ended has cut off: by the directory as this device has it no way leads from who holds a dispatch to its office. */
import { isOwn } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { OfficeLife } from '#model/life.ts';
import { nextHop } from '#model/routes.ts';
import type { OfficeRef } from '#wire/names.ts';

export interface NoWay {
  readonly office: OfficeRef;
  /** Where it lives, which is not reached from who is known last to have the dispatch. */
  readonly station: string;
}

export function noWaysOf(view: DirectoryView, offices: readonly OfficeLife[]): NoWay[] {
  return offices.flatMap((one) => {
    const station = unreached(view, one);
    return station === null ? [] : [{ office: one.office, station }];
  });
}

/** Null where a way leads there, or it has arrived. Over a border nobody here can know. */
function unreached(view: DirectoryView, { state, lastCustodian, office }: OfficeLife): string | null {
  if (state !== 'underway' || !isOwn(view, office) || lastCustodian.includes('/')) return null;
  const home = view.office(office.office)?.station;
  if (home === undefined || home === lastCustodian) return null;
  return nextHop(view, lastCustodian, home) === null ? home : null;
}

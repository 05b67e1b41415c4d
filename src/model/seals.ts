/**
 * On whose device the key of a position's seal may be. The directory names nobody beside a seal; but a registrar certifies
 * one for somebody who holds the position then, so that it is on no device of who came to the position afterwards.
 * Source: docs/decisions/0034-one-more-pair-of-keys.md, docs/operating/people.md.
 */
import { HOUR_MS } from '#core/clock.ts';
import type { DirectoryView } from '#model/directory-view.ts';

/** Clocks of registrars may differ. */
const CLOCKS_MS = HOUR_MS;

/** Whether the seal that the position has now may be on a device of that person; false where it has none. */
export function mayHaveSeal(view: Pick<DirectoryView, 'holdings' | 'seals'>, person: string, code: string): boolean {
  const { since } = view.seals(code);
  return since !== null && view.holdings(person).some(({ position, created }) => position === code && created <= since + CLOCKS_MS);
}

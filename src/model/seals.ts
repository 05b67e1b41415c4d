/**
 * The seals that a position had, one after the other, and on whose device the key of one may be. The directory names nobody
 * beside a seal; but a registrar certifies one for somebody who holds the position then, so that it is on no device of who came
 * to the position afterwards.
 * Source: docs/decisions/0034-one-more-pair-of-keys.md, 0157-a-seal-ends-by-its-number.md, docs/operating/people.md.
 */
import { HOUR_MS } from '#core/clock.ts';
import { identityKey, type PositionVersion, type Table } from '#model/directory-tables.ts';
import type { DirectoryView, Identity, PositionSeal } from '#model/directory-view.ts';

/** Each with its number, from 1 on in the order of the log: another pair of certificates is another seal, and none comes back. */
export function sealsOf(versions: readonly PositionVersion[], identities: Pick<Table<Identity>, 'get'>): PositionSeal[] {
  const first = new Map<string, PositionVersion>();
  for (const one of versions) if (one.seal !== null && !first.has(identityKey(one.seal.verifier))) first.set(identityKey(one.seal.verifier), one);
  const last = versions.at(-1);
  const worn = last?.endedBy === null ? last.seal : null;
  return [...first].map(([key, { position, since, writtenBy, seal }], index) => {
    const { endedBy, endedAt, endReason, exposedAt, exposedBy } = identities.get(key)!;
    const isWorn = worn !== null && identityKey(worn.verifier) === key;
    return { position, number: index + 1, verifier: seal!.verifier, since, writtenBy, isWorn, endedBy, endedAt, endReason, exposedAt, exposedBy };
  });
}

/** As the directory and people name it. */
export function sealName({ number }: Pick<PositionSeal, 'number'>): string {
  return `seal-${number}`;
}

/** Clocks of registrars may differ. */
const CLOCKS_MS = HOUR_MS;

/** Whether the seal that the position has now may be on a device of that person; false where it has none. */
export function mayHaveSeal(view: Pick<DirectoryView, 'holdings' | 'seals'>, person: string, code: string): boolean {
  const worn = view.seals(code).find(({ isWorn }) => isWorn);
  return worn !== undefined && mayHaveHad(view, person, worn);
}

/**
 * Whether a seal may ever have been on a device of that person: who held the position when it was certified, or came by it within the
 * hour; by the log's order or by the times that entries give, whichever says so, for one may wait and the other be dated back.
 */
export function mayHaveHad(view: Pick<DirectoryView, 'holdings'>, person: string, { position: code, since, writtenBy }: PositionSeal): boolean {
  return view.holdings(person).some((holding) => holding.position === code && (holding.writtenBy < writtenBy || holding.created <= since + CLOCKS_MS)
    && (holding.endedBy === null || holding.endedBy > writtenBy || holding.endedAt! > since - CLOCKS_MS));
}

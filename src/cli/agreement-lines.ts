/** An agreement with another organisation as people read it: before they sign, and after. */
import { inGroups } from '#model/proofs.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import type { CliContext } from './context.ts';
import { formatMoment } from './locale.ts';
import { columns, officeName, precedenceText } from './showing.ts';

type Read = Pick<AgreementRecord, 'peer' | 'name' | 'offices' | 'station' | 'peerStation' | 'address' | 'precedence' | 'from' | 'until' | 'endedAt' | 'terms'>;

/**
 * With a mark of the terms, which the registrars of both sides, the second ones too, can compare.
 * @param theirOffices where they are known: an entry names the own side's alone
 */
export function agreementLines(context: CliContext, view: DirectoryView, one: Read, theirOffices: readonly string[] = []): string[] {
  const { words: { federation }, timeZone } = context;
  const until = one.endedAt ?? one.until;
  return columns([
    [one.peer, one.name],
    [federation.offices, one.offices.map((office) => officeName(view, office)).join(', ')],
    [federation.theirOffices, theirOffices.map((office) => `${one.peer}/${office}`).join(', ')],
    [federation.stations, `${one.station} ↔ ${one.peer}/${one.peerStation}${one.address === null ? '' : ` (${one.address})`}`],
    [federation.highest, precedenceText(context, one.precedence)],
    [federation.from, formatMoment(one.from, timeZone)],
    [one.endedAt === null ? federation.until : federation.endedAt, until === null ? null : formatMoment(until, timeZone)],
    [federation.terms, one.terms === null ? null : inGroups(one.terms)],
  ]);
}

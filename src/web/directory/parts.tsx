/** What the panes of the directory have in common: links between entries, times, rights, how something ended. */
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';
import type { Way } from '#client/directory/entitlements.ts';
import type { Ending } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { type Asked, placeOf, type Thing } from './spot.ts';
import type { Directory } from './use-directory.ts';

export interface PaneProps {
  readonly asked: Asked;
  readonly directory: Directory;
  readonly code: string;
}

export interface EntryLinkProps extends Pick<PaneProps, 'asked'> {
  readonly thing: Thing;
  readonly code: string;
  readonly children: ReactNode;
}

export function EntryLink({ asked, thing, code, children }: EntryLinkProps) {
  return <Link className="folk-link" href={placeOf(thing, code, asked)}>{children}</Link>;
}

export function PersonLink({ asked, directory: { view }, code }: PaneProps) {
  return <EntryLink asked={asked} thing="people" code={code}>{view.person(code)?.name ?? code}</EntryLink>;
}

export function OfficeLink({ asked, directory: { view }, code }: PaneProps) {
  return <EntryLink asked={asked} thing="offices" code={code}>{view.office(code)?.name ?? code}</EntryLink>;
}

export function PositionLink({ asked, directory: { view }, code }: PaneProps) {
  return <EntryLink asked={asked} thing="positions" code={code}>{view.position(code)?.title ?? code}</EntryLink>;
}

export function Rights({ rights }: { readonly rights: readonly Right[] }) {
  const words = useWords();
  return <>{rights.map((right) => words.directory.right[right]).join(', ')}</>;
}

/** From when until when; nothing where neither is said. */
export function Span({ from, until }: Pick<Way, 'from' | 'until'>) {
  const words = useWords();
  const said = [from === null ? null : fill(words.directory.since, { date: dateText(from) }), until === null ? null : fill(words.directory.until, { date: dateText(until) })];
  return <span className="folk-span">{said.filter((one) => one !== null).join(', ')}</span>;
}

/** By which right somebody acts who does not in their own. */
export function Stead({ directory: { view }, delegation }: { readonly directory: Directory; readonly delegation: Way['delegation'] }) {
  const words = useWords();
  if (delegation === null) return null;
  return <span className="folk-stead">{fill(words.directory.actingBy, { name: view.person(delegation.by)?.name ?? delegation.by, code: delegation.code, reason: delegation.reason })}</span>;
}

export function Ended({ record: { endedAt, endReason } }: { readonly record: Ending }) {
  const words = useWords();
  if (endedAt === null) return null;
  return <p className="folk-over">{fill(words.directory.hasEnded, { date: dateText(endedAt), reason: endReason === null ? '' : words.directory.reason[endReason] })}</p>;
}

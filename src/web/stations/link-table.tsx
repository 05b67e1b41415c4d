/** The same as the drawing in a table: each link of this station with its numbers and what waits. */
import { Fragment, type ReactNode } from 'react';
import { type BoardLink, type LinkBoard, type LinkSeen, waitingOn } from '#client/link-board.ts';
import type { PeersSync } from '#client/directory/peers-sync.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import { demandMirrored } from '#model/agreements.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { dateText } from '../kit/writing.ts';
import { fill, faultSentence, useLocale, useWords } from '../words/words.ts';
import { queueText, spanText, stateText, whyOf } from './link-text.tsx';
import type { Rate } from './use-links.ts';

export interface LinkTableProps {
  readonly board: LinkBoard;
  readonly view: DirectoryView;
  readonly peers: Pick<PeersSync, 'view'>;
  readonly now: number;
  readonly rateOf: (link: LinkSeen) => Rate | null;
  /** What may be done at a link, beside its name. */
  readonly actOf: (peer: string, site: string) => ReactNode;
}

export function LinkTable({ board, view, peers, now, rateOf, actOf }: LinkTableProps) {
  const [words, locale] = [useWords(), useLocale()];
  const own = board.links.filter((link): link is BoardLink & { seen: LinkSeen } => link.seen !== null);
  if (own.length === 0) return <p className="net-none">{words.stations.alone}</p>;
  const { column } = words.stations;
  const heads = [column.site, column.state, column.queue, column.oldest, column.numbers, column.rate, column.met, column.incarnation];
  return (
    <table className="net-table">
      <caption>{words.stations.table}</caption>
      <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
      <tbody>
        {own.map((link) => {
          const { seen } = link;
          const rate = rateOf(seen);
          const waiting = waitingOn(seen);
          const why = whyOf(seen, words, locale);
          return (
            <Fragment key={link.to}>
              <tr data-state={seen.state}>
                <th scope="row">{siteOf(board, link.to)} <code>{link.to}</code>{link.isBorder && <Border link={seen} view={view} peers={peers} now={now} />}<span className="line net-act">{actOf(seen.peer, siteOf(board, link.to))}</span></th>
                <td className="net-state"><span className="net-label">{column.state}: </span><span>{stateText(link, words)}</span></td>
                <td data-flash={seen.queued.flash > 0}><span className="net-label">{column.queue}: </span><span>{waiting === 0 ? words.stations.nothing : queueText(seen.queued, words, locale)}</span></td>
                <td><span className="net-label">{column.oldest}: </span>{seen.oldestQueued === null ? '–' : spanText(now - seen.oldestQueued, words)}</td>
                <td><span className="net-label">{column.numbers}: </span>{seen.lastSent} / {seen.lastReceived}</td>
                <td><span className="net-label">{column.rate}: </span>{rate === null ? '–' : fill(words.stations.rate, { sent: Math.round(rate.sent), received: Math.round(rate.received) })}</td>
                <td><span className="net-label">{column.met}: </span>{seen.lastMet === null ? words.stations.never : dateText(seen.lastMet)}</td>
                <td><span className="net-label">{column.incarnation}: </span>{seen.incarnation === null || seen.incarnation === undefined ? '–' : <code>{seen.incarnation.slice(0, 8)}</code>}</td>
              </tr>
              {/* Sentences, for which no column is wide enough. */}
              {why.length > 0 && <tr className="net-why"><td colSpan={heads.length}>{why.map((sentence) => <p key={sentence}>{sentence}</p>)}</td></tr>}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** Another organisation's exchange station: whether the agreement counts on both sides, for otherwise nobody is let in. */
function Border({ link: { peer, shownRefused }, view, peers, now }: Pick<LinkTableProps, 'view' | 'peers' | 'now'> & { readonly link: LinkSeen }) {
  const [words, locale] = [useWords(), useLocale()];
  const refusal = shownRefused === undefined ? refusalOf(peer, view, peers, now) : refusalSaid({ code: shownRefused.code, detail: { organisation: peer } });
  return <span className="line net-border" data-refused={refusal !== null}>{refusal === null ? words.stations.border : fill(words.stations.borderRefused, { why: faultSentence(refusal, locale) })}</span>;
}

function refusalOf(peer: string, view: DirectoryView, peers: Pick<PeersSync, 'view'>, now: number): Refusal | null {
  const agreement = view.agreement(peer);
  const other = agreement === null ? null : peers.view(agreement.organisation);
  if (other === null) return new Refusal('agreement-missing', { organisation: peer, reason: 'theirs' });
  try {
    demandMirrored(view, other, now);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

export function siteOf({ places }: LinkBoard, code: string): string {
  return places.find((place) => place.code === code)?.site ?? code;
}

/** The stations as a drawing, this one first: live links full, broken ones broken, what waits as a number on its link. */
import { useSyncExternalStore } from 'react';
import { type BoardLink, type BoardPlace, type LinkBoard, waitingOn } from '#client/link-board.ts';
import { fill, useWords } from '../words/words.ts';
import { spanText, stateText } from './link-text.tsx';

interface Point { readonly x: number; readonly y: number }

/** Wide: from left to right by links away, names below. Narrow: one under the other, set in, names beside. */
const WIDE = { step: 260, row: 104, left: 30, top: 34, width: 240, below: 72 };
const NARROW = { step: 30, row: 62, left: 26, top: 30, width: 346, below: 30 };
const SITE_CHARACTERS = 23;
const narrow = matchMedia('(max-width: 760px)');

export function Schematic({ board, now }: { readonly board: LinkBoard; readonly now: number }) {
  const words = useWords();
  const isNarrow = useSyncExternalStore(whenNarrow, () => narrow.matches);
  const { places, links, hopsMax, rows } = board;
  const order = isNarrow ? indented(places) : places;
  const at = new Map(order.map((place, i): [string, Point] => [place.code, isNarrow
    ? { x: NARROW.left + place.hops * NARROW.step, y: NARROW.top + i * NARROW.row }
    : { x: WIDE.left + place.hops * WIDE.step, y: WIDE.top + place.row * WIDE.row }]));
  const [width, height] = isNarrow ? [NARROW.width, NARROW.top + (order.length - 1) * NARROW.row + NARROW.below]
    : [WIDE.left + hopsMax * WIDE.step + WIDE.width, WIDE.top + (rows - 1) * WIDE.row + WIDE.below];
  const siteOf = (code: string): string => places.find((place) => place.code === code)?.site ?? code;
  const told = links.map((link) => fill(words.stations.described, { from: siteOf(link.from), to: siteOf(link.to), state: stateText(link, words) }));
  return (
    <svg className="net-map" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={told.length === 0 ? words.stations.alone : told.join(' ')}>
      {links.map((link) => <LinkLine key={`${link.from} ${link.to}`} link={link} from={at.get(link.from)} to={at.get(link.to)} isNarrow={isNarrow} now={now} />)}
      {order.map((place) => <PlacePoint key={place.code} place={place} at={at.get(place.code)!} isNarrow={isNarrow} />)}
    </svg>
  );
}

/** Each place under the one before it. */
function indented(places: readonly BoardPlace[]): BoardPlace[] {
  const behind = Map.groupBy(places, ({ before }) => before);
  const [left, order]: [BoardPlace[], BoardPlace[]] = [(behind.get(null) ?? []).toReversed(), []];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    order.push(place);
    left.push(...(behind.get(place.code) ?? []).toReversed());
  }
  return order;
}

function LinkLine({ link, from, to, isNarrow, now }: { readonly link: BoardLink; readonly from: Point | undefined; readonly to: Point | undefined; readonly isNarrow: boolean; readonly now: number }) {
  const words = useWords();
  if (from === undefined || to === undefined) return null;
  const { seen, isBorder } = link;
  const [a, b] = from.x <= to.x ? [from, to] : [to, from];
  // Wide: out of the side, across, in at the side. Narrow: down, then across.
  const bend = b.x - 84;
  const path = isNarrow ? `M${a.x} ${a.y} V${b.y} H${b.x}` : a.x === b.x ? `M${a.x} ${a.y} V${b.y}` : `M${a.x} ${a.y} H${bend} L${bend + 22} ${b.y} H${b.x}`;
  const waiting = seen === null ? 0 : waitingOn(seen);
  const mark = isNarrow ? { x: a.x, y: b.y - NARROW.row / 2 } : a.x === b.x ? { x: a.x, y: (a.y + b.y) / 2 } : { x: b.x - 36, y: b.y };
  return (
    <g className="net-link" data-state={seen?.state ?? 'unseen'} data-border={isBorder}>
      <path d={path} />
      {seen !== null && seen.state !== 'up' && waiting === 0 && <path className="net-cut" d={`M${mark.x - 5} ${mark.y - 5} l10 10 M${mark.x + 5} ${mark.y - 5} l-10 10`} />}
      {waiting > 0 && <g className="net-waits" data-flash={seen!.queued.flash > 0}><rect x={mark.x - 14} y={mark.y - 11} width="28" height="22" rx="11" /><text x={mark.x} y={mark.y + 5}>{waiting > 999 ? '999+' : waiting}</text>
        {seen!.oldestQueued !== null && (isNarrow
          ? <text className="net-since" x={mark.x + 20} y={mark.y + 5}>{spanText(now - seen!.oldestQueued, words)}</text>
          : <text className="net-since" x={mark.x + 14} y={mark.y - 18} textAnchor="end">{spanText(now - seen!.oldestQueued, words)}</text>)}</g>}
    </g>
  );
}

function PlacePoint({ place: { site, kind }, at: { x, y }, isNarrow }: { readonly place: BoardPlace; readonly at: Point; readonly isNarrow: boolean }) {
  return (
    <g className="net-place" data-kind={kind} transform={`translate(${x} ${y})`}>
      {kind === 'organisation' ? <rect x="-11" y="-11" width="22" height="22" rx="4" /> : <circle r={kind === 'own' ? 15 : 11} />}
      {kind === 'own' && <path d="M-6 6 V-2 L0 -7 L6 -2 V6 Z" />}
      {lines(site).map((line, i, all) => isNarrow
        ? <text key={line} x={kind === 'own' ? 23 : 19} y={5 + (i - (all.length - 1) / 2) * 18}>{line}</text>
        : <text key={line} x="-14" y={34 + i * 18}>{line}</text>)}
    </g>
  );
}

/** At most two lines; what is longer stands whole in the table. */
function lines(site: string): string[] {
  const out: string[] = [''];
  for (const word of site.split(' ')) {
    const last = out.at(-1)!;
    if (last !== '' && last.length + word.length + 1 > SITE_CHARACTERS) out.push(word);
    else out[out.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return out.length <= 2 ? out : [out[0]!, `${out[1]!}…`];
}

function whenNarrow(changed: () => void): () => void {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
}

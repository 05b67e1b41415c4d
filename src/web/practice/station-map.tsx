/** The stations alive: hub, relay and post, the links between them and where the dispatch is. A table says the same. */
import type { Trace } from '#client/dispatch/trace.ts';
import { Button } from '../kit/button.tsx';
import { useWork } from '../kit/use-outside.ts';
import { sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import type { PracticeApi, PracticeLink, PracticeState } from './practice-api.ts';

export interface StationMapProps {
  readonly api: PracticeApi;
  readonly state: PracticeState;
  readonly trace: Trace | null;
}

/** Where each station stands on the drawing, from the lowlands up. */
const PLACES = [{ x: 110, y: 208 }, { x: 400, y: 168 }, { x: 690, y: 92 }] as const;

export function StationMap({ api, state, trace }: StationMapProps) {
  const words = useWords();
  const { run } = useWork();
  const at = custodianOf(trace);
  const site = (code: string): string => state.stations.find((one) => one.code === code)?.site ?? code;
  const told = state.links.map(({ from, to, isOpen }) => fill(words.map.described, { from: site(from), to: site(to), state: isOpen ? words.map.open : words.map.cut }));
  return (
    <section className="map" aria-labelledby="map-title">
      <h2 id="map-title">{words.map.title}</h2>
      <svg viewBox="0 0 800 290" role="img" aria-label={told.join(' ')}>
        <path className="ridge far" d="M0 214 L90 178 L170 204 L270 150 L350 182 L470 116 L540 150 L640 52 L720 104 L800 66 V290 H0 Z" />
        <path className="ridge near" d="M0 250 L120 226 L230 244 L340 206 L440 226 L560 168 L650 196 L740 134 L800 160 V290 H0 Z" />
        {state.links.map((link, i) => <LinkLine key={link.name} link={link} from={PLACES[i]!} to={PLACES[i + 1]!} />)}
        {state.stations.map(({ code, office }, i) => <StationPoint key={code} at={PLACES[i]!} isRelay={office === null} holds={at === code} />)}
      </svg>
      <ul className="map-names" aria-hidden="true">
        {state.stations.map(({ code, site: name, office }) => <li key={code}><b>{name}</b><span>{office ?? words.map.relay}</span></li>)}
      </ul>
      <ul className="links">
        {state.links.map((link) => (
          <LinkRow key={link.name} link={link} from={site(link.from)} to={site(link.to)} onSwitch={() => run(async () => { await api.setLink(link.name, !link.isOpen); })} />
        ))}
      </ul>
    </section>
  );
}

/** The last station that is known to hold it. */
function custodianOf(trace: Trace | null): string | null {
  const [office] = trace?.life.offices ?? [];
  return office?.lastCustodian ?? null;
}

interface Point { readonly x: number; readonly y: number }

function LinkLine({ link: { isOpen }, from, to }: { readonly link: PracticeLink; readonly from: Point; readonly to: Point }) {
  const [midX, midY] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  return (
    <g className="link" data-open={isOpen}>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      {!isOpen && <g className="cut" transform={`translate(${midX} ${midY})`}><circle r="15" /><path d="M-6 -6 L6 6 M6 -6 L-6 6" /></g>}
    </g>
  );
}

function StationPoint({ at: { x, y }, isRelay, holds }: { readonly at: Point; readonly isRelay: boolean; readonly holds: boolean }) {
  return (
    <g className="station" data-holds={holds} transform={`translate(${x} ${y})`}>
      <circle r={isRelay ? 15 : 21} />
      {isRelay ? <path d="M-6 5 L0 -7 L6 5 Z" /> : <path d="M-8 7 V-3 L0 -9 L8 -3 V7 Z M-3 7 V1 H3 V7" />}
      {holds && <g className="telegram" transform="translate(0 -40)"><rect x="-17" y="-12" width="34" height="24" rx="3" /><path d="M-17 -9 L0 4 L17 -9" /></g>}
    </g>
  );
}

function LinkRow({ link: { isOpen, wireBytes }, from, to, onSwitch }: { readonly link: PracticeLink; readonly from: string; readonly to: string; readonly onSwitch: () => void }) {
  const [words, locale] = [useWords(), useLocale()];
  const name = fill(words.map.link, { from, to });
  return (
    <li data-open={isOpen}>
      <span className="link-name">{name}</span>
      <span className="link-state">{isOpen ? words.map.open : words.map.cut} · {fill(words.map.crossed, { size: sizeText(wireBytes, locale) })}</span>
      <Button variant={isOpen ? 'danger' : 'primary'} aria-label={`${isOpen ? words.map.doCut : words.map.doRestore}: ${name}`} onPress={onSwitch}>{isOpen ? words.map.doCut : words.map.doRestore}</Button>
    </li>
  );
}

/** Stations and links, alive: what this station sees of its own links, and how the others are joined. */
import { useMemo } from 'react';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { linkBoard } from '#client/link-board.ts';
import { useEntered } from '../device/entered.ts';
import { Awaiting } from '../kit/fault.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { CarryAct } from './carry-act.tsx';
import { CourierPart } from './courier-part.tsx';
import { InvitePart } from './invite-part.tsx';
import { LinkTable, siteOf } from './link-table.tsx';
import { queueText } from './link-text.tsx';
import { PagesPart } from './pages-part.tsx';
import { Schematic } from './schematic.tsx';
import { useBundles } from './use-bundles.ts';
import { useLinks } from './use-links.ts';

export function StationsPage() {
  const words = useWords();
  const locale = useLocale();
  const { session } = useEntered();
  const { clock } = useOutside();
  const { look, fault, rateOf, lookAgain } = useLinks();
  const mayCarry = isRegistrar(session) || session.offices().some((office) => session.may('carry bundles', office));
  const bundles = useBundles(mayCarry);
  const { view } = session;
  const board = useMemo(() => (look === null ? null : linkBoard(view, look.station.station, look.links.links)), [view, look]);
  if (look === null || board === null) return <div className="room"><h1>{words.stations.title}</h1><Awaiting fault={fault} /></div>;
  const { station, links: { disk, stranded = [] } } = look;
  const unseen = board.links.filter(({ seen }) => seen === null).length;
  return (
    <div className="room net">
      <header className="net-top">
        <h1>{words.stations.title}</h1>
        <p className="soft">{fill(words.stations.from, { site: station.site, incarnation: station.incarnation.slice(0, 8), version: station.version })}</p>
      </header>
      {fault !== null && <p className="caution" role="status">{words.stations.stale}</p>}
      {disk !== undefined && disk.level !== 'good' && <p className="caution" role="status">{fill(words.stations.disk[disk.level], { free: sizeText(disk.freeBytes, locale) })}</p>}
      {stranded.map(({ station: to, held, since }) => <p key={to} className="caution" role="status">{fill(words.stations.stranded, { site: siteOf(board, to), held: queueText(held, words, locale), since: dateText(since) })}</p>)}
      <Schematic board={board} now={clock.now()} />
      <LinkTable board={board} view={view} peers={session.peers} now={clock.now()} rateOf={rateOf} actOf={(peer, site) => mayCarry && <CarryAct peer={peer} site={site} onBegun={bundles.lookAgain} />} />
      {unseen > 0 && <p className="soft">{fill(words.stations.unseen, { count: unseen })}</p>}
      {mayCarry && <CourierPart station={station.station} bundles={bundles} />}
      <InvitePart onGrown={lookAgain} />
      <PagesPart station={station.station} />
    </div>
  );
}

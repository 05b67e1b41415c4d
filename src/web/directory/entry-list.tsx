/** Offices by their station, or people by their name: only lines in sight exist, one of them is in view beside. */
import { Collection, Header, ListBox, ListBoxItem, ListBoxSection, ListLayout, Virtualizer } from 'react-aria-components';
import type { OfficeLine, PersonLine, Seat } from '#client/directory/directory-book.ts';
import type { ListRecord } from '#model/directory-view.ts';
import { go } from '../frame/router.tsx';
import { dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';
import { type Asked, placeOf } from './spot.ts';
import type { Directory } from './use-directory.ts';

export interface EntryListProps {
  readonly asked: Asked;
  readonly directory: Directory;
  readonly offices: readonly OfficeLine[];
  readonly people: readonly PersonLine[];
  readonly lists: readonly ListRecord[];
}

const LAYOUT = { estimatedRowHeight: 72, estimatedHeadingHeight: 36 };

export function EntryList({ asked, directory, offices, people, lists }: EntryListProps) {
  const words = useWords();
  const { tab, open } = asked;
  const selected = open === null ? [] : [open.thing === 'positions' ? directory.view.position(open.code)?.office ?? '' : open.code];
  const props = {
    className: 'folk-lines', 'aria-label': words.directory.tab[tab], selectionMode: 'single', selectedKeys: selected,
    onSelectionChange: (keys: 'all' | Iterable<unknown>) => {
      const [code] = keys === 'all' ? [] : keys;
      // Pressed again, it stays in view.
      const wanted = code === undefined ? selected[0] : String(code);
      if (wanted !== undefined) go(placeOf(tab, wanted, asked));
    },
  } as const;
  return (
    <Virtualizer layout={ListLayout} layoutOptions={LAYOUT}>
      {tab === 'lists' ? (
        <ListBox {...props} items={lists.map((list) => ({ id: list.list, list }))}>
          {({ id, list }) => <ListBoxItem id={id} textValue={list.name} className="folk-line"><ListRow list={list} directory={directory} /></ListBoxItem>}
        </ListBox>
      ) : tab === 'people' ? (
        <ListBox {...props} items={people.map((line) => ({ id: line.person.person, line }))}>
          {({ id, line }) => <ListBoxItem id={id} textValue={line.person.name} className="folk-line"><PersonRow line={line} directory={directory} /></ListBoxItem>}
        </ListBox>
      ) : (
        <ListBox {...props} items={byStation(directory, offices)}>
          {({ id, site, lines }) => (
            <ListBoxSection id={`station ${id}`}>
              <Header className="folk-site">{site}</Header>
              <Collection items={lines.map((line) => ({ id: line.office.office, line }))}>
                {({ id: code, line }) => <ListBoxItem id={code} textValue={line.office.name} className="folk-line"><OfficeRow line={line} directory={directory} /></ListBoxItem>}
              </Collection>
            </ListBoxSection>
          )}
        </ListBox>
      )}
    </Virtualizer>
  );
}

function OfficeRow({ line: { office, hasEnded, seats }, directory: { view } }: { readonly line: OfficeLine; readonly directory: Directory }) {
  const words = useWords();
  const { name, symbol, alternate, endedAt } = office;
  return (
    <span className="folk-entry" data-ended={hasEnded}>
      <span className="folk-name"><b>{name}</b> <span className="folk-symbol">{symbol}</span></span>
      {hasEnded && endedAt !== null && <span className="folk-ended">{fill(words.directory.endedAt, { date: dateText(endedAt).slice(0, 10) })}</span>}
      {!hasEnded && alternate !== null && <span className="folk-shut">{fill(words.directory.shut, { office: view.office(alternate)?.name ?? alternate })}</span>}
      <span className="folk-under">{seats.map((seat) => seatText(seat, view, words)).join(' · ')}</span>
    </span>
  );
}

function ListRow({ list: { name, offices }, directory: { view } }: { readonly list: ListRecord; readonly directory: Directory }) {
  return (
    <span className="folk-entry">
      <span className="folk-name"><b>{name}</b></span>
      <span className="folk-under">{offices.map((office) => view.office(office)?.name ?? office).join(' · ')}</span>
    </span>
  );
}

function PersonRow({ line: { person, hasEnded, ways }, directory: { view } }: { readonly line: PersonLine; readonly directory: Directory }) {
  const words = useWords();
  const isRegistrar = view.registrars().some((one) => one.person === person.person);
  const seats = ways.map(({ title, office, delegation }) => {
    const where = `${title}, ${view.office(office)?.name ?? office}`;
    return delegation === null ? where : `${where} (${fill(words.directory.acting, { name: view.person(delegation.by)?.name ?? delegation.by })})`;
  });
  return (
    <span className="folk-entry" data-ended={hasEnded}>
      <span className="folk-name">
        <b>{person.name}</b>
        {person.kind === 'service' && <span className="folk-tag">{words.directory.machine}</span>}
        {isRegistrar && <span className="folk-tag">{words.directory.registrar}</span>}
      </span>
      {hasEnded && person.endedAt !== null && <span className="folk-ended">{fill(words.directory.endedAt, { date: dateText(person.endedAt).slice(0, 10) })}</span>}
      <span className="folk-under">{seats.length === 0 ? words.directory.noSeat : seats.join(' · ')}</span>
    </span>
  );
}

function seatText({ position, ways }: Seat, view: Directory['view'], words: Words): string {
  const names = ways.map(({ person, delegation }) => {
    const name = view.person(person)?.name ?? person;
    return delegation === null ? name : `${name} (${fill(words.directory.acting, { name: view.person(delegation.by)?.name ?? delegation.by })})`;
  });
  return `${position.title}: ${names.length === 0 ? words.directory.nobody : names.join(', ')}`;
}

interface Station {
  readonly id: string;
  readonly site: string;
  readonly lines: OfficeLine[];
}

/** In the order in which the stations joined. */
function byStation({ view }: Directory, offices: readonly OfficeLine[]): Station[] {
  const homes = Map.groupBy(offices, ({ office }) => office.station);
  const order = view.stations().map(({ station }) => station);
  const rank = (code: string): number => (order.includes(code) ? order.indexOf(code) : order.length);
  return [...homes].map(([id, lines]) => ({ id, site: view.station(id)?.site ?? id, lines })).toSorted((a, b) => rank(a.id) - rank(b.id));
}

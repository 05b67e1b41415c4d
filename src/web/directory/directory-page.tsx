/** The directory: offices and people, found while somebody types, with the entry in view beside the list. */
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { found } from '#client/directory/directory-book.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { matches } from '#model/fold.ts';
import { useEntered } from '../device/entered.ts';
import { go, refine, useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { SearchIcon } from '../kit/icons.tsx';
import { fill, useWords } from '../words/words.ts';
import { EntryList } from './entry-list.tsx';
import { EntryPane } from './entry-pane.tsx';
import { JoinAct } from './join-act.tsx';
import { ListAdd } from './list-pane.tsx';
import { OfficeAdd } from './office-acts.tsx';
import { RequestsWaiting } from './requests-waiting.tsx';
import { askedOf, listOf, type Tab, TABS } from './spot.ts';
import { type Directory, useDirectory } from './use-directory.ts';
import { useProposals } from './use-proposals.ts';
import { WaitingLink } from './waiting-pane.tsx';

/** What a registrar adds where they stand. */
const ADDS: Readonly<Record<Tab, (props: { readonly directory: Directory }) => React.ReactNode>> = { offices: OfficeAdd, people: JoinAct, lists: ListAdd };

export function DirectoryPage() {
  const words = useWords();
  const spot = useSpot();
  const asked = useMemo(() => askedOf(spot), [spot]);
  const { session } = useEntered();
  const proposals = useProposals();
  const directory = useDirectory(proposals.reload);
  const { book, view, isStale } = directory;
  const [query, setQuery] = useState('');
  // The field shows every letter at once; what is found follows.
  const typed = useDeferredValue(query);
  const { withEnded, open, tab } = asked;
  const offices = useMemo(() => found(book.offices, { query: typed, withEnded }), [book, typed, withEnded]);
  const people = useMemo(() => found(book.people, { query: typed, withEnded }), [book, typed, withEnded]);
  const lists = useMemo(() => view.lists().filter(({ name, list }) => matches(`${name} ${list}`, typed)), [view, typed]);
  const counts = { offices: offices.length, people: people.length, lists: lists.length };
  const Add = ADDS[tab];
  useKeptInSight(open?.code ?? null);
  return (
    <div className="folk" data-has-open={open !== null}>
      <section className="folk-list">
        <header className="folk-top">
          <h1>{words.directory.title}</h1>
          <p className="soft">{fill(words.directory.size, { size: view.point.size })}</p>
          {isRegistrar(session) && <><WaitingLink proposals={proposals} isHere={open?.thing === 'waiting'} /><Add directory={directory} /></>}
        </header>
        {isRegistrar(session) && <RequestsWaiting directory={directory} />}
        <div className="folk-tabs" role="group" aria-label={words.directory.tabs}>
          {TABS.map((one) => (
            <Button key={one} variant="quiet" aria-pressed={tab === one} onPress={() => go(listOf({ tab: one, withEnded }))}>{words.directory.tab[one]} <b>{counts[one]}</b></Button>
          ))}
        </div>
        <div className="folk-filters" role="search">
          <SearchField className="folk-search" aria-label={words.directory.search} value={query} onChange={setQuery}><SearchIcon /><Input placeholder={words.directory.search} /></SearchField>
          <Button variant="quiet" aria-pressed={withEnded} onPress={() => refine({ ended: withEnded ? '' : '1' })}>{words.directory.withEnded}</Button>
        </div>
        {isStale && <p className="caution" role="status">{words.directory.stale}</p>}
        {counts[tab] === 0 ? <p className="folk-none" role="status">{tab === 'lists' && view.lists().length === 0 ? words.acts.listNone : words.directory.none}</p> : <EntryList asked={asked} directory={directory} offices={offices} people={people} lists={lists} />}
      </section>
      <EntryPane key={open === null ? '' : `${open.thing} ${open.code}`} asked={asked} directory={directory} proposals={proposals} />
    </div>
  );
}

/** On a phone the entry takes the list's place: it begins at its top, and whoever uses the keyboard stands there. */
function useKeptInSight(code: string | null): void {
  useEffect(() => {
    if (code === null || !matchMedia('(max-width: 760px)').matches) return;
    document.getElementById('folk-entry')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [code]);
}

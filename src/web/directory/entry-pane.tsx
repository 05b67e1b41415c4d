/** The entry in view, beside the list or, on a phone, in its place. */
import { go } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { BackIcon } from '../kit/icons.tsx';
import { useWords } from '../words/words.ts';
import { ListPane } from './list-pane.tsx';
import { OfficePane } from './office-pane.tsx';
import type { PaneProps } from './parts.tsx';
import { PersonPane } from './person-pane.tsx';
import { PositionPane } from './position-pane.tsx';
import { listOf, type Thing } from './spot.ts';
import { WaitingPane } from './waiting-pane.tsx';
import type { Proposals } from './use-proposals.ts';

const PANES: Readonly<Record<Exclude<Thing, 'waiting'>, (props: PaneProps) => React.ReactNode>> = { offices: OfficePane, people: PersonPane, lists: ListPane, positions: PositionPane };

export function EntryPane({ asked, directory, proposals }: Omit<PaneProps, 'code'> & { readonly proposals: Proposals }) {
  const words = useWords();
  const { open } = asked;
  return (
    <aside className="folk-pane" aria-label={words.directory.pane} id="folk-entry" tabIndex={-1}>
      {open === null ? <p className="soft folk-pick">{words.directory.pick}</p> : (
        <div className="folk-body">
          <span className="folk-back"><Button variant="quiet" onPress={() => go(listOf(asked))}><BackIcon />{words.directory.back}</Button></span>
          {open.thing === 'waiting' ? <WaitingPane directory={directory} proposals={proposals} /> : <Entry thing={open.thing} asked={asked} directory={directory} code={open.code} />}
        </div>
      )}
    </aside>
  );
}

function Entry({ thing, ...props }: PaneProps & { readonly thing: Exclude<Thing, 'waiting'> }) {
  const Pane = PANES[thing];
  return <Pane {...props} />;
}

/** The entry in view, beside the list or, on a phone, in its place. */
import { go } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { BackIcon } from '../kit/icons.tsx';
import { useWords } from '../words/words.ts';
import { OfficePane } from './office-pane.tsx';
import type { PaneProps } from './parts.tsx';
import { PersonPane } from './person-pane.tsx';
import { PositionPane } from './position-pane.tsx';
import { listOf, type Thing } from './spot.ts';

const PANES: Readonly<Record<Thing, (props: PaneProps) => React.ReactNode>> = { offices: OfficePane, people: PersonPane, positions: PositionPane };

export function EntryPane({ asked, directory }: Omit<PaneProps, 'code'>) {
  const words = useWords();
  const { open } = asked;
  const Pane = open === null ? null : PANES[open.thing];
  return (
    <aside className="folk-pane" aria-label={words.directory.pane} id="folk-entry" tabIndex={-1}>
      {open === null || Pane === null ? <p className="soft folk-pick">{words.directory.pick}</p> : (
        <div className="folk-body">
          <span className="folk-back"><Button variant="quiet" onPress={() => go(listOf(asked))}><BackIcon />{words.directory.back}</Button></span>
          <Pane asked={asked} directory={directory} code={open.code} />
        </div>
      )}
    </aside>
  );
}

/** Lists of addressees: who is on them; a registrar writes, corrects and ends them. */
import { useState } from 'react';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { planList, planListEnd } from '#client/directory/structure-errands.ts';
import { lasts } from '#model/directory-ending.ts';
import { LIMITS } from '#wire/limits.ts';
import { useEntered } from '../device/entered.ts';
import { go } from '../frame/router.tsx';
import { Act } from '../kit/act-dialog.tsx';
import { Text } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { fill, useWords } from '../words/words.ts';
import { CodeField, plain, useNewCode } from './code-field.tsx';
import { Ended, OfficeLink, type PaneProps } from './parts.tsx';
import { PickMany } from './pick-many.tsx';
import { Said } from './said.tsx';
import { placeOf } from './spot.ts';
import type { Directory } from './use-directory.ts';
import { type Proposing, useProposing } from './use-proposing.ts';


export function ListPane(props: PaneProps) {
  const words = useWords();
  const { directory, code } = props;
  const list = directory.view.list(code);
  if (list === null) return <p className="folk-none">{words.directory.unknown}</p>;
  return (
    <>
      <header className="folk-head"><h2>{list.name}</h2><p className="soft">{words.directory.code} <code>{code}</code></p></header>
      <Ended record={list} />
      <ListActs {...props} />
      <section aria-labelledby="folk-members">
        <h3 id="folk-members">{words.acts.members}</h3>
        <p className="soft">{words.acts.membersWhat}</p>
        <ul className="folk-ways">{list.offices.map((office) => <li key={office}><OfficeLink {...props} code={office} /></li>)}</ul>
      </section>
    </>
  );
}

export function ListAdd({ directory }: { readonly directory: Directory }) {
  const words = useWords();
  const { said, propose } = useProposing(directory);
  const { view } = directory;
  const [name, setName] = useState('');
  const [offices, setOffices] = useState<readonly string[]>([]);
  const code = useNewCode(name, (one) => view.list(one) !== null);
  const list = code.usable;
  const isWhole = list !== null && name.trim() !== '' && offices.length > 0;
  return (
    <div className="folk-join">
      <Act ask={words.acts.listAdd} title={words.acts.listAddTitle} act={!isWhole ? null : async () => {
        const proposed = await propose(planList(view, { list, name: plain(name), offices: [...offices] }));
        setName('');
        code.set(null);
        setOffices([]);
        if (proposed?.outcome === 'sequenced') go(placeOf('lists', list, { withEnded: false }));
      }}>
        <Text label={words.acts.listName} value={name} onChange={setName} maxLength={NAME_CHARACTERS_MAX} />
        <CodeField value={code} />
        <Members directory={directory} value={offices} onChange={setOffices} />
        <p>{words.acts.listWhat}</p>
      </Act>
      <Said lines={said} />
    </div>
  );
}

function ListActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const known = view.list(code)!;
  if (!isRegistrar(session)) return null;
  return (
    <section aria-label={words.directory.acts} className="folk-acts">
      {lasts(known, now) && (
        <>
          <Correct key={`${known.name} ${known.offices.join()}`} directory={directory} list={code} proposing={proposing} />
          <Act ask={words.acts.end} title={fill(words.acts.listEndTitle, { name: known.name })} isDanger act={async () => void await proposing.propose(planListEnd(view, code, now))}>
            <p>{words.acts.listEndWhat}</p>
            <p>{words.acts.never}</p>
          </Act>
        </>
      )}
      <Said lines={proposing.said} />
    </section>
  );
}

function Correct({ directory, list, proposing: { propose } }: { readonly directory: Directory; readonly list: string; readonly proposing: Proposing }) {
  const words = useWords();
  const { view } = directory;
  const known = view.list(list)!;
  const [name, setName] = useState(known.name);
  const [offices, setOffices] = useState<readonly string[]>(known.offices);
  const isWhole = name.trim() !== '' && offices.length > 0;
  return (
    <Act ask={words.acts.correct} title={fill(words.acts.correctTitle, { name: known.name })}
      act={!isWhole ? null : async () => void await propose(planList(view, { list, name: plain(name), offices: [...offices] }))}>
      <Text label={words.acts.listName} value={name} onChange={setName} maxLength={NAME_CHARACTERS_MAX} />
      <Members directory={directory} value={offices} onChange={setOffices} />
      <p>{words.acts.listWhat}</p>
    </Act>
  );
}

function Members({ directory: { book }, value, onChange }: { readonly directory: Directory; readonly value: readonly string[]; readonly onChange: (offices: readonly string[]) => void }) {
  const words = useWords();
  const items = book.offices.filter(({ hasEnded }) => !hasEnded).map(({ office }) => ({ id: office.office, name: office.name, under: office.symbol }));
  return <PickMany label={words.acts.members} items={items} value={value} onChange={onChange} most={LIMITS.recipients} />;
}

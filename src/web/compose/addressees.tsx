/** Whom a dispatch goes to: found by typing, each with its role and precedence; members of a list may be left out. */
import { useMemo } from 'react';
import { Link, ToggleButton } from 'react-aria-components';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { whoMay } from '#model/rights.ts';
import type { Precedence, Role } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { withAct } from '../frame/begun.ts';
import { Button } from '../kit/button.tsx';
import { Choice, Finder } from '../kit/field.tsx';
import { CrossIcon } from '../kit/icons.tsx';
import { fill, useWords } from '../words/words.ts';
import type { Nameable, OrderLine } from './order.ts';

export interface AddresseesProps {
  readonly lines: readonly OrderLine[];
  /** Of the first that is added. */
  readonly precedence: Precedence;
  /** Precedences to choose among. */
  readonly givable: Readonly<Record<Precedence, string>>;
  readonly known: readonly Nameable[];
  readonly onChange: (lines: readonly OrderLine[]) => void;
  readonly fault: string | null;
  /** Whether somebody who comes here stands in it at once. */
  readonly isFocused: boolean;
}

export function Addressees({ lines, precedence, givable, known, onChange, fault, isFocused }: AddresseesProps) {
  const words = useWords();
  const free = known.filter(({ name }) => !lines.some((line) => line.name === name));
  const items = free.map(({ name, label, kind, isKeyless }) => ({ id: name, name: label, under: [name, words.compose.kind[kind], ...(isKeyless ? [words.compose.keyless] : [])].join(' · ') }));
  const change = (name: string, part: Partial<OrderLine>): void => onChange(lines.map((line) => (line.name === name ? { ...line, ...part } : line)));
  return (
    <section className="addressees" aria-label={words.draft.to}>
      {known.length === 0 ? <NobodyYet /> : <Finder isFocused={isFocused} label={words.compose.addTo} all={words.compose.allOffices} items={items} onFound={(name) => onChange([...lines, { name, role: 'action', precedence: lines.at(-1)?.precedence ?? precedence, except: [] }])} />}
      {fault !== null && <p className="field-fault" role="alert">{fault}</p>}
      {lines.length > 0 && (
        <ul className="to-list">
          {lines.map((line) => <AddresseeLine key={line.name} line={line} givable={givable} about={known.find(({ name }) => name === line.name)} onChange={(part) => change(line.name, part)} onRemove={() => onChange(lines.filter(({ name }) => name !== line.name))} />)}
        </ul>
      )}
    </section>
  );
}

/** What an organisation with one office lacks, and where it is made. */
function NobodyYet() {
  const words = useWords();
  const { session } = useEntered();
  const registrars = session.view.registrars().map(({ person }) => session.view.person(person)?.name ?? person).join(', ');
  return (
    <div className="caution nobody-yet" role="status">
      <p><b>{words.compose.nobodyYet}</b> {words.compose.nobodyYetWhat}</p>
      {isRegistrar(session)
        ? <div className="acts"><Link className="button" href={withAct('/directory/offices', 'office')}>{words.compose.toOffices}</Link><Link className="button" href={withAct('/stations', 'invite')}>{words.compose.toStations}</Link></div>
        : <p>{fill(words.compose.askRegistrar, { names: registrars })}</p>}
    </div>
  );
}

interface LineProps extends Pick<AddresseesProps, 'givable'> {
  readonly line: OrderLine;
  readonly about: Nameable | undefined;
  readonly onChange: (part: Partial<OrderLine>) => void;
  readonly onRemove: () => void;
}

function AddresseeLine({ line, givable, about, onChange, onRemove }: LineProps) {
  const words = useWords();
  const { session } = useEntered();
  const label = about?.label ?? line.name;
  // Everybody of the directory is asked where it has grown, not at each key that is typed.
  const isUnopened = useMemo(() => about?.kind === 'office' && whoMay(session.view, 'say opened', about.name, session.now()).length === 0, [session, about?.kind, about?.name, session.view.point.size]);
  return (
    <li>
      <div className="to-name"><b>{label}</b> <span className="soft">{line.name}</span></div>
      <Choice<Role> label={fill(words.compose.roleOf, { name: label })} shown={words.compose.role} value={line.role} choices={words.mark.role} onChange={(role) => onChange({ role })} />
      <Choice<Precedence> label={fill(words.compose.precedenceOf, { name: label })} shown={words.compose.precedence} value={line.precedence} choices={givable} onChange={(precedence) => onChange({ precedence })} />
      <Button variant="quiet" aria-label={fill(words.draft.removeFile, { name: label })} onPress={onRemove}><CrossIcon /></Button>
      {about !== undefined && about.offices.length > 0 && (
        <div className="except">
          <span className="soft">{words.compose.except}</span>
          {about.offices.map((code) => (
            <ToggleButton key={code} className="chip" isSelected={line.except.includes(code)} onChange={(isLeftOut) => onChange({ except: isLeftOut ? [...line.except, code] : line.except.filter((one) => one !== code) })}>
              {session.view.office(code)?.name ?? code}
            </ToggleButton>
          ))}
        </div>
      )}
      {isUnopened && <div className="except"><span className="soft" role="status">{words.compose.nobodyOpens}</span></div>}
    </li>
  );
}

/** Whom a dispatch goes to: found by typing, each with its role and precedence; members of a list may be left out. */
import { ToggleButton } from 'react-aria-components';
import { USUAL_PRECEDENCE } from '#model/usual.ts';
import type { Precedence, Role } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Choice, Finder } from '../kit/field.tsx';
import { CrossIcon } from '../kit/icons.tsx';
import { fill, useWords } from '../words/words.ts';
import { FlashNote, useGivable } from './flash-note.tsx';
import type { Nameable, OrderLine } from './order.ts';

export interface AddresseesProps {
  readonly lines: readonly OrderLine[];
  readonly known: readonly Nameable[];
  readonly onChange: (lines: readonly OrderLine[]) => void;
  readonly fault: string | null;
}

export function Addressees({ lines, known, onChange, fault }: AddresseesProps) {
  const words = useWords();
  const { session, office } = useEntered();
  const givable = useGivable(session, office);
  const free = known.filter(({ name }) => !lines.some((line) => line.name === name));
  const items = free.map(({ name, label, kind }) => ({ id: name, name: label, under: `${name} · ${words.compose.kind[kind]}` }));
  const change = (name: string, part: Partial<OrderLine>): void => onChange(lines.map((line) => (line.name === name ? { ...line, ...part } : line)));
  return (
    <section className="addressees" aria-label={words.draft.to}>
      <Finder label={words.compose.addTo} all={words.compose.allOffices} items={items} onFound={(name) => onChange([...lines, { name, role: 'action', precedence: lines.at(-1)?.precedence ?? USUAL_PRECEDENCE, except: [] }])} />
      {fault !== null && <p className="field-fault" role="alert">{fault}</p>}
      {lines.length > 0 && (
        <ul className="to-list">
          {lines.map((line) => <AddresseeLine key={line.name} line={line} givable={givable} about={known.find(({ name }) => name === line.name)} onChange={(part) => change(line.name, part)} onRemove={() => onChange(lines.filter(({ name }) => name !== line.name))} />)}
        </ul>
      )}
      {lines.length > 0 && <FlashNote session={session} office={office} chosen={lines.map(({ precedence }) => precedence)} />}
    </section>
  );
}

interface LineProps {
  readonly line: OrderLine;
  /** Precedences to choose among. */
  readonly givable: Readonly<Record<Precedence, string>>;
  readonly about: Nameable | undefined;
  readonly onChange: (part: Partial<OrderLine>) => void;
  readonly onRemove: () => void;
}

function AddresseeLine({ line, givable, about, onChange, onRemove }: LineProps) {
  const words = useWords();
  const { session } = useEntered();
  const label = about?.label ?? line.name;
  return (
    <li>
      <div className="to-name"><b>{label}</b> <span className="soft">{line.name}</span></div>
      <Choice<Role> label={fill(words.compose.roleOf, { name: label })} isLabelHidden value={line.role} choices={words.mark.role} onChange={(role) => onChange({ role })} />
      <Choice<Precedence> label={fill(words.compose.precedenceOf, { name: label })} isLabelHidden value={line.precedence} choices={givable} onChange={(precedence) => onChange({ precedence })} />
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
    </li>
  );
}

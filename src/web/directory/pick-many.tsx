/** Several of many: found by typing, shown as a list, each taken out again. */
import { useState } from 'react';
import { Button } from '../kit/button.tsx';
import { Finder, type FinderProps } from '../kit/field.tsx';
import { CrossIcon } from '../kit/icons.tsx';
import { fill, useWords } from '../words/words.ts';

export interface PickManyProps extends Pick<FinderProps, 'label' | 'items'> {
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
  readonly most: number;
}

export function PickMany({ label, items, value, onChange, most }: PickManyProps) {
  const words = useWords();
  // Another list is begun after each choice, where whoever chose goes on typing.
  const [first] = useState(value);
  const nameOf = (id: string): string => items.find((one) => one.id === id)?.name ?? id;
  return (
    <div className="pick-many">
      {value.length < most && <Finder key={value.join()} opens="input" isFocused={value !== first} label={label} all={words.directory.showAll} items={items.filter(({ id }) => !value.includes(id))} onFound={(id) => onChange([...value, id])} />}
      {value.length > 0 && (
        <ul className="files" aria-label={label}>
          {value.map((id) => <li key={id}><span className="file-name">{nameOf(id)}</span><Button variant="quiet" aria-label={fill(words.acts.takeOut, { name: nameOf(id) })} onPress={() => onChange(value.filter((one) => one !== id))}><CrossIcon /></Button></li>)}
        </ul>
      )}
    </div>
  );
}

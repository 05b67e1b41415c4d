/** Labelled fields: what is typed, and what is chosen from a few. */
import { type KeyboardEvent, useContext, useId, useState } from 'react';
import { Button as AriaButton, Checkbox, ComboBox, ComboBoxStateContext, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text as AriaText, TextArea, TextField } from 'react-aria-components';
import { matches } from '#model/fold.ts';
import { CheckIcon } from './icons.tsx';

export interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, or null. */
  readonly fault?: string | null;
  readonly lines?: number;
  readonly maxLength?: number;
  /** How it is to be written. */
  readonly hint?: string;
  /** A code or a name, which no browser shall correct. */
  readonly isVerbatim?: boolean;
  /** It has the focus from the first. */
  readonly isFocused?: boolean;
}

/** Never completed or remembered by the browser: it would keep what was typed on its disk, in the clear. */
export function Text({ label, value, onChange, fault = null, lines, maxLength, hint, isVerbatim = false, isFocused = false }: TextProps) {
  const limit = maxLength === undefined ? {} : { maxLength };
  const plain = isVerbatim ? { spellCheck: false, autoCapitalize: 'off' } : {};
  return (
    <TextField className="field" autoComplete="off" value={value} onChange={onChange} isInvalid={fault !== null} autoFocus={isFocused} {...limit}>
      <Label>{label}</Label>
      {lines === undefined ? <Input {...plain} /> : <TextArea rows={lines} />}
      {hint !== undefined && <AriaText slot="description" className="hint">{hint}</AriaText>}
      <FieldError className="field-fault">{fault}</FieldError>
    </TextField>
  );
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
  /** What is shown of the label, which begins with it, where the rest stands beside it already. */
  readonly shown?: string;
}

export function Choice<T extends string>({ label, value, choices, onChange, shown }: ChoiceProps<T>) {
  const items = Object.entries(choices) as [T, string][];
  return (
    <Select className="field choice" value={value} onChange={(key) => onChange(key as T)} {...(shown !== undefined && { 'aria-label': label })}>
      {shown === undefined ? <Label>{label}</Label> : <span className="label" aria-hidden="true">{shown}</span>}
      <AriaButton className="choice-button"><SelectValue /><span aria-hidden="true" className="chevron" /></AriaButton>
      <Popover className="popover">
        <ListBox>{items.map(([id, name]) => <ListBoxItem key={id} id={id} className="option">{name}</ListBoxItem>)}</ListBox>
      </Popover>
    </Select>
  );
}

export interface TickProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  /** The label is for who cannot see that it is plain. */
  readonly isLabelHidden?: boolean;
  /** What it means, for who does not know the word. */
  readonly hint?: string;
}

/** A box to tick. */
export function Tick({ label, value, onChange, isLabelHidden = false, hint }: TickProps) {
  const described = useId();
  const box = <Checkbox className="tick" isSelected={value} onChange={onChange} {...(isLabelHidden ? { 'aria-label': label } : {})} {...(hint !== undefined && { 'aria-describedby': described })}><span className="tick-box" aria-hidden="true"><CheckIcon /></span>{!isLabelHidden && label}</Checkbox>;
  return hint === undefined ? box : <div className="tick-said">{box}<span id={described} className="hint">{hint}</span></div>;
}

/** One of many: what it is called, and what stands beside it. */
export interface Findable {
  readonly id: string;
  readonly name: string;
  readonly under: string;
  /** Told in the list alone: nobody looks for it, and it goes nowhere with what is chosen. */
  readonly aside?: string;
}

export interface FinderProps {
  readonly label: string;
  readonly items: readonly Findable[];
  readonly onFound: (id: string) => void;
  /** What the button says that opens the list. */
  readonly all: string;
  /** When the list opens; `input`: once somebody types, so that it does not cover what was just chosen. */
  readonly opens?: 'focus' | 'input';
  readonly isFocused?: boolean;
}

/** Finds one of many by typing, with or without diacritics; takes it and is empty again. */
export function Finder({ label, items, onFound, all, opens = 'focus', isFocused = false }: FinderProps) {
  const [typed, setTyped] = useState('');
  // What has the focus from the first covers nothing with its list before somebody types or comes back.
  const [isFirst, setFirst] = useState(isFocused);
  return (
    <ComboBox
      className="field choice" inputValue={typed} onInputChange={setTyped} selectedKey={null} menuTrigger={isFirst ? 'input' : opens} autoFocus={isFocused} onBlur={() => setFirst(false)} defaultItems={items} defaultFilter={matches}
      onSelectionChange={(key) => {
        if (key === null) return;
        setTyped('');
        onFound(String(key));
      }}
    >
      <Found label={label} all={all} textOf={({ id, name, under }) => `${name} ${id} ${under}`} />
    </ComboBox>
  );
}

export interface PickOneProps extends Omit<FinderProps, 'onFound'> {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** As the finder, and keeps showing what was found. */
export function PickOne({ label, items, value, onChange, all }: PickOneProps) {
  return (
    <ComboBox className="field" defaultItems={items} defaultFilter={matches} selectedKey={value} onSelectionChange={(key) => onChange(key === null ? null : String(key))} menuTrigger="focus">
      <Found label={label} all={all} textOf={({ name, under }) => (under === '' ? name : `${name}, ${under}`)} />
    </ComboBox>
  );
}

export interface TypedOrFoundProps extends Pick<TextProps, 'value' | 'onChange' | 'fault' | 'hint'>, Pick<FinderProps, 'label' | 'items' | 'all'> {}

/** A text for which some are offered: one of them is taken, or another typed. */
export function TypedOrFound({ label, items, value, onChange, all, hint, fault = null }: TypedOrFoundProps) {
  return (
    <ComboBox className="field" allowsCustomValue inputValue={value} onInputChange={onChange} defaultItems={items} defaultFilter={matches} isInvalid={fault !== null}>
      <Found label={label} all={all} textOf={({ name, under }) => `${name}, ${under}`} />
      {hint !== undefined && <AriaText slot="description" className="hint">{hint}</AriaText>}
      <FieldError className="field-fault">{fault}</FieldError>
    </ComboBox>
  );
}

/** @param textOf what is searched, and what stands in the line once it is chosen */
function Found({ label, all, textOf }: { readonly label: string; readonly all: string; readonly textOf: (item: Findable) => string }) {
  const state = useContext(ComboBoxStateContext);
  /** As everywhere where something is found by typing, Enter takes the first that is found; while letters are still put together it is theirs. */
  const aimAtFirst = ({ key, nativeEvent }: KeyboardEvent): void => {
    if (key !== 'Enter' || nativeEvent.isComposing || state === null || !state.isOpen || state.selectionManager.focusedKey !== null || state.inputValue.trim() === '') return;
    const first = [...state.collection].find(({ textValue }) => matches(textValue, state.inputValue));
    if (first !== undefined) state.selectionManager.setFocusedKey(first.key);
  };
  return (
    <>
      <Label>{label}</Label>
      <div className="finder" onKeyDownCapture={aimAtFirst}><Input /><AriaButton aria-label={all} className="finder-open"><span aria-hidden="true" className="chevron" /></AriaButton></div>
      <Popover className="popover">
        <ListBox<Findable> className="found">{(item) => <ListBoxItem id={item.id} textValue={textOf(item)} className="option">{item.name} <span className="soft">{item.under}{item.aside !== undefined && <i> ({item.aside})</i>}</span></ListBoxItem>}</ListBox>
      </Popover>
    </>
  );
}

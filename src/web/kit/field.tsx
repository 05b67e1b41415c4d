/** Labelled fields: what is typed, and what is chosen from a few. */
import { Button as AriaButton, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, TextArea, TextField } from 'react-aria-components';

export interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, or null. */
  readonly fault?: string | null;
  readonly lines?: number;
  readonly maxLength?: number;
}

/** Never completed or remembered by the browser: it would keep what was typed on its disk, in the clear. */
export function Text({ label, value, onChange, fault = null, lines, maxLength }: TextProps) {
  const limit = maxLength === undefined ? {} : { maxLength };
  return (
    <TextField className="field" autoComplete="off" value={value} onChange={onChange} isInvalid={fault !== null} {...limit}>
      <Label>{label}</Label>
      {lines === undefined ? <Input /> : <TextArea rows={lines} />}
      <FieldError className="field-fault">{fault}</FieldError>
    </TextField>
  );
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, value, choices, onChange }: ChoiceProps<T>) {
  const items = Object.entries(choices) as [T, string][];
  return (
    <Select className="field choice" value={value} onChange={(key) => onChange(key as T)}>
      <Label>{label}</Label>
      <AriaButton className="choice-button"><SelectValue /><span aria-hidden="true" className="chevron" /></AriaButton>
      <Popover className="popover">
        <ListBox>{items.map(([id, name]) => <ListBoxItem key={id} id={id} className="option">{name}</ListBoxItem>)}</ListBox>
      </Popover>
    </Select>
  );
}

export interface DayProps {
  readonly label: string;
  /** `2026-11-23`, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A day, written and picked as the reader's browser does. */
export function Day({ label, value, onChange }: DayProps) {
  return <TextField className="field" value={value} onChange={onChange} type="date"><Label>{label}</Label><Input /></TextField>;
}

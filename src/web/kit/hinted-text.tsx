/** A line of text with what to write there. */
import { FieldError, Input, Label, Text as Hint, TextField } from 'react-aria-components';
import { LIMITS } from '#wire/limits.ts';

export interface HintedTextProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault: string | null;
  readonly maxLength?: number;
}

export function HintedText({ label, hint, value, onChange, fault, maxLength = LIMITS.codeBytes }: HintedTextProps) {
  return (
    <TextField className="field" value={value} onChange={onChange} isInvalid={fault !== null} maxLength={maxLength} autoComplete="off">
      <Label>{label}</Label>
      <Input spellCheck="false" autoCapitalize="off" />
      <Hint slot="description" className="hint">{hint}</Hint>
      <FieldError className="field-fault">{fault}</FieldError>
    </TextField>
  );
}

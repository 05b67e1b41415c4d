/** A passphrase: hidden unless its owner wants to see it, never kept by the browser, and typed twice where it is new. */
import { useState } from 'react';
import { FieldError, Input, Label, Text as AriaText, TextField } from 'react-aria-components';
import { PASSPHRASE_CHARACTERS_MIN } from '#client/keyring/slots.ts';
import { fill, useWords } from '../words/words.ts';
import { Button } from './button.tsx';

export interface SecretProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** How it is to be chosen. */
  readonly hint?: string;
  readonly isNew?: boolean;
  readonly fault?: string | null;
  readonly isFocused?: boolean;
}

export function Secret({ label, value, onChange, hint, isNew = false, fault = null, isFocused = false }: SecretProps) {
  const words = useWords();
  const [isShown, show] = useState(false);
  return (
    <TextField className="field" type={isShown ? 'text' : 'password'} value={value} onChange={onChange} isInvalid={fault !== null} autoComplete={isNew ? 'new-password' : 'current-password'} autoFocus={isFocused}>
      <Label>{label}</Label>
      <span className="secret"><Input spellCheck="false" autoCapitalize="off" />
        <Button variant="quiet" aria-label={fill(isShown ? words.door.hide : words.door.show, { what: label })} onPress={() => show(!isShown)}>{isShown ? words.door.hideShort : words.door.showShort}</Button></span>
      {hint !== undefined && <AriaText slot="description" className="hint">{hint}</AriaText>}
      <FieldError className="field-fault">{fault}</FieldError>
    </TextField>
  );
}

export interface NewSecret {
  readonly first: string;
  readonly second: string;
}

/** What is wrong with a new passphrase, or null. */
export function useNewSecretFault({ first, second }: NewSecret): { first: string | null; second: string | null } {
  const words = useWords();
  const isShort = [...first.normalize('NFC')].length < PASSPHRASE_CHARACTERS_MIN;
  return {
    first: isShort ? fill(words.door.tooShort, { min: PASSPHRASE_CHARACTERS_MIN }) : null,
    second: first === second ? null : words.door.differs,
  };
}

interface NewSecretProps {
  readonly label: string;
  readonly value: NewSecret;
  readonly onChange: (value: NewSecret) => void;
  readonly isTried: boolean;
  /** What else is wrong with it where it stands; null for nothing. */
  readonly fault?: string | null;
}

/** Two fields that must agree; faults show once it was tried. */
export function NewSecretFields({ value, onChange, isTried, label, fault: elsewhere = null }: NewSecretProps) {
  const words = useWords();
  const fault = useNewSecretFault(value);
  return (
    <>
      <Secret isNew label={label} hint={fill(words.door.passphraseHint, { min: PASSPHRASE_CHARACTERS_MIN })} value={value.first} onChange={(first) => onChange({ ...value, first })} fault={isTried ? fault.first ?? elsewhere : null} />
      <Secret isNew label={words.door.again} value={value.second} onChange={(second) => onChange({ ...value, second })} fault={isTried ? fault.second : null} />
    </>
  );
}

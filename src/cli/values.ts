/** The values given to one command: options by name and bare arguments, asked for by the type that is expected. */
import { Refusal } from '#core/refusals.ts';
import { nearTo } from './nearest.ts';

type Raw = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export class Values {
  readonly #options: Raw;
  readonly operands: readonly string[];

  constructor(options: Raw, operands: readonly string[] = []) {
    this.#options = options;
    this.operands = operands;
  }

  /** A text, or null where it was not given. */
  text(name: string): string | null {
    const value = this.#options[name];
    return typeof value === 'string' ? value : null;
  }

  /** @throws Refusal `option-missing` where it was not given, or empty */
  need(name: string): string {
    const value = this.text(name);
    if (value === null || value === '') throw new Refusal('option-missing', { option: `--${name}` });
    return value;
  }

  /** All values of an option that may stand several times; a comma separates too. */
  list(name: string): string[] {
    const value = this.#options[name];
    return (Array.isArray(value) ? value : []).flatMap((one: string) => one.split(',')).map((one) => one.trim()).filter((one) => one !== '');
  }

  /** As `list`, but a comma is part of a value: for file names. */
  files(name: string): string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? [...(value as readonly string[])] : [];
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** @throws Refusal `option-unknown` where it is not one of the words */
  word<const W extends string>(name: string, words: readonly W[], otherwise: W): W {
    const value = this.text(name);
    if (value === null) return otherwise;
    const found = words.find((word) => word === value);
    if (found === undefined) throw new Refusal('option-unknown', { option: `--${name}`, value, words: words.join(', '), ...nearTo(value, words) });
    return found;
  }

  /** @throws Refusal `option-unknown` where it is not a whole number in range */
  number(name: string, minimum: number, maximum: number): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    throw new Refusal('option-unknown', { option: `--${name}`, value, minimum, maximum });
  }

  /** The bare argument at a place. @throws Refusal `option-missing` where it was not given */
  operand(place: number, name: string): string {
    const value = this.operands[place];
    if (value === undefined || value === '') throw new Refusal('option-missing', { option: name });
    return value;
  }
}

/** Names and codes as people type them, checked before anything is made of them. */
import { checkLine } from '#client/one-line.ts';
import { Refusal } from '#core/refusals.ts';
import { shown } from '#model/peer-names.ts';
import type { Right } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { markOf, RIGHT_MARKS } from './marks.ts';
import type { OptionName } from './options.ts';
import type { Values } from './values.ts';

/** @throws Refusal `code-malformed` */
export function checkCode(code: string): string {
  const isCode = code.length <= LIMITS.codeBytes && CODE_SHAPE.test(code);
  if (!isCode) throw new Refusal('code-malformed', { code: shown(code) });
  return code;
}

/** An office as people write it: `don`, `bo-doi/don`. @throws Refusal `code-malformed` */
export function checkOfficeName(name: string): string {
  const codes = name.split('/');
  if (codes.length > 2) throw new Refusal('code-malformed', { code: shown(name) });
  for (const one of codes) checkCode(one);
  return name;
}

/** @throws Refusal `option-missing` | `code-malformed` */
export function codeFrom(values: Values, option: OptionName): string {
  return checkCode(values.need(option));
}

/**
 * A name for people. It is never silently changed: NFD typed by some systems is refused, since it would look the same
 * and be another name.
 * @throws Refusal `name-empty` | `name-not-nfc` | `name-too-long` | `text-malformed`
 */
export function nameFrom(values: Values, option: OptionName, bytesMax: number = LIMITS.nameBytes): string {
  const name = values.text(option);
  if (name === null) return values.need(option);
  checkLine(name, option, bytesMax);
  return name;
}

/** An office's symbol, which stands in numbers of dispatches. @throws Refusal as nameFrom */
export function symbolFrom(values: Values): string {
  return nameFrom(values, 'symbol', LIMITS.symbolBytes);
}

/** @throws Refusal `option-unknown` */
export function rightsFrom(values: Values): Right[] | null {
  const given = values.list('rights');
  if (given.length === 0) return null;
  return given.map((word) => markOf(RIGHT_MARKS, word, '--rights'));
}

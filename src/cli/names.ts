/** Names and codes as people type them, checked before anything is made of them. */
import { utf8 } from '#core/bytes.ts';
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
export function nameFrom(values: Values, option: OptionName): string {
  const name = values.text(option);
  if (name === null) return values.need(option);
  if (name.trim() === '') throw new Refusal('name-empty', { field: option });
  if (utf8(name).length > LIMITS.nameBytes) throw new Refusal('name-too-long', { field: option, bytesMax: LIMITS.nameBytes });
  if (!name.isWellFormed() || /\p{Cc}/u.test(name)) throw new Refusal('text-malformed', { field: option });
  if (name.normalize('NFC') !== name) throw new Refusal('name-not-nfc', { field: option });
  return name;
}

/** @throws Refusal `option-unknown` */
export function rightsFrom(values: Values): Right[] | null {
  const given = values.list('rights');
  if (given.length === 0) return null;
  return given.map((word) => markOf(RIGHT_MARKS, word, '--rights'));
}

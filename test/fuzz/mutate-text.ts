/** Changes lines, words and characters of text, so that it stays text. */

import { fromUtf8, utf8 } from '#core/bytes.ts';
import type { Chance } from './sample.ts';

const PIECES = [
  '', ' ', '\n', '\n\n', '\r\n', '\t', '\u0000', '\u2014 ', '+', ':', '::', '.', '/', '-', '=', '==', '"', '{', '}', '[', ']', 'null', '0', '00', '1', '-1', '256', '65536',
  '9007199254740992', '99999999999999999', 'f', 'g', 'ffff', 'é', 'e\u0302', '\u202e', '\ud83d\ude00', 'x'.repeat(300), '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----',
];

/** Null where the bytes are no text. */
export function mutateText(bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array | null {
  const text = fromUtf8(bytes);
  if (text === null) return null;
  // A line, a word, or a character: what stands between one kind of mark and the next.
  const units = text.split([/(?<=\n)/, /(?<=[ +:./,"-])|(?=[ +:./,"-])/, ''][chance(3)]!);
  const strangers = (fromUtf8(other) ?? '').split(/(?<=[\n ])/);
  CHANGES[chance(CHANGES.length)]!(units, chance(units.length), chance, strangers);
  return utf8(units.join(''));
}

type Change = (units: string[], at: number, chance: Chance, strangers: readonly string[]) => void;

const CHANGES: readonly Change[] = [
  (units, at) => void units.splice(at, 1),
  (units, at, chance) => void units.splice(at, 0, ...Array<string>(1 + chance(chance(2) === 0 ? 2 : 70)).fill(units[at] ?? '')),
  (units, at, chance) => void units.splice(chance(units.length), 0, ...units.splice(at, 1)),
  (units, at, chance) => void units.splice(at, chance(2), PIECES[chance(PIECES.length)]!),
  (units, at, chance) => void units.splice(at, 1, PIECES[chance(PIECES.length)]!),
  (units, at, chance, strangers) => void units.splice(at, 1, strangers[chance(strangers.length)]!),
  (units, at) => void (units[at] = (units[at] ?? '').toUpperCase()),
];

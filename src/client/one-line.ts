/** Names and other single lines, checked before anything is signed: what an encoder would not write is refused in words. */
import { utf8 } from '#core/bytes.ts';
import { isPrintable } from '#core/printable.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';

/** Of a letter with its marks in UTF-8; what takes four is two characters to a page. */
const LETTER_BYTES_MAX = 3;

/** So many characters, as pages count them, that always fit into so many bytes. */
export function charactersIn(bytesMax: number): number {
  return Math.floor(bytesMax / LETTER_BYTES_MAX);
}

/**
 * One line of text: not empty, well-formed, NFC, nothing that moves a cursor or turns letters around, at most so many bytes of UTF-8. It is never
 * silently changed: another form of the same letters would look alike and be another name.
 * @throws Refusal `name-empty` | `text-malformed` | `name-not-nfc` | as `tooLong` says
 */
export function checkLine(line: string, field: string, bytesMax: number, tooLong: RefusalCode = 'name-too-long'): void {
  // A string has at least as many bytes as characters: ten megabytes are refused without looking at them.
  if (line.length > bytesMax) throw new Refusal(tooLong, { field, bytesMax });
  if (line.trim() === '') throw new Refusal('name-empty', { field });
  if (!line.isWellFormed() || !isPrintable(line)) throw new Refusal('text-malformed', { field });
  if (line.normalize('NFC') !== line) throw new Refusal('name-not-nfc', { field });
  if (utf8(line).length > bytesMax) throw new Refusal(tooLong, { field, bytesMax });
}

/** Names of one order, by field. @throws Refusal as checkLine */
export function checkNames(names: Readonly<Record<string, string>>): void {
  for (const [field, name] of Object.entries(names)) checkLine(name, field, field === 'symbol' ? LIMITS.symbolBytes : LIMITS.nameBytes);
}

/**
 * What came from somebody else, for people to read: it moves no cursor of a terminal, and turns no letters around in which
 * one reads other words than were signed, or another sender than wrote them (Unicode TR36 §3.1). What would is shown as U+FFFD.
 */

/** Control characters, line and paragraph separators, and what embeds, overrides or isolates a direction. */
const DECEPTIVE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHOWN_AS = '\ufffd';

/** One line. */
export function printable(line: string): string {
  return line.replaceAll(DECEPTIVE, (character) => (character === '\t' ? '  ' : SHOWN_AS));
}

/** Whether a line shows whole as it is. */
export function isPrintable(line: string): boolean {
  return line.search(DECEPTIVE) === -1;
}

/** JSON in one line, for a terminal too: JSON itself leaves some control characters as they are. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f]/g, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** Text with its lines and tabs. */
export function printableText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(DECEPTIVE, (character) => (character === '\n' || character === '\t' ? character : SHOWN_AS));
}

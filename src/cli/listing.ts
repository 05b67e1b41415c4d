/**
 * Registers on a terminal: a title, headings, aligned columns, and below each row its marks and subject, at most two
 * lines of it. Widths count characters of NFC, so that `ế` is one.
 */
import type { CliContext } from './context.ts';
import { printable } from '#core/printable.ts';

const WIDTH_USUAL = 100;
const WIDTH_MIN = 60;
const CELL_MAX = 28;
const SUBJECT_LINES_MAX = 2;
const INDENT = '    ';

export interface Row {
  readonly cells: readonly string[];
  /** DIỄN TẬP, độ mật, độ khẩn: those that are not Thường; and why a draft was given back, in somebody's own words. */
  readonly marks: readonly string[];
  readonly subject: string;
}

/** @param headings one for each cell */
export function listing(title: string, headings: readonly string[], rows: readonly Row[], width = terminalWidth()): string[] {
  const shown = rows.map(({ cells }) => cells.map((cell) => shortened(cell, CELL_MAX)));
  const widths = headings.map((heading, i) => Math.max(...[heading, ...shown.map((cells) => cells[i] ?? '')].map(lengthOf)));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => padded(cell, widths[i]!)).join('  ').trimEnd();
  const rule = '─'.repeat(Math.min(width, widths.reduce((sum, one) => sum + one + 2, -2)));
  return [title, line(headings), rule, ...rows.flatMap((row, i) => [line(shown[i]!), ...aboutLines(row, width)])];
}

/** Marks as they stand before a subject. */
export function marksOf(
  { words }: Pick<CliContext, 'words'>, { exercise, classification, precedence }: { exercise: boolean; classification: keyof CliContext['words']['classification'] | null; precedence: string | null },
): string[] {
  const marks = [exercise ? words.exercise : null, classification === null || classification === 'none' ? null : words.classification[classification], precedence];
  return marks.filter((mark) => mark !== null);
}

function aboutLines({ marks, subject }: Row, width: number): string[] {
  const text = [...marks.map((mark) => `[${printable(mark)}]`), printable(subject)].join(' ').trim().normalize('NFC');
  return text === '' ? [] : wrapped(text, width - INDENT.length).map((line) => INDENT + line);
}

/** Breaks between words; what does not fit into the last line ends with `…`. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lengthOf(rest) > width && lines.length < SUBJECT_LINES_MAX - 1) {
    const head = [...rest].slice(0, width + 1).join('');
    const space = head.lastIndexOf(' ');
    const cut = space > 0 ? head.slice(0, space) : [...rest].slice(0, width).join('');
    lines.push(cut);
    rest = rest.slice(cut.length).trimStart();
  }
  return [...lines, shortened(rest, width)];
}

function shortened(text: string, most: number): string {
  const characters = [...printable(text).normalize('NFC')];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

function lengthOf(text: string): number {
  return [...text].length;
}

function terminalWidth(): number {
  return Math.max(WIDTH_MIN, process.stdout.columns ?? WIDTH_USUAL);
}

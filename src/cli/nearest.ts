/** The commands, and the options of a command, that somebody who mistyped one most likely meant. */
import { COMMANDS } from './table.ts';

const SHOWN_MAX = 6;
const LETTERS_WRONG_MAX = 2;

/** The commands of a group for its first word alone; else those within two letters, nearest first. */
export function nearestCommands(argv: readonly string[]): string[] {
  const names = Object.keys(COMMANDS);
  const words = argv.slice(0, 2).filter((word) => !word.startsWith('-')).map((word) => word.slice(0, 40).toLowerCase());
  const group = names.filter((name) => name.startsWith(`${words[0]} `));
  if (group.length > 0 && (words.length === 1 || near(words.join(' '), group).length === 0)) return group;
  const both = near(words.join(' '), names);
  return (both.length > 0 ? both : near(words[0] ?? '', names)).slice(0, SHOWN_MAX);
}

/**
 * @param typed as it was typed, `--office-name`
 * @returns the command's options that end as it does or begin so (`--name`, `--office`); else those within two letters
 */
export function nearestOptions(typed: string, options: readonly string[]): string[] {
  const given = typed.replace(/^-+/, '').slice(0, 40).toLowerCase();
  const ends = options.filter((option) => given.endsWith(`-${option}`) || option.endsWith(`-${given}`));
  const begins = options.filter((option) => given.startsWith(`${option}-`) || option.startsWith(`${given}-`));
  const alike = ends.length > 0 ? ends : near(given, options);
  return (alike.length > 0 ? alike : begins).slice(0, SHOWN_MAX).map((option) => `--${option}`);
}

/** Of the words that an option takes, those that were most likely meant, for the detail of a refusal. */
export function nearTo(typed: string, words: readonly string[]): { near?: string } {
  const found = near(typed.slice(0, 40).toLowerCase(), words).slice(0, SHOWN_MAX);
  return found.length === 0 ? {} : { near: found.join(', ') };
}

function near(given: string, names: readonly string[]): string[] {
  const measured = names.map((name) => ({ name, distance: distance(given, name) }));
  // In a short word two wrong letters are another word.
  const most = Math.min(LETTERS_WRONG_MAX, Math.floor(given.length / 3));
  return measured.filter(({ distance: wrong }) => wrong <= most).toSorted((a, b) => a.distance - b.distance).map(({ name }) => name);
}

/** Levenshtein's: letters to insert, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

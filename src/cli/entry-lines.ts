/** A directory entry as a registrar reads it before signing: what it says, in one line. */
import { fill } from '#core/refusal-words.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { DIRECTORY_BODIES, directoryEntry, type DirectoryBody, type DirectoryKind, entryStatement } from '#wire/directory.ts';
import type { CliContext } from './context.ts';
import { formatInstant } from './locale.ts';
import { officeName } from './showing.ts';

export interface ReadEntry {
  readonly kind: DirectoryKind;
  readonly line: string;
  readonly created: number;
}

/** @throws DecodeError for what is no entry */
export function readEntry(context: CliContext, view: DirectoryView, bytes: Uint8Array): ReadEntry {
  const { kind, body, created } = entryStatement.decode(directoryEntry.decode(bytes).statement);
  const said = DIRECTORY_BODIES[kind].decode(body) as DirectoryBody;
  const values = Object.entries(said).flatMap(([name, value]): [string, string][] => {
    const shown = shownValue(context, view, name, value);
    return shown === null ? [] : [[name, shown]];
  });
  return { kind, created, line: `${context.words.rights.entry[kind]}: ${values.map(([, shown]) => shown).join(' · ')}` };
}

/** Keys and certificates say nothing to a reader; the codes and names do. */
function shownValue({ words, timeZone }: CliContext, view: DirectoryView, name: string, value: unknown): string | null {
  const { rights } = words;
  if (name === 'from' && typeof value === 'number') return fill(rights.from, { time: formatInstant(value, timeZone) });
  if (name === 'until' && typeof value === 'number') return fill(rights.until, { time: formatInstant(value, timeZone) });
  if (name === 'rights') return (value as readonly (keyof typeof words.right)[]).map((right) => words.right[right]).join(', ');
  if (name === 'what') return rights.entry[value as keyof typeof rights.entry] ?? String(value);
  if (name === 'reason' && typeof value === 'string' && Object.hasOwn(rights.reason, value)) return rights.reason[value as keyof typeof rights.reason];
  if (name === 'alternate' && typeof value === 'string') return fill(rights.shut, { office: officeName(view, value) });
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(', ') : null;
  if (typeof value === 'string') {
    const person = ['person', 'by', 'to', 'code'].includes(name) ? view.person(value)?.name : undefined;
    return person === undefined ? value : `${person} [${value}]`;
  }
  return typeof value === 'number' && name === 'number' ? String(value) : null;
}

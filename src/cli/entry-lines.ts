/** A directory entry as a registrar reads it before signing: what it says, in one line. */
import { inGroups } from '#client/proofs.ts';
import { fill } from '#core/refusal-words.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { DIRECTORY_BODIES, directoryEntry, type DirectoryBody, type DirectoryKind, entryStatement } from '#wire/directory.ts';
import type { Precedence } from '#wire/names.ts';
import type { CliContext } from './context.ts';
import { formatInstant } from './locale.ts';
import { officeName, precedenceText } from './showing.ts';

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
    const shown = name === 'code' && kind === 'end' ? whatEnds(view, said as DirectoryBody<'end'>) : shownValue(context, view, name, value);
    return shown === null ? [] : [[name, shown]];
  });
  return { kind, created, line: `${context.words.rights.entry[kind]}: ${values.map(([, shown]) => shown).join(' · ')}` };
}

/** Keys and certificates say nothing to a reader; the codes and names do. */
function shownValue(context: CliContext, view: DirectoryView, name: string, value: unknown): string | null {
  const { words, words: { rights }, timeZone } = context;
  if (name === 'from' && typeof value === 'number') return fill(rights.from, { time: formatInstant(value, timeZone) });
  if (name === 'until' && typeof value === 'number') return fill(rights.until, { time: formatInstant(value, timeZone) });
  if (name === 'rights') return (value as readonly (keyof typeof words.right)[]).map((right) => words.right[right]).join(', ');
  if (name === 'what') return rights.entry[value as keyof typeof rights.entry] ?? String(value);
  if (name === 'reason' && typeof value === 'string' && Object.hasOwn(rights.reason, value)) return rights.reason[value as keyof typeof rights.reason];
  if (name === 'alternate' && typeof value === 'string') return fill(rights.shut, { office: officeName(view, value) });
  if (name === 'precedence') return precedenceText(context, value as Precedence);
  if (name === 'terms' && value instanceof Uint8Array) return `${words.federation.terms} ${inGroups(value)}`;
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(', ') : null;
  if (typeof value === 'string') {
    const person = ['person', 'by', 'to'].includes(name) ? view.person(value)?.name : undefined;
    return person === undefined ? value : `${person} [${value}]`;
  }
  return typeof value === 'number' && name === 'number' ? String(value) : null;
}

/** An office may have a person's code, and a list a station's: the name is of what ends. */
function whatEnds(view: DirectoryView, { what, code }: DirectoryBody<'end'>): string {
  const name = endingName(view, what, code);
  return name === undefined || name === code ? code : `${name} [${code}]`;
}

function endingName(view: DirectoryView, what: DirectoryBody<'end'>['what'], code: string): string | undefined {
  switch (what) {
    case 'station': return view.station(code)?.site;
    case 'office': case 'office-key': return view.office(code)?.name;
    case 'position': return view.position(code)?.title;
    case 'person': case 'holder': case 'registrar': return view.person(code)?.name;
    case 'list': return view.list(code)?.name;
    case 'agreement': return view.agreement(code)?.name;
    case 'device': case 'link': case 'delegation': return undefined;
  }
}

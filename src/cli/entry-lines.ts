/** A directory entry as a registrar reads it before signing: all that it says, in one line; keys by their fingerprints. */
import { fingerprintOf, inGroups } from '#client/proofs.ts';
import { concat } from '#core/bytes.ts';
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
  const { words: { rights }, timeZone } = context;
  const dated = fill(kind === 'end' ? rights.ends : rights.made, { time: formatInstant(created, timeZone) });
  return { kind, created, line: `${rights.entry[kind]}: ${[...values.map(([, shown]) => shown), dated].join(' · ')}` };
}

/** Null only for what the entry leaves out: whatever is signed is shown. */
function shownValue(context: CliContext, view: DirectoryView, name: string, value: unknown): string | null {
  const { words, words: { rights }, timeZone } = context;
  if (name === 'from' && typeof value === 'number') return fill(rights.from, { time: formatInstant(value, timeZone) });
  if (name === 'until' && typeof value === 'number') return fill(rights.until, { time: formatInstant(value, timeZone) });
  if (name === 'rights') return (value as readonly (keyof typeof words.right)[]).map((right) => words.right[right]).join(', ');
  if (name === 'what') return rights.entry[value as keyof typeof rights.entry] ?? String(value);
  if (name === 'reason' && typeof value === 'string' && Object.hasOwn(rights.reason, value)) return rights.reason[value as keyof typeof rights.reason];
  if (name === 'alternate' && typeof value === 'string') return `${fill(rights.shut, { office: officeName(view, value) })} [${value}]`;
  if (name === 'precedence') return precedenceText(context, value as Precedence);
  if (name === 'terms' && value instanceof Uint8Array) return `${words.federation.terms} ${inGroups(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? rights.none : value.map((one) => named(view, name, String(one))).join(', ');
  if (typeof value === 'string') return named(view, name, value);
  if (value === undefined || value === null) return null;
  const label = Object.hasOwn(rights.field, name) ? rights.field[name as keyof typeof rights.field] : name;
  if (typeof value !== 'object') return name === 'number' ? String(value) : `${label} ${String(value)}`;
  return `${label} ${fingerprintOfKeys(context, name, value)}`;
}

/** A key or certificate by the digest of its bytes, a pair by that of both; what is a digest or an id already, as it is. */
function fingerprintOfKeys({ provider }: CliContext, name: string, value: object): string {
  if (value instanceof Uint8Array) return ['organisation', 'founding'].includes(name) ? inGroups(value) : fingerprintOf(provider, value);
  const parts = Object.values(value).filter((part): part is Uint8Array => part instanceof Uint8Array);
  return fingerprintOf(provider, concat(...parts));
}

function named(view: DirectoryView, name: string, value: string): string {
  const person = ['person', 'by', 'to', 'persons', 'custodians'].includes(name) ? view.person(value)?.name : undefined;
  return person === undefined ? value : `${person} [${value}]`;
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

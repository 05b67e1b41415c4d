/** A directory entry as a registrar reads it before signing: all that it says, in one line; keys by their fingerprints. */
import { concat } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { formatInstant } from '#core/dates.ts';
import type { EntryWords } from '#core/entry-words.ts';
import { printable } from '#core/printable.ts';
import { fill } from '#core/refusal-sentence.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { linkKey } from '#model/directory-tables.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { DIRECTORY_BODIES, directoryEntry, type DirectoryBody, type DirectoryKind, entryStatement } from '#wire/directory.ts';
import type { Precedence } from '#wire/names.ts';
import { fingerprintOf, inGroups } from '#model/proofs.ts';

/** In whose language and time zone. */
export interface EntryReader {
  readonly provider: Pick<CryptoProvider, 'hash'>;
  readonly timeZone: string;
  readonly words: EntryWords;
}

export interface ReadEntry {
  readonly kind: DirectoryKind;
  readonly line: string;
  readonly created: number;
  /** What stands there now and would be another; null where the entry changes nothing that exists. */
  readonly now: string | null;
}

/** @throws DecodeError for what is no entry */
export function readEntry(reader: EntryReader, view: DirectoryView, bytes: Uint8Array): ReadEntry {
  return readStatement(reader, view, directoryEntry.decode(bytes).statement);
}

/** As an entry, whose signatures are not shown: of one that was withdrawn there are none. @throws DecodeError for what is no statement */
export function readStatement(reader: EntryReader, view: DirectoryView, bytes: Uint8Array): ReadEntry {
  const { kind, body, created } = entryStatement.decode(bytes);
  const said = DIRECTORY_BODIES[kind].decode(body) as DirectoryBody;
  const values = Object.entries(said).flatMap(([name, value]): [string, string][] => {
    const shown = name === 'code' && kind === 'end' ? whatEnds(view, said as DirectoryBody<'end'>) : shownValue(reader, view, name, value);
    return shown === null ? [] : [[name, shown]];
  });
  const { words, timeZone } = reader;
  const dated = fill(kind === 'end' ? words.ends : words.made, { time: formatInstant(created, timeZone) });
  return { kind, created, now: nowOf(reader, view, kind, said), line: printable(`${words.entry[kind]}: ${[...values.map(([, shown]) => shown), dated].join(' · ')}`) };
}

function nowOf(reader: EntryReader, view: DirectoryView, kind: DirectoryKind, said: DirectoryBody): string | null {
  const record = standing(view, { kind, body: said } as EntryPlan);
  if (record === null || (record['endedBy'] ?? null) !== null) return null;
  const differing = (CHANGED[kind] ?? []).flatMap((name) => {
    const [before, after] = [shownValue(reader, view, name, record[name] ?? null), shownValue(reader, view, name, (said as Record<string, unknown>)[name] ?? null)];
    // A first seal changes nothing that stood.
    return before === after || (before === null && name === 'seal') ? [] : [before ?? reader.words.absent];
  });
  return differing.length === 0 ? null : printable(fill(reader.words.now, { what: differing.join(' · ') }));
}

/** What people read of an entry that may be written again. */
const CHANGED: Partial<Record<DirectoryKind, readonly string[]>> = {
  station: ['site', 'certificates', 'link', 'logKeys'], link: ['address'], office: ['name', 'symbol', 'station', 'alternate'], position: ['office', 'title', 'rights', 'seal'],
  person: ['name'], list: ['name', 'offices'], agreement: ['organisation', 'founding', 'name', 'station', 'peerStation', 'address', 'offices', 'precedence', 'from', 'until', 'suite', 'terms'],
};

/** With the names that an entry has. */
function standing(view: DirectoryView, { kind, body }: EntryPlan): Record<string, unknown> | null {
  switch (kind) {
    case 'station': return fieldsOf(view.station(body.station));
    case 'link': return fieldsOf(view.links().find(({ caller, answerer }) => linkKey(caller, answerer) === linkKey(body.caller, body.answerer)) ?? null);
    case 'office': return fieldsOf(view.office(body.office));
    case 'position': {
      const position = view.position(body.position);
      return position === null ? null : { ...position, seal: position.seal?.certificates ?? null };
    }
    case 'person': return fieldsOf(view.person(body.person));
    case 'list': return fieldsOf(view.list(body.list));
    case 'agreement': return fieldsOf(view.agreement(body.peer));
    default: return null;
  }
}

function fieldsOf(record: object | null): Record<string, unknown> | null {
  return record === null ? null : { ...record };
}

/** Null only for what the entry leaves out: whatever is signed is shown. */
function shownValue(reader: EntryReader, view: DirectoryView, name: string, value: unknown): string | null {
  const { words, timeZone } = reader;
  if (name === 'from' && typeof value === 'number') return fill(words.from, { time: formatInstant(value, timeZone) });
  if (name === 'until' && typeof value === 'number') return fill(words.until, { time: formatInstant(value, timeZone) });
  if (name === 'rights') return (value as readonly (keyof EntryWords['right'])[]).map((right) => words.right[right]).join(', ');
  if (name === 'what') return words.entry[value as keyof EntryWords['entry']] ?? String(value);
  if (name === 'reason' && typeof value === 'string' && Object.hasOwn(words.reason, value)) return words.reason[value as keyof EntryWords['reason']];
  if (name === 'alternate' && typeof value === 'string') return `${fill(words.shut, { office: view.office(value)?.name ?? value })} [${value}]`;
  if (name === 'precedence') return words.precedence[value as Precedence];
  if (name === 'terms' && value instanceof Uint8Array) return `${words.terms} ${inGroups(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? words.none : value.map((one) => named(view, name, String(one))).join(', ');
  if (typeof value === 'string') return named(view, name, value);
  if (value === undefined || value === null) return null;
  const label = Object.hasOwn(words.field, name) ? words.field[name as keyof EntryWords['field']] : name;
  if (typeof value !== 'object') return name === 'number' ? String(value) : `${label} ${String(value)}`;
  return `${label} ${fingerprintOfKeys(reader, name, value)}`;
}

/** A key or certificate by the digest of its bytes, a pair by that of both; what is a digest or an id already, as it is. */
function fingerprintOfKeys({ provider }: EntryReader, name: string, value: object): string {
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
    case 'position': case 'seal': return view.position(code)?.title;
    case 'person': case 'holder': case 'registrar': return view.person(code)?.name;
    case 'list': return view.list(code)?.name;
    case 'agreement': return view.agreement(code)?.name;
    case 'device': case 'link': case 'delegation': return undefined;
  }
}

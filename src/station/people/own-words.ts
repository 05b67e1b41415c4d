/**
 * What devices put into the log by themselves, which no registrar sees before it is everybody's for ever: so much a day,
 * by the sequencer's own clock, and counted where a restart does not forget it. Source: docs/protocol/directory.md
 * §Proposing, docs/decisions/0075-own-words-have-a-measure.md.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryState } from '#model/directory.ts';
import type { Db, Tx } from '#station/kernel/store.ts';
import { DIRECTORY_BODIES, directoryEntry, entryStatement } from '#wire/directory.ts';
import type { KeyPurpose } from '#wire/names.ts';
import type { PeopleTables } from './store.ts';

/** Entries of one device a day: twelve offices' keys made anew at once are sixty. */
export const OWN_WORDS_MAX = 64;
/** New keys of one office and purpose a day: a roll makes four transport keys, so four rolls. */
export const OWN_KEYS_MAX = 16;
const COUNTED_MS = DAY_MS;

export interface OwnWord {
  readonly entry_index: number;
  readonly device: string;
  /** Office and purpose of a new key; null for what is none. */
  readonly keys: string | null;
}

type Counted = OwnWord & { readonly time: number };

/**
 * The entries that devices alone have signed. The first end of an office's key is none of them: it is possible once for
 * each key, and what says that a key is in others' hands must not wait.
 * @param after the state with the entries in it, which found their signatures right
 */
export function ownWordsOf(before: DirectoryState, after: DirectoryState, entries: readonly Uint8Array[]): OwnWord[] {
  const ended = new Set<string>();
  return entries.flatMap((bytes, i) => {
    const { statement, signatures } = directoryEntry.decode(bytes);
    const signers = signatures.map(({ p256Certificate, mldsaCertificate }) => after.identify(p256Certificate, mldsaCertificate));
    if (signers.some((one) => one?.kind === 'registrar' || one?.kind === 'root')) return [];
    const { kind, body } = entryStatement.decode(statement);
    if (kind === 'end' && isFirstEnd(before, ended, body)) return [];
    const keys = kind === 'office-key' ? keysOf(body) : null;
    return signers.flatMap((one) => (one?.kind === 'device' ? [{ entry_index: before.point.size + i, device: one.device, keys }] : []));
  });
}

/** @throws Refusal `own-entries-full`; detail: most, minutes until it may go on */
export async function demandMeasure(db: Db<PeopleTables>, words: readonly OwnWord[], now: Instant): Promise<void> {
  if (words.length === 0) return;
  // Times far ahead are of a clock that was wrong; they must not count for as long as it was.
  const held = await db.selectFrom('own_word').selectAll()
    .where('time', '>', now - COUNTED_MS).where('time', '<', now + COUNTED_MS).orderBy('time').execute();
  for (const device of new Set(words.map((word) => word.device))) {
    const of = ({ device: other }: OwnWord): boolean => other === device;
    demandUnder(OWN_WORDS_MAX, held.filter(of), words.filter(of), now);
  }
  for (const keys of new Set(words.flatMap((word) => word.keys ?? []))) {
    const of = (word: OwnWord): boolean => word.keys === keys;
    demandUnder(OWN_KEYS_MAX, onceEach(held.filter(of)), onceEach(words.filter(of)), now);
  }
}

/** Remembers them with the commit that puts them into the log, and forgets what counts no longer. */
export async function rememberWords(tx: Tx<PeopleTables>, words: readonly OwnWord[], now: Instant): Promise<void> {
  if (words.length === 0) return;
  await tx.deleteFrom('own_word').where((by) => by.or([by('time', '<=', now - COUNTED_MS), by('time', '>=', now + COUNTED_MS)])).execute();
  await tx.insertInto('own_word').values(words.map((word) => ({ ...word, time: now }))).execute();
}

/** @param held by time, the earliest first */
function demandUnder(most: number, held: readonly Counted[], wanted: readonly OwnWord[], now: Instant): void {
  const over = held.length + wanted.length - most;
  if (over <= 0) return;
  const lastInTheWay = held[Math.min(over, held.length) - 1];
  const waitMs = lastInTheWay === undefined ? 0 : lastInTheWay.time + COUNTED_MS - now;
  throw new Refusal('own-entries-full', { most, ...(waitMs > 0 ? { minutes: Math.ceil(waitMs / MINUTE_MS) } : {}) });
}

/** An entry that two devices signed is one key. */
function onceEach<W extends OwnWord>(words: readonly W[]): W[] {
  return [...new Map(words.map((word) => [word.entry_index, word])).values()];
}

function isFirstEnd(before: DirectoryState, ended: Set<string>, body: Uint8Array): boolean {
  const { what, code, other } = DIRECTORY_BODIES.end.decode(body);
  if (what !== 'office-key') return false;
  const name = `${code} ${other}`;
  const [purpose, number] = (other ?? '').split('-');
  const key = before.officeKeys(code, purpose as KeyPurpose).find((one) => one.number === Number(number));
  if (ended.has(name) || (key !== undefined && key.endedBy !== null)) return false;
  ended.add(name);
  return true;
}

function keysOf(body: Uint8Array): string {
  const { office, purpose } = DIRECTORY_BODIES['office-key'].decode(body);
  return `${office} ${purpose}`;
}

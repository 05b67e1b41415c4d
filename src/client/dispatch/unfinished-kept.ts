/**
 * What a device keeps of a draft that is under way: its composition, the keys of its parts, and how far each is; in sealed
 * sheets of their own. Source: docs/protocol/keyring.md §Drafts that are under way.
 */
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { NamedStore } from '#core/outside.ts';
import type { CorePart } from '#wire/core.ts';
import type { Composition } from './compose.ts';
import type { CopyMark } from '../parts/part-copy.ts';
import { SealedSheet } from '../sealed-sheet.ts';
import type { Session } from '../session.ts';

export interface KeptPart {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** What its sealed copy is called. */
  readonly copy: string;
  /** Null until its sealing begins. */
  readonly key: Uint8Array | null;
  /** Null until it is sealed whole. */
  readonly part: CorePart | null;
  /** Its copy is whole. */
  readonly isCopied: boolean;
  /** The station has all of it. */
  readonly isHeld: boolean;
}

/** What follows when the draft is at the station. */
export interface After {
  /** The draft that it takes the place of. */
  readonly replaces: string | null;
  /** Where it was typed, and what stood there. */
  readonly sheet: { readonly what: string; readonly text: string } | null;
}

export interface KeptDraft {
  readonly id: string;
  readonly office: string;
  readonly begun: Instant;
  readonly composition: Omit<Composition, 'attachments'>;
  readonly parts: readonly KeptPart[];
  /** The signed draft, encoded: from then on only bytes are brought. */
  readonly draft: Uint8Array | null;
  readonly after: After;
}

/** What stands in the list. */
export interface ListedDrafts {
  readonly drafts: readonly KeptDraft[];
  /** The list and all that it names could be read. */
  readonly isWhole: boolean;
}

/** Does work of a name when no other window of this device does work of that name. */
export type OneByOne = <T>(name: string, work: () => Promise<T>) => Promise<T>;

const LIST = 'unfinished';

export class KeptDrafts {
  readonly #session: Pick<Session, 'crypto' | 'random' | 'ring'>;
  readonly #store: NamedStore;
  readonly #oneByOne: OneByOne;

  constructor(session: Pick<Session, 'crypto' | 'random' | 'ring'>, store: NamedStore, oneByOne: OneByOne) {
    this.#session = session;
    this.#store = store;
    this.#oneByOne = oneByOne;
  }

  /** In the order in which they were begun. */
  async all(): Promise<ListedDrafts> {
    const drafts: KeptDraft[] = [];
    const ids = await this.#read<readonly string[]>(LIST);
    for (const id of ids ?? []) {
      const kept = await this.read(id);
      if (kept !== null) drafts.push(kept);
    }
    const isListRead = ids !== null || !(await this.#with(LIST, (sheet) => sheet.isThere()));
    return { drafts, isWhole: isListRead && drafts.length === (ids ?? []).length };
  }

  read(id: string): Promise<KeptDraft | null> {
    return this.#read<KeptDraft>(`${LIST} ${id}`);
  }

  /** What it is before where it is: whoever finds it in the list finds it. */
  async add(kept: KeptDraft): Promise<void> {
    await this.keep(kept);
    await this.#changeList((ids) => [...ids.filter((id) => id !== kept.id), kept.id]);
  }

  keep(kept: KeptDraft): Promise<void> {
    return this.#write(`${LIST} ${kept.id}`, kept);
  }

  async erase({ id, parts }: KeptDraft): Promise<void> {
    await this.#changeList((ids) => ids.filter((one) => one !== id));
    for (const part of parts) await this.eraseMark(part);
    await this.#with(`${LIST} ${id}`, (sheet) => sheet.erase());
  }

  /** How far the copy of a part is durable; for one that is sealed whole, all its leaves. */
  mark(part: KeptPart): Promise<CopyMark | null> {
    return this.#read<CopyMark>(markOf(part));
  }

  async eraseMark(part: KeptPart): Promise<void> {
    await this.#with(markOf(part), (sheet) => sheet.erase());
  }

  keepMark(part: KeptPart, mark: CopyMark): Promise<void> {
    return this.#write(markOf(part), mark);
  }

  /** All windows of a device have one list. */
  #changeList(change: (ids: readonly string[]) => readonly string[]): Promise<void> {
    return this.#oneByOne('tram-drafts', async () => {
      const ids = change((await this.#read<readonly string[]>(LIST)) ?? []);
      await (ids.length === 0 ? this.#with(LIST, (sheet) => sheet.erase()) : this.#write(LIST, ids));
    });
  }

  async #read<T>(what: string): Promise<T | null> {
    const text = await this.#with(what, (sheet) => sheet.read());
    return text === null ? null : JSON.parse(text, withBytes) as T;
  }

  #write(what: string, value: unknown): Promise<void> {
    return this.#with(what, (sheet) => sheet.keep(JSON.stringify(value, inText)));
  }

  /** Its key lasts no longer than the work. @throws Refusal `keyring-missing` once locked */
  async #with<T>(what: string, work: (sheet: SealedSheet) => Promise<T>): Promise<T> {
    const sheet = new SealedSheet(this.#session, this.#store, what);
    try {
      return await work(sheet);
    } finally {
      await sheet.close();
    }
  }
}

function markOf({ copy }: KeptPart): string {
  return `${LIST} part ${copy}`;
}

/** Bytes stand in the text as `{ "bytes": base64url }`. */
function inText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: base64url(value) } : value;
}

function withBytes(_: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'string';
  return isBytes ? fromBase64url(value.bytes as string) : value;
}

/**
 * Files beside what is being typed, kept sealed on the device from when they were picked until the sheet was sent or
 * thrown away, so that neither a lock nor a reload loses them. In pieces, each a sealed sheet of its own; the list names
 * them before they stand there, so that whatever is left half-way is found and erased.
 * Source: docs/protocol/keyring.md §What is typed.
 */
import { concat, hex } from '#core/bytes.ts';
import type { NamedStore, SourceFile } from '#core/outside.ts';
import { Turns } from '#core/turns.ts';
import { SealedSheet } from '../sealed-sheet.ts';
import type { Session } from '../session.ts';

/** Of one sheet: what a tab may hold beside everything else when they are given back. */
export const TYPED_FILES_BYTES_MAX = 64 * 1_024 * 1_024;
const PIECE_BYTES = 4 * 1_024 * 1_024;
const ID_BYTES = 16;

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** A file as it comes back. */
export interface KeptFile extends Pick<Listed, 'name' | 'mediaType'> {
  readonly pieces: readonly Uint8Array[];
}

/** What a platform has for a picked file. */
export interface FileForm<T extends object> {
  readonly source: (file: T) => SourceFile;
  readonly mediaType: (file: T) => string;
  readonly make: (kept: KeptFile) => T;
}

type Desk = Pick<Session, 'crypto' | 'random' | 'ring'>;

/** The files of one sheet. What it does, it does in the order in which it was asked. */
export class TypedFiles<T extends object> {
  readonly #session: Desk;
  readonly #store: NamedStore;
  readonly #what: string;
  readonly #form: FileForm<T>;
  readonly #known = new Map<T, Listed>();
  readonly #turns = new Turns();

  /** @param what the sheet beside which they stand */
  constructor(session: Desk, store: NamedStore, what: string, form: FileForm<T>) {
    [this.#session, this.#store, this.#what, this.#form] = [session, store, what, form];
  }

  /** Those that are whole, in their order; null where none were kept. */
  read(): Promise<T[] | null> {
    return this.#turns.next(async () => {
      const list = await this.#list();
      if (list === null) return null;
      const files: T[] = [];
      for (const one of list) {
        const pieces: Uint8Array[] = [];
        for (const name of this.#pieces(one)) {
          const piece = await this.#with(name, (sheet) => sheet.readBytes());
          if (piece !== null) pieces.push(piece);
        }
        if (pieces.reduce((sum, piece) => sum + piece.length, 0) !== one.sizeBytes) continue;
        const file = this.#form.make({ ...one, pieces });
        this.#known.set(file, one);
        files.push(file);
      }
      return files;
    });
  }

  /** Keeps these and no others. @returns those for which there is no room */
  keep(files: readonly T[]): Promise<T[]> {
    return this.#turns.next(async () => {
      const before = await this.#list() ?? [];
      const whole = new Map<T, Listed>();
      const begun: Listed[] = [];
      let bytes = 0;
      for (const file of files) {
        const known = this.#known.get(file);
        const source = this.#form.source(file);
        if (bytes + source.sizeBytes > TYPED_FILES_BYTES_MAX) continue;
        bytes += source.sizeBytes;
        const one = known ?? { id: hex(this.#session.random.bytes(ID_BYTES)), name: source.name, mediaType: this.#form.mediaType(file), sizeBytes: source.sizeBytes };
        if (known === undefined) {
          begun.push(one);
          await this.#keepList([...before, ...begun]);
          if (!(await this.#keepPieces(one, source))) continue;
        }
        whole.set(file, one);
      }
      const ids = new Set([...whole.values()].map(({ id }) => id));
      await this.#erasePieces([...before, ...begun].filter(({ id }) => !ids.has(id)));
      await this.#keepList([...whole.values()]);
      this.#known.clear();
      for (const [file, one] of whole) this.#known.set(file, one);
      return files.filter((file) => !whole.has(file));
    });
  }

  /** They are gone when it returns. */
  erase(): Promise<void> {
    this.#known.clear();
    return this.#turns.next(async () => {
      await this.#erasePieces(await this.#list() ?? []);
      await this.#with(this.#listName, (sheet) => sheet.erase());
    });
  }

  async #keepPieces(one: Listed, source: SourceFile): Promise<boolean> {
    try {
      let [at, done, waiting] = [0, 0, [] as Uint8Array[]];
      const names = this.#pieces(one);
      const flush = async (): Promise<void> => {
        const bytes = concat(...waiting);
        waiting = [];
        await this.#with(names[at++]!, (sheet) => sheet.keepBytes(bytes));
      };
      for await (const piece of source.read(0)) {
        for (let from = 0; from < piece.length;) {
          const taken = piece.slice(from, from + PIECE_BYTES - (done % PIECE_BYTES));
          waiting.push(taken);
          [from, done] = [from + taken.length, done + taken.length];
          if (done % PIECE_BYTES === 0) await flush();
        }
      }
      if (waiting.length > 0) await flush();
      return done === one.sizeBytes;
    } catch {
      return false;
    }
  }

  async #erasePieces(list: readonly Listed[]): Promise<void> {
    for (const one of list) for (const name of this.#pieces(one)) await this.#with(name, (sheet) => sheet.erase());
  }

  async #list(): Promise<readonly Listed[] | null> {
    const text = await this.#with(this.#listName, (sheet) => sheet.read());
    return text === null ? null : JSON.parse(text) as readonly Listed[];
  }

  #keepList(list: readonly Listed[]): Promise<void> {
    return this.#with(this.#listName, (sheet) => (list.length === 0 ? sheet.erase() : sheet.keep(JSON.stringify(list))));
  }

  get #listName(): string {
    return `${this.#what} / files`;
  }

  #pieces({ id, sizeBytes }: Listed): string[] {
    return Array.from({ length: Math.ceil(sizeBytes / PIECE_BYTES) }, (_, i) => `${this.#listName} / ${id} / ${i}`);
  }

  async #with<R>(name: string, work: (sheet: SealedSheet) => Promise<R>): Promise<R> {
    const sheet = new SealedSheet(this.#session, this.#store, name);
    return work(sheet).finally(() => sheet.close());
  }
}

/** Erases the files of a sheet, whoever kept them. */
export function eraseTypedFiles(session: Desk, store: NamedStore, what: string): Promise<void> {
  const form: FileForm<never> = { source: (file) => file, mediaType: () => '', make: () => { throw new Error('nothing is read'); } };
  return new TypedFiles(session, store, what, form).erase();
}

/**
 * Drafts with files whose sealing or upload has not ended: kept on the device, sealed, from the first byte until the
 * station has them, so that a reload, a crash or a cut costs nothing that was done. What goes on is the same draft, with the
 * same parts under the same keys. Source: docs/protocol/keyring.md §Drafts that are under way; docs/protocol/parts.md §Copies.
 */
import { hex, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { hkdf } from '#core/hkdf.ts';
import type { NamedStore, PartCopies, SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { checkComposition, type Composition } from './compose.ts';
import { DRAFT_ID_BYTES } from './draft.ts';
import { discardDraft, type Errand, type HeldDraft } from './outgoing.ts';
import { SealedSheet } from '../sealed-sheet.ts';
import type { Session } from '../session.ts';
import { eraseTypedFiles } from './typed-files.ts';
import { type After, type KeptDraft, KeptDrafts, type KeptPart, type OneByOne } from './unfinished-kept.ts';
import { DraftSteps } from './unfinished-steps.ts';

export type { After } from './unfinished-kept.ts';

/** As a person sees it. */
export interface UnfinishedDraft {
  /** 32 hexadecimal digits, as the draft will be called. */
  readonly id: string;
  readonly office: string;
  readonly subject: string;
  readonly begun: Instant;
  readonly isRunning: boolean;
  /** What it stopped with; null where nothing is known of it. */
  readonly fault: unknown;
  /** Files that must be given again, for want of a sealed copy. */
  readonly needed: readonly Pick<KeptPart, 'name' | 'sizeBytes'>[];
  readonly sheet: After['sheet'];
}

export interface UnfinishedDeps {
  readonly session: Session;
  readonly store: NamedStore;
  /** Where sealed copies of this device stand; null: nowhere. */
  readonly copies: (folder: string) => Promise<PartCopies | null>;
  /** Keeps other windows of this device from the same work. @returns what ends it; null where one is at it */
  readonly alone: (name: string) => Promise<(() => void) | null>;
  readonly oneByOne: OneByOne;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

const FOLDER_LABEL = 'tram/v1/part-copies\0';

export class UnfinishedDrafts {
  readonly #deps: UnfinishedDeps;
  readonly #kept: KeptDrafts;
  readonly #folder: string;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<string, Running>();
  readonly #faults = new Map<string, unknown>();
  /** Files that somebody gave to this page. */
  readonly #files = new Map<string, readonly SourceFile[]>();
  readonly #turns = new Turns();
  readonly #finished = new Set<string>();
  #copies: PartCopies | null = null;
  #all: readonly KeptDraft[] = [];
  #seen: readonly UnfinishedDraft[] = [];

  private constructor(deps: UnfinishedDeps) {
    const { session: { crypto: { hash }, ring: { contents: { kem, organisation } } } } = deps;
    if (kem === undefined) throw new Refusal('key-missing');
    this.#deps = deps;
    this.#kept = new KeptDrafts(deps.session, deps.store, deps.oneByOne);
    this.#folder = hex(hkdf(hash, kem, organisation, utf8(FOLDER_LABEL), 16));
  }

  /** What this device has under way; copies that belong to nothing are erased, where it is certain what all of that is. */
  static async open(deps: UnfinishedDeps): Promise<UnfinishedDrafts> {
    const one = new UnfinishedDrafts(deps);
    one.#copies = await deps.copies(one.#folder).catch(() => null);
    // Names first: a copy that another window begins meanwhile stands in its list before.
    const names = await one.#copies?.names() ?? [];
    if (!(await one.#look())) return one;
    const wanted = new Set(one.#all.flatMap(({ parts }) => parts.map(({ copy }) => copy)));
    for (const name of names) if (!wanted.has(name)) await one.#copies!.erase(name);
    return one;
  }

  /** The oldest first; another array whenever something changed. */
  get drafts(): readonly UnfinishedDraft[] {
    return this.#seen;
  }

  /** Whether this page brought it to the station. */
  hasFinished(id: string): boolean {
    return this.#finished.has(id);
  }

  /** @returns ends it */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /**
   * Checks a composition and notes what is to be done; `goOn` does it.
   * @returns the draft's id
   * @throws Refusal those of checkComposition, with which nothing is noted
   */
  async begin(composition: Composition, after: After): Promise<string> {
    const { session } = this.#deps;
    const { parts } = checkComposition(composition, session, session.now());
    const { attachments: _, ...rest } = composition;
    const kept: KeptDraft = {
      id: hex(session.random.bytes(DRAFT_ID_BYTES)), office: composition.office, begun: session.now(), composition: rest, draft: null, after,
      parts: parts.map(({ file, name, mediaType }) => ({
        name, mediaType, sizeBytes: file.sizeBytes, copy: hex(session.random.bytes(16)), key: null, part: null, isCopied: false, isHeld: false,
      })),
    };
    this.#files.set(kept.id, parts.map(({ file, name }) => ({ ...file, name, read: (from) => file.read(from) })));
    await this.#turns.next(() => this.#kept.add(kept));
    await this.#look();
    return kept.id;
  }

  /**
   * Seals and brings what is left of it.
   * @param files such as were given again
   * @throws Refusal `work-elsewhere`; `file-missing`, `file-changed` where a file is needed, or is not the one that it was;
   *   those of measurePart, uploadPart and saveDraft: all that was done by then stays
   */
  async goOn(id: string, files: readonly SourceFile[], errand: Errand = {}): Promise<HeldDraft> {
    if (this.#running.has(id)) throw new Refusal('work-elsewhere');
    if (files.length > 0) this.#files.set(id, [...files, ...(this.#files.get(id) ?? [])]);
    const stop = new AbortController();
    const signal = errand.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, errand.signal]);
    const work = this.#run(id, { ...errand, signal });
    this.#running.set(id, { stop, ended: work.catch(() => undefined) });
    this.#faults.delete(id);
    this.#tell();
    try {
      return await work;
    } catch (error) {
      if (!signal.aborted) this.#faults.set(id, error);
      if (error instanceof Refusal && error.code === 'file-changed') this.#files.delete(id);
      throw error;
    } finally {
      this.#running.delete(id);
      await this.#look();
    }
  }

  /** Erases it here, and has the station drop what it holds of it. What the station cannot be told now it finds out by itself. */
  async giveUp(id: string): Promise<void> {
    const running = this.#running.get(id);
    running?.stop.abort();
    await running?.ended;
    const end = await this.#alone(id);
    try {
      const kept = await this.#kept.read(id);
      if (kept === null) return;
      await this.#forget(kept);
      for (const { part } of kept.parts) if (part !== null) await this.#deps.session.api.call('dropPart', { path: { root: hex(part.root) } }).catch(() => undefined);
      await this.#restoreSheet(kept.after);
    } finally {
      end();
      await this.#look();
    }
  }

  /** Stops what runs; all of it stays. */
  async close(): Promise<void> {
    this.#listeners.clear();
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #alone(id: string): Promise<() => void> {
    const end = await this.#deps.alone(`tram-draft ${id}`);
    if (end === null) throw new Refusal('work-elsewhere');
    return end;
  }

  async #run(id: string, errand: Errand): Promise<HeldDraft> {
    const end = await this.#alone(id);
    try {
      let kept = await this.#kept.read(id);
      if (kept === null) throw new Refusal('draft-unknown', { draft: id });
      const steps = new DraftSteps({ session: this.#deps.session, kept: this.#kept, turns: this.#turns, copies: this.#copies, folder: this.#folder }, this.#files.get(id) ?? []);
      for (const at of kept.parts.keys()) if (kept.parts[at]!.part === null) kept = await steps.measure(kept, at, errand);
      if (kept.draft === null) kept = await steps.sign(kept);
      for (const at of kept.parts.keys()) kept = await steps.bring(kept, at, errand);
      const held = await steps.save(kept);
      await this.#finish(kept);
      this.#finished.add(id);
      return held;
    } finally {
      end();
    }
  }

  /** What is changed begins anew: the old one goes only now that the new one is safe. */
  async #finish(kept: KeptDraft): Promise<void> {
    const { replaces, sheet } = kept.after;
    if (replaces !== null) {
      await discardDraft(this.#deps.session, replaces).catch((error: unknown) => {
        if (!(error instanceof Refusal) || (error.code !== 'draft-closed' && error.code !== 'draft-unknown')) throw error;
      });
    }
    if (sheet !== null) {
      await this.#withSheet(sheet.what, async (one) => {
        const there = await one.read();
        if (there !== null && there !== sheet.text) return;
        await one.erase();
        await eraseTypedFiles(this.#deps.session, this.#deps.store, sheet.what);
      });
    }
    await this.#forget(kept);
  }

  /** What was written is given back to where it was typed, unless something else stands there. */
  async #restoreSheet({ sheet }: After): Promise<void> {
    if (sheet !== null) await this.#withSheet(sheet.what, async (one) => ((await one.read()) === null ? one.keep(sheet.text) : undefined));
  }

  async #withSheet(what: string, work: (sheet: SealedSheet) => Promise<void>): Promise<void> {
    const sheet = new SealedSheet(this.#deps.session, this.#deps.store, what);
    await work(sheet).finally(() => sheet.close());
  }

  async #forget(kept: KeptDraft): Promise<void> {
    for (const { copy } of kept.parts) await this.#copies?.erase(copy);
    await this.#turns.next(() => this.#kept.erase(kept));
    this.#files.delete(kept.id);
    this.#faults.delete(kept.id);
  }

  /** @returns whether all that is kept could be read */
  async #look(): Promise<boolean> {
    const { drafts, isWhole } = await this.#turns.next(() => this.#kept.all()).catch(() => ({ drafts: this.#all, isWhole: false }));
    this.#all = drafts;
    this.#tell();
    return isWhole;
  }

  #tell(): void {
    this.#seen = this.#all.map((kept) => {
      const { id, office, begun, composition: { subject }, parts, after: { sheet } } = kept;
      const given = new Set((this.#files.get(id) ?? []).map(({ name }) => name));
      const needed = parts.filter(({ isCopied, isHeld, name }) => (!isCopied || this.#copies === null) && !isHeld && !given.has(name));
      return { id, office, subject, begun, isRunning: this.#running.has(id), fault: this.#faults.get(id) ?? null, needed, sheet };
    });
    for (const changed of this.#listeners) changed();
  }
}

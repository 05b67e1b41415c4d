/** The steps of a draft that is under way: its parts sealed, it signed, its parts brought, it saved; each kept before the next begins. */
import type { PartCopies, SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { chunkCount, PART_KEY_BYTES, sealedSize } from '#core/stream.ts';
import type { Turns } from '#core/turns.ts';
import { core, draft as draftFormat } from '#wire/core.ts';
import { checkComposition } from './compose.ts';
import { authorDraft, type OpenDraft } from './draft.ts';
import { coreOf, type Errand, type HeldDraft, readDraft, saveDraft, withReplaced } from './outgoing.ts';
import { type CopyMark, LEAF_BYTES } from '../parts/part-copy.ts';
import { replacedBy } from './rewriting.ts';
import type { Session } from '../session.ts';
import type { KeptDraft, KeptDrafts, KeptPart } from './unfinished-kept.ts';

export interface StepsDeps {
  readonly session: Session;
  readonly kept: KeptDrafts;
  /** What is kept is written one after the other. */
  readonly turns: Turns;
  readonly copies: PartCopies | null;
  /** Of the copies. */
  readonly folder: string;
}

export class DraftSteps {
  readonly #deps: StepsDeps;
  readonly #files: readonly SourceFile[];

  /** @param files that somebody gave, the newest first */
  constructor(deps: StepsDeps, files: readonly SourceFile[]) {
    this.#deps = deps;
    this.#files = files;
  }

  /**
   * Seals a part into its copy, from its last mark on; from its beginning under a new key where what was written behind the
   * mark is not what the file gives now.
   */
  async measure(kept: KeptDraft, at: number, errand: Errand): Promise<KeptDraft> {
    try {
      return await this.#measure(kept, at, errand);
    } catch (error) {
      if (!isOtherBehindMark(error)) throw error;
      return this.#measure(await this.#forgetKey(kept, at), at, errand);
    }
  }

  async #measure(kept: KeptDraft, at: number, errand: Errand): Promise<KeptDraft> {
    const { session: { parts, random } } = this.#deps;
    const one = kept.parts[at]!;
    const file = this.#fileOf(one);
    const mark = await this.#markOf(one);
    // What was sealed under a key of which no mark is left is sealed anew under another.
    const key = mark === null ? random.bytes(PART_KEY_BYTES) : one.key!;
    const isRoom = mark !== null || (await this.#deps.copies?.roomBytes() ?? 0) >= sealedSize(one.sizeBytes);
    let now = await this.#changePart(kept, at, { key });
    const marked = (next: NonNullable<typeof mark>): void => void this.#deps.turns.next(() => this.#deps.kept.keepMark(one, next)).catch(() => undefined);
    const checked = { file, name: one.name, mediaType: one.mediaType };
    const measured = await parts.measure(checked, watchOf(errand, 'measure', at, one), isRoom ? { folder: this.#deps.folder, name: one.copy, key: key.slice(), mark, marked } : undefined);
    const { isCopied, part, leaves } = measured;
    if (!isCopied) await this.#deps.copies?.erase(one.copy);
    await this.#deps.turns.next(() => this.#deps.kept.keepMark(one, { digest: part.digest, leaves }));
    now = await this.#changePart(now, at, { key: measured.key, part, isCopied });
    return now;
  }

  /** A mark of all of it, with which its end was not noted, is none: nothing is left to seal behind it. */
  async #markOf(one: KeptPart): Promise<CopyMark | null> {
    const mark = one.key === null ? null : await this.#deps.kept.mark(one);
    return mark === null || mark.leaves.length / LEAF_BYTES >= chunkCount(one.sizeBytes) ? null : mark;
  }

  /** The mark first: none of an old key may stand beside a new one. */
  async #forgetKey(kept: KeptDraft, at: number): Promise<KeptDraft> {
    const one = kept.parts[at]!;
    await this.#deps.turns.next(() => this.#deps.kept.eraseMark(one));
    await this.#deps.copies?.erase(one.copy);
    return this.#changePart(kept, at, { key: null });
  }

  /** What was sealed is named and signed; from here on the draft stays what it is. */
  async sign(kept: KeptDraft): Promise<KeptDraft> {
    const { session } = this.#deps;
    const { crypto, random, view } = session;
    const checked = checkComposition({ ...kept.composition, attachments: [] }, session, session.now());
    const author = await session.actor('author', kept.office);
    const parts = kept.parts.map(({ part, key }) => ({ part: part!, key: key! }));
    const { replaces } = kept.after;
    const { draft } = withReplaced(await authorDraft({ crypto, random, view }, checked, parts, author, session.now()), replaces === null ? undefined : await replacedBy(session, replaces));
    return this.#keep({ ...kept, draft: draftFormat.encode(draft) });
  }

  /** Brings a part to the station, from its copy or from the file. */
  async bring(kept: KeptDraft, at: number, errand: Errand): Promise<KeptDraft> {
    const { session, copies } = this.#deps;
    const one = kept.parts[at]!;
    const part = one.part!;
    const blob = one.isCopied && copies !== null ? await copies.blob(one.copy) : null;
    const isWhole = blob?.size === sealedSize(part.size);
    // The browser took it away or cut it short: the file is asked for.
    const now = one.isCopied && copies !== null && !isWhole ? await this.#changePart(kept, at, { isCopied: false }) : kept;
    if (!isWhole && one.isHeld) return now;
    const leaves = (await this.#deps.kept.mark(one))?.leaves;
    if (leaves === undefined) throw new Refusal('draft-closed', { draft: kept.id });
    const watch = watchOf(errand, 'upload', at, one);
    if (!isWhole) {
      await session.parts.upload(kept.office, { file: this.#fileOf(one), key: one.key!, part, leaves, isCopied: false }, watch);
    } else {
      await session.parts.upload(kept.office, { sealed: blob, part, leaves }, watch).catch(async (error: unknown) => {
        // Another's bytes, or a disk's fault: the file is sealed again under the same key, which gives the same part.
        if (error instanceof Refusal && error.code === 'part-forged') await this.#dropCopy(kept, at);
        throw error;
      });
    }
    return one.isHeld ? now : this.#changePart(now, at, { isHeld: true });
  }

  async #dropCopy(kept: KeptDraft, at: number): Promise<void> {
    await this.#deps.copies?.erase(kept.parts[at]!.copy);
    await this.#changePart(kept, at, { isCopied: false, isHeld: false });
  }

  /** @throws Refusal those of saveDraft */
  async save(kept: KeptDraft): Promise<HeldDraft> {
    const { session } = this.#deps;
    const open = openOf(kept);
    try {
      return await saveDraft(session, { id: kept.id, version: 0, step: 'saved', office: kept.office, open, exposed: [] });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The station took its time, and let go of a part.
      if (error.code === 'part-unknown') await this.#keep({ ...kept, parts: kept.parts.map((part) => ({ ...part, isHeld: false })) });
      if (error.code !== 'draft-changed') throw error;
      // Saved before, and the answer was lost.
      const there = await readDraft(session, kept.id);
      if (coreOf(session, there) !== coreOf(session, { open })) throw error;
      return there;
    }
  }

  #fileOf({ name, sizeBytes }: KeptPart): SourceFile {
    const given = this.#files.filter((file) => file.name === name);
    if (given.length === 0) throw new Refusal('file-missing', { file: name });
    const file = given.find((one) => one.sizeBytes === sizeBytes);
    if (file === undefined) throw new Refusal('file-changed', { file: name });
    return file;
  }

  #changePart(kept: KeptDraft, at: number, change: Partial<KeptPart>): Promise<KeptDraft> {
    return this.#keep({ ...kept, parts: kept.parts.map((part, i) => (i === at ? { ...part, ...change } : part)) });
  }

  async #keep(kept: KeptDraft): Promise<KeptDraft> {
    await this.#deps.turns.next(() => this.#deps.kept.keep(kept));
    return kept;
  }
}

function isOtherBehindMark(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'file-changed' && error.detail['chunk'] !== undefined;
}

function openOf({ draft }: KeptDraft): OpenDraft {
  const value = draftFormat.decode(draft!);
  return { core: core.decode(value.core), draft: value };
}

function watchOf({ signal, progress }: Errand, step: 'measure' | 'upload', part: number, { sizeBytes: bytesAll }: KeptPart) {
  return { signal, progress: (bytes: number) => progress?.({ step, part, bytes, bytesAll }) };
}

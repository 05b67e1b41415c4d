/** Sealing a draft and its files: watched, stopped, and gone on with elsewhere when the sheet is left. */
import { useEffect, useRef, useState } from 'react';
import type { Composition } from '#client/dispatch/compose.ts';
import { type Errand, type HeldDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { rewriteDraft } from '#client/dispatch/rewriting.ts';
import type { Session } from '#client/session.ts';
import type { UnfinishedDraft } from '#client/dispatch/unfinished.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { useGoOn, useUnfinished } from '../device/unfinished.ts';
import { go } from '../frame/router.tsx';
import { pickedFile } from '../kit/picked-file.ts';
import { useWork } from '../kit/use-outside.ts';
import { sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { compositionFrom, type Order } from './order.ts';

/** What came of a sheet, told on the draft's page. */
export const SAVED = 'saved';

interface Progress {
  readonly file: string;
  readonly bytes: number;
  readonly bytesAll: number;
}

/** What is being written. */
export interface Writing {
  /** The draft that it takes the place of. */
  readonly replaces: string | null;
  /** Where it is typed, and what stands there now. */
  readonly sheet: NonNullable<UnfinishedDraft['sheet']>;
  /** Forgets what was typed. */
  readonly forget: () => Promise<void>;
}

export function useSealing({ replaces, sheet, forget }: Writing) {
  const { session, office } = useEntered();
  const [progress, setProgress] = useState<Progress | null>(null);
  const { work } = useLongWork(session);
  const seen = useUnfinished(session);
  const goOn = useGoOn(session);
  const stopping = useRef<AbortController | null>(null);
  const isHere = useRef(true);
  /** As this sheet had it sealed last. */
  const noted = useRef<string | null>(null);
  const { isBusy, fault, run } = useWork();
  useEffect(() => {
    isHere.current = true;
    return () => { isHere.current = false; };
  }, []);
  const done = async (draft: string): Promise<void> => {
    if (!isHere.current) return;
    await forget();
    go(`/drafts/${draft}`, 'replace', SAVED);
  };
  const seal = (order: Order, files: readonly File[]): void => run(async () => {
    stopping.current = new AbortController();
    const errand: Errand = {
      signal: stopping.current.signal,
      progress: ({ part, bytes, bytesAll }) => setProgress({ file: files[part]?.name ?? '', bytes, bytesAll }),
    };
    const attachments = files.map((file) => ({ file: pickedFile(file), ...(file.type === '' ? {} : { mediaType: file.type }) }));
    const composition = compositionFrom(order, office, attachments);
    try {
      if (seen === null || files.length === 0) {
        const { id } = await work.run({ key: `draft ${office}`, kind: 'sealing', name: order.subject }, ({ signal }) =>
          written(session, replaces, composition, { ...errand, signal: AbortSignal.any([stopping.current!.signal, signal]) }));
        return await done(id);
      }
      const { unfinished } = seen;
      // What stands on the sheet now is what counts, not what was sealed of it before.
      if (noted.current !== null) await unfinished.giveUp(noted.current);
      noted.current = await unfinished.begin(composition, { replaces, sheet });
      const { id } = await goOn(unfinished, noted.current, [], errand);
      noted.current = null;
      await done(id);
    } finally {
      setProgress(null);
    }
  });
  const isKept = isBusy && noted.current !== null;
  // Left while it runs: it goes on, and the sheet is free for the next.
  const leaving = useRef({ isKept, forget });
  leaving.current = { isKept, forget };
  return { isBusy, fault, progress, seal, leaving, stop: () => stopping.current?.abort(), unfinished: useSame(sheet, isBusy, done) };
}

function written(session: Session, replaces: string | null, composition: Composition, errand: Errand): Promise<HeldDraft> {
  return replaces === null ? writeDraft(session, composition, errand) : rewriteDraft(session, replaces, composition, errand);
}

/** What is unfinished of the sheet as it stands, from before a reload; when it is done elsewhere the sheet is done with. */
function useSame(sheet: Writing['sheet'], isBusy: boolean, done: (draft: string) => Promise<void>): UnfinishedDraft | null {
  const { session } = useEntered();
  const seen = useUnfinished(session);
  const same = seen?.drafts.find((one) => one.sheet?.what === sheet.what && one.sheet.text === sheet.text) ?? null;
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (same !== null) last.current = same.id;
    else if (!isBusy && last.current !== null && seen?.unfinished.hasFinished(last.current) === true) void done(last.current);
  });
  return isBusy ? null : same;
}

export function SealingState({ progress }: { readonly progress: Progress | null }) {
  const [words, locale] = [useWords(), useLocale()];
  if (progress === null) return null;
  const { file, bytes, bytesAll } = progress;
  return (
    <p className="progress" role="status">
      <progress value={bytes} max={Math.max(1, bytesAll)} aria-label={file} /> {fill(words.compose.sealing, { name: file, done: sizeText(bytes, locale), all: sizeText(bytesAll, locale) })}
    </p>
  );
}

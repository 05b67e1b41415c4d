/**
 * Files of a dispatch that was opened: looked at in a frame that has no other business, or, as a step of its own that the
 * station's ledger has first, written to this machine. Looking leaves nothing behind. Files of a draft are looked at only: the
 * ledger has downloads by dispatch (docs/decisions/0078).
 */
import { useCallback, useState } from 'react';
import type { WorkItem } from '#client/long-work.ts';
import { MemoryFile } from '#client/parts/memory-file.ts';
import type { Session } from '#client/session.ts';
import { type Holding, recordDownloads } from '#client/dispatch/taking.ts';
import { hex } from '#core/bytes.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import type { CorePart } from '#wire/core.ts';
import { useLongWork } from '../device/long-work.ts';
import { Button } from '../kit/button.tsx';
import { Confirm } from '../kit/confirm.tsx';
import { Fault } from '../kit/fault.tsx';
import { FileIcon } from '../kit/icons.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { Paper, type Shown } from './paper-frame.tsx';
import { paperKind } from './paper-kind.ts';

export interface AttachmentsProps {
  readonly session: Session;
  /** Null for a draft's. */
  readonly of: Holding | null;
  readonly parts: readonly CorePart[];
  /** One for each part. */
  readonly keys: readonly Uint8Array[];
}

export function Attachments({ session, of, parts, keys }: AttachmentsProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { saveFile } = useOutside();
  const { work, items } = useLongWork(session);
  const [shown, setShown] = useState<Shown | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [saved, setSaved] = useState<string | null>(null);
  /** Of those that were looked at. */
  const [partly, setPartly] = useState<readonly string[]>([]);
  // Also what somebody began before they went elsewhere and came back.
  const carried = parts.map(({ root }) => items.find(({ key, state }) => key === keyOf(root) && state !== 'failed') ?? null);
  const isCarrying = carried.some((one) => one !== null);

  async function carry(kind: 'opening' | 'saving', { root, name, size }: CorePart, does: (watch: Watching) => Promise<void>): Promise<void> {
    setFault(null);
    setSaved(null);
    try {
      await work.run({ key: keyOf(root), kind, name }, ({ signal, progress }) => does({ signal, progress: (bytes) => progress(bytes, size) }));
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'cancelled')) setFault(error);
    }
  }

  const look = (i: number): Promise<void> => carry('opening', parts[i]!, async (watch) => {
    const [part, kind] = [parts[i]!, paperKind(parts[i]!)];
    if (kind === null) return;
    setShown(null);
    const file = new MemoryFile(part.size);
    await session.parts.receive(part, keys[i]!, file, watch);
    setShown({ key: keyOf(part.root), kind, name: printable(part.name), bytes: file.take() });
  });
  const save = (holding: Holding, i: number): Promise<void> => carry('saving', parts[i]!, async (watch) => {
    const part = parts[i]!;
    const sink = await saveFile(part.name, part.size);
    if (sink === null) return;
    try {
      await recordDownloads(session, holding, [part], watch.signal);
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    setSaved(await session.parts.receive(part, keys[i]!, sink, watch));
  });
  const close = useCallback(() => setShown(null), []);
  const shownKey = shown?.key;
  const isPartly = useCallback(() => setPartly((before) => (shownKey === undefined ? before : [...before, shownKey])), [shownKey]);

  return (
    <section className="attachments" aria-label={words.files.title}>
      <ul className="files">
        {parts.map((part, i) => (
          <li key={i}>
            <FileIcon /><span className="file-name">{printable(part.name)}</span><span className="soft">{sizeText(part.size, locale)}{partly.includes(keyOf(part.root)) && ` · ${words.files.partlyShort}`}</span>
            {carried[i] !== null && carried[i] !== undefined
              ? <Underway carried={carried[i]} size={part.size} onStop={() => work.stop(carried[i]!.id)} />
              : (
                <span className="acts">
                  {paperKind(part) !== null && <Button isDisabled={isCarrying} aria-label={fill(words.files.lookAt, { name: printable(part.name) })} onPress={() => void look(i)}>{words.files.look}</Button>}
                  {of !== null && <Confirm ask={words.files.save} title={fill(words.files.saveTitle, { name: printable(part.name) })} what={words.files.saveWhat} onConfirm={() => void save(of, i)} />}
                </span>
              )}
          </li>
        ))}
      </ul>
      {of === null && parts.some((part) => paperKind(part) === null) && <p className="soft">{words.files.unseen}</p>}
      <Fault error={fault} />
      {saved !== null && <p className="soft" role="status">{fill(words.files.saved, { name: saved })}</p>}
      {shown !== null && <Paper key={shown.key} shown={shown} mayTake={of !== null} onClose={close} onPartly={isPartly} />}
    </section>
  );
}

interface Watching {
  readonly signal: AbortSignal;
  readonly progress: (bytes: number) => void;
}

function keyOf(root: Uint8Array): string {
  return `part ${hex(root)}`;
}

function Underway({ carried: { done }, size, onStop }: { readonly carried: WorkItem; readonly size: number; readonly onStop: () => void }) {
  const words = useWords();
  return (
    <span className="acts">
      <progress aria-label={words.files.opening} max={Math.max(size, 1)} value={done} />
      <Button variant="quiet" onPress={onStop}>{words.files.cancel}</Button>
    </span>
  );
}

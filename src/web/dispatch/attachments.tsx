/**
 * Files of a dispatch that was opened: looked at in a frame that has no other business, or, as a step of its own that the
 * station's ledger has first, written to this machine. Looking leaves nothing behind.
 */
import { useCallback, useState } from 'react';
import { MemoryFile } from '#client/memory-file.ts';
import type { Session } from '#client/session.ts';
import { type Holding, recordDownloads } from '#client/taking.ts';
import type { CorePart } from '#wire/core.ts';
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
  readonly of: Holding;
  readonly parts: readonly CorePart[];
  /** One for each part. */
  readonly keys: readonly Uint8Array[];
}

interface Carried {
  readonly part: number;
  readonly bytes: number;
  readonly stop: AbortController;
}

export function Attachments({ session, of, parts, keys }: AttachmentsProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { saveFile } = useOutside();
  const [carried, setCarried] = useState<Carried | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [saved, setSaved] = useState<string | null>(null);

  async function carry(part: number, work: (watch: { signal: AbortSignal; progress: (bytes: number) => void }) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    setFault(null);
    setSaved(null);
    setCarried({ part, bytes: 0, stop });
    try {
      await work({ signal: stop.signal, progress: (bytes) => setCarried({ part, bytes, stop }) });
    } catch (error) {
      if (!stop.signal.aborted) setFault(error);
    } finally {
      setCarried(null);
    }
  }

  const look = (i: number): Promise<void> => carry(i, async (watch) => {
    const [part, kind] = [parts[i]!, paperKind(parts[i]!)];
    if (kind === null) return;
    setShown(null);
    const file = new MemoryFile(part.size);
    await session.parts.receive(part, keys[i]!, file, watch);
    setShown({ kind, name: part.name, bytes: file.take() });
  });
  const save = (i: number): Promise<void> => carry(i, async (watch) => {
    const part = parts[i]!;
    const sink = await saveFile(part.name, part.size);
    if (sink === null) return;
    try {
      await recordDownloads(session, of, [part], watch.signal);
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    setSaved(await session.parts.receive(part, keys[i]!, sink, watch));
  });
  const close = useCallback(() => setShown(null), []);

  return (
    <section className="attachments" aria-label={words.files.title}>
      <ul className="files">
        {parts.map((part, i) => (
          <li key={part.name}>
            <FileIcon /><span className="file-name">{part.name}</span><span className="soft">{sizeText(part.size, locale)}</span>
            {carried?.part === i
              ? <Underway carried={carried} size={part.size} />
              : (
                <span className="acts">
                  {paperKind(part) !== null && <Button isDisabled={carried !== null} aria-label={fill(words.files.lookAt, { name: part.name })} onPress={() => void look(i)}>{words.files.look}</Button>}
                  <Confirm ask={words.files.save} title={fill(words.files.saveTitle, { name: part.name })} what={words.files.saveWhat} onConfirm={() => void save(i)} />
                </span>
              )}
          </li>
        ))}
      </ul>
      <Fault error={fault} />
      {saved !== null && <p className="soft" role="status">{fill(words.files.saved, { name: saved })}</p>}
      {shown !== null && <Paper key={shown.name} shown={shown} onClose={close} />}
    </section>
  );
}

function Underway({ carried: { bytes, stop }, size }: { readonly carried: Carried; readonly size: number }) {
  const words = useWords();
  return (
    <span className="acts">
      <progress aria-label={words.files.opening} max={Math.max(size, 1)} value={bytes} />
      <Button variant="quiet" onPress={() => stop.abort()}>{words.files.cancel}</Button>
    </span>
  );
}

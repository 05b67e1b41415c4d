/** The frame in which a file is looked at: an origin of its own, scripts only its own, no network (decision 0063). */
import { useEffect, useRef, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { useOutside } from '../kit/use-outside.ts';
import type { PaperNews, PaperOrder } from '../paper/paper.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import type { PaperKind } from './paper-kind.ts';

export interface Shown {
  /** Tells files of one dispatch from another. */
  readonly key: string;
  readonly kind: PaperKind;
  readonly name: string;
  /** Given away to the frame: afterwards the page has it no more. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** CSS pixels. */
const HEIGHT_MIN = 160;

interface PaperProps {
  readonly shown: Shown;
  /** Whether it may be downloaded where it cannot be shown. */
  readonly mayTake: boolean;
  readonly onClose: () => void;
  /** Told where not all of the file is drawn. */
  readonly onPartly: () => void;
}

export function Paper({ shown, mayTake, onClose, onPartly }: PaperProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { papers } = useOutside();
  const frame = useRef<HTMLIFrameElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [height, setHeight] = useState(HEIGHT_MIN);
  const [isPartly, setPartly] = useState(false);
  useEffect(() => {
    heading.current?.focus();
    const hear = ({ source, data }: MessageEvent): void => {
      if (source !== frame.current?.contentWindow) return;
      const news = data as PaperNews;
      if ('partly' in news) {
        setPartly(true);
        return onPartly();
      }
      setState('shown' in news ? 'shown' : 'failed');
      if ('shown' in news) setHeight(Math.max(Math.ceil(news.height), HEIGHT_MIN));
    };
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, [onPartly]);

  function give(): void {
    const { kind, name, bytes } = shown;
    // A frame that loads anew finds the bytes gone: they were given away.
    if (bytes.byteLength === 0) return;
    const order: PaperOrder = {
      kind, name, bytes, language: locale, theme: document.documentElement.dataset['theme'] ?? 'light',
      words: { page: words.files.page, tooLong: words.files.tooLong },
    };
    // Its origin has no name to send to; what it may be is only what our own server frames.
    frame.current?.contentWindow?.postMessage(order, '*', [bytes.buffer]);
  }

  return (
    <section className="paper" aria-labelledby="paper-title">
      <div className="paper-head"><h4 id="paper-title" ref={heading} tabIndex={-1}>{shown.name}</h4><Button onPress={onClose}>{words.files.putAway}</Button></div>
      <p className="soft" role="status">{state === 'failed' ? `${words.files.failed}${mayTake ? ` ${words.files.failedTake}` : ''}` : state === 'loading' ? words.files.drawing : words.files.untraced}</p>
      {isPartly && <p className="caution" role="status">{words.files.partly}</p>}
      <iframe
        ref={frame} title={fill(words.files.frame, { name: shown.name })} sandbox="allow-scripts" referrerPolicy="no-referrer" hidden={state === 'failed'}
        src={shown.kind === 'pdf' ? papers.pdf : papers.plain} onLoad={give} style={{ height: `min(78vh, ${height}px)` }}
      />
    </section>
  );
}

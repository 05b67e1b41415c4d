/** What went wrong, in words that say what to do; and what stands in place of something that is not here yet. */
import { type Ref, useEffect, useRef } from 'react';
import { Refusal } from '#core/refusals.ts';
import { faultSentence, useLocale, useWords } from '../words/words.ts';
import { comeIntoView } from './arrival.ts';
import { useAway } from './away.ts';

/** Of what somebody pressed for: it comes into view, wherever it stands, and leaves the focus where the next try is. */
export function Fault({ error }: { readonly error: unknown }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => { if (error !== null) comeIntoView(place.current!); }, [error]);
  return error === null ? null : <FaultLine ref={place} error={error} />;
}

function FaultLine({ error, ref }: { readonly error: unknown; readonly ref?: Ref<HTMLParagraphElement> }) {
  const [words, locale] = [useWords(), useLocale()];
  return <p ref={ref} className="fault" role="alert"><b>{words.wrong}.</b> {faultSentence(error, locale)}</p>;
}

interface AwaitingProps {
  readonly fault: unknown;
  readonly loading?: string;
  /** An older answer stands there. */
  readonly isThere?: boolean;
}

/** How it stands with what is fetched: that it is, that it needs the station, which the strip above every room says is out of reach, or what went wrong. */
export function Awaiting({ fault, loading, isThere = false }: AwaitingProps) {
  const words = useWords();
  const isAway = useAway() && fault instanceof Refusal && (fault.code === 'station-unreachable' || fault.code === 'session-missing');
  if (fault !== null && !isAway) return <FaultLine error={fault} />;
  if (isThere) return null;
  return isAway ? <p className="soft" role="status">{words.needsStation}</p> : <p className="waiting" role="status">{loading ?? words.loading}</p>;
}

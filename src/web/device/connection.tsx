/** Says plainly how it stands with the station, and goes on by itself when it answers again. */
import { useCallback, useEffect, useRef } from 'react';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { OwnDevice } from './own-device.ts';
import type { LinkState } from './station-link.ts';

/** Between one try and the next, the longer the more of them failed. */
const RETRY_MS = 10_000;
const RETRY_MS_MAX = 80_000;

export function Connection({ own, state }: { readonly own: OwnDevice; readonly state: LinkState }) {
  const words = useWords();
  const { clock } = useOutside();
  const { isBusy, fault, run } = useWork();
  const again = useCallback(() => run(() => own.goOn()), [own, run]);
  const isAlone = state !== 'expired' && (state === 'away' || !own.isBegun);
  const delayMs = useRef(RETRY_MS);
  useEffect(() => { if (!isAlone) delayMs.current = RETRY_MS; }, [isAlone]);
  useEffect(() => (isAlone && !isBusy ? clock.after(delayMs.current, () => {
    delayMs.current = Math.min(delayMs.current * 2, RETRY_MS_MAX);
    again();
  }) : undefined), [isAlone, isBusy, clock, again]);
  useEffect(() => {
    // Whoever comes back to the window finds keys that were given meanwhile, and learns of a session that ended.
    const look = (): void => void own.opened.session.takeOfficeKeys().catch(() => undefined);
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, [own]);
  if (state === 'reached' && own.isBegun) return null;
  return (
    <div className="connection" role="status">
      <p>{state === 'expired' ? words.door.expired : words.door.away}</p>
      <Button isDisabled={isBusy} onPress={again}>{state === 'expired' ? words.door.renew : words.door.retry}</Button>
      {state === 'expired' && <Fault error={fault} />}
    </div>
  );
}

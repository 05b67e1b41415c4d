/** Says plainly, above every room, how it stands with the station, and goes on by itself when it answers again. */
import { useCallback, useEffect, useRef } from 'react';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { Entered } from './entered.ts';
import type { LinkState } from './station-link.ts';

/** Between one try and the next, the longer the more of them failed. */
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 80_000;

export function Connection({ entered: { session, own, link }, state }: { readonly entered: Entered; readonly state: LinkState }) {
  const words = useWords();
  const { clock } = useOutside();
  const { isBusy, fault, runNext } = useWork();
  const again = useCallback(() => runNext(async () => {
    if (own !== null) return own.goOn();
    await session.begin();
    link.renewed();
  }), [session, own, link, runNext]);
  const isAlone = state !== 'expired' && (state === 'away' || !session.api.isLoggedIn);
  const delayMs = useRef(RETRY_MS);
  useEffect(() => { if (!isAlone) delayMs.current = RETRY_MS; }, [isAlone]);
  useEffect(() => (isAlone && !isBusy ? clock.after(delayMs.current, () => {
    delayMs.current = Math.min(delayMs.current * 2, RETRY_MS_MAX);
    again();
  }) : undefined), [isAlone, isBusy, clock, again]);
  useEffect(() => {
    // Whoever comes back to the window finds keys that were given meanwhile, and learns of a session that ended. A machine
    // that is cut off, or has its network again, may or may not reach a station: that is asked at once, not believed.
    const look = (): void => {
      if (!isAlone) return void session.takeOfficeKeys().catch(() => undefined);
      delayMs.current = RETRY_MS;
      again();
    };
    const seen = (): void => { if (document.visibilityState === 'visible') look(); };
    for (const name of LOOK_AT) addEventListener(name, look);
    document.addEventListener('visibilitychange', seen);
    return () => {
      for (const name of LOOK_AT) removeEventListener(name, look);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [session, isAlone, again]);
  if (state === 'reached' && session.api.isLoggedIn) return null;
  return (
    <div className="connection" role="status">
      <p>{state === 'expired' ? words.door.expired : words.door.away}</p>
      <Button isDisabled={isBusy} onPress={again}>{state === 'expired' ? words.door.renew : words.door.retry}</Button>
      {state === 'expired' && <Fault error={fault} />}
    </div>
  );
}

const LOOK_AT = ['focus', 'online', 'offline'] as const;

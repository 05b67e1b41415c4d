/** Says plainly how it stands with the station, and goes on by itself when it answers again. */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { OwnDevice } from './own-device.ts';

const RETRY_MS = 10_000;

export function Connection({ own }: { readonly own: OwnDevice }) {
  const words = useWords();
  const { clock } = useOutside();
  const { link } = own.opened;
  const state = useSyncExternalStore(useCallback((changed) => link.listen(changed), [link]), () => link.state);
  const { isBusy, fault, run } = useWork();
  const again = useCallback(() => run(() => own.goOn()), [own, run]);
  const isAlone = state !== 'expired' && (state === 'away' || !own.isBegun);
  useEffect(() => (isAlone && !isBusy ? clock.after(RETRY_MS, again) : undefined), [isAlone, isBusy, clock, again]);
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

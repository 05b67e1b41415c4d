/** Locks when nobody touched the page for a while, or when the browser would keep it aside with its keys. */
import { useEffect } from 'react';
import { MINUTE_MS } from '#core/clock.ts';
import { useOutside } from '../kit/use-outside.ts';
import type { OwnDevice } from './own-device.ts';

const IDLE_KEY = 'tram.idle-minutes';
export const IDLE_CHOICES = ['5', '15', '60'] as const;
export type IdleMinutes = (typeof IDLE_CHOICES)[number];
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
const LOOK_EVERY_MS = 5_000;

export function idleMinutes(): IdleMinutes {
  return IDLE_CHOICES.find((choice) => choice === localStorage.getItem(IDLE_KEY)) ?? '15';
}

export function setIdleMinutes(minutes: IdleMinutes): void {
  localStorage.setItem(IDLE_KEY, minutes);
}

export function IdleLock({ lock, own }: { readonly lock: () => void; readonly own: OwnDevice }) {
  const { clock } = useOutside();
  useEffect(() => {
    // The time of day: a machine that slept was idle, and its monotonic counter may have slept too.
    let touched = clock.now();
    const touch = (): void => { touched = clock.now(); };
    let cancel = (): void => undefined;
    const look = (): void => {
      if (clock.now() - touched >= Number(idleMinutes()) * MINUTE_MS) {
        own.leaving = 'idle';
        lock();
        return;
      }
      cancel = clock.after(LOOK_EVERY_MS, look);
    };
    look();
    for (const sign of SIGNS) addEventListener(sign, touch, { passive: true, capture: true });
    const hide = (event: PageTransitionEvent): void => { if (event.persisted) own.opened.session.ring.lock(); };
    const back = (event: PageTransitionEvent): void => { if (event.persisted) location.reload(); };
    addEventListener('pagehide', hide);
    addEventListener('pageshow', back);
    return () => {
      cancel();
      for (const sign of SIGNS) removeEventListener(sign, touch, { capture: true });
      removeEventListener('pagehide', hide);
      removeEventListener('pageshow', back);
    };
  }, [clock, lock, own]);
  return null;
}

/**
 * Components whose script is loaded when they are first shown, or before. One that is there already is drawn at once: React
 * keeps whatever stands in the place of one that is not for a third of a second, however soon it comes.
 */
import { type ComponentType, createElement, lazy, useState } from 'react';

export interface Later<P extends object> {
  readonly Shown: ComponentType<P>;
  /** Loads it before it is shown. */
  readonly load: () => Promise<unknown>;
}

export function later<P extends object>(load: () => Promise<ComponentType<P>>): Later<P> {
  let Loaded: ComponentType<P> | null = null;
  const begin = async (): Promise<ComponentType<P>> => (Loaded ??= await load());
  const Late = lazy(async () => ({ default: await begin() }));
  function Shown(props: P) {
    // Decided once: what stands there is not taken away because it was loaded meanwhile.
    const [Which] = useState<ComponentType<P>>(() => Loaded ?? (Late as ComponentType<P>));
    return createElement(Which, props);
  }
  return { Shown, load: begin };
}

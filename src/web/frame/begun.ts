/** An address may ask for an act's form beside its page, `?act=…`: what leads there from the desk leads into it. */
import { useEffect, useState } from 'react';
import { refine, useSpot } from './router.tsx';

/** Acts that are begun from elsewhere. */
export type BegunAct = 'office' | 'position' | 'join' | 'seal' | 'invite';

/** Where an act's form stands open. @param page a path of ours */
export function withAct(page: string, act: BegunAct): string {
  return `${page}?act=${act}`;
}

/** Whether the address asks for this act; asked once, and taken out of it, so that neither a reload nor the way back opens it again. */
export function useBegun(act: BegunAct): boolean {
  const { search } = useSpot();
  const [isBegun] = useState(() => search.get('act') === act);
  useEffect(() => { if (isBegun) refine({ act: '' }); }, [isBegun]);
  return isBegun;
}

/** New devices that wait for a registrar at the station, looked at again when one comes or goes. */
import { useCallback, useMemo } from 'react';
import { type VouchedList, VouchedShelf } from '#client/keyring/request-shelf.ts';
import type { Session } from '#client/session.ts';
import { type Happened, useLive } from '../device/live.ts';
import { useLoaded } from '../kit/use-loaded.ts';

const NONE: VouchedList = { requests: [], more: 0 };

export function useRequests(session: Session): VouchedList & { readonly reload: () => void } {
  const shelf = useMemo(() => new VouchedShelf(session), [session]);
  const { value, reload } = useLoaded<VouchedList>(useCallback(() => shelf.list(), [shelf]));
  useLive(reload, isOfRequests);
  return { ...(value ?? NONE), reload };
}

function isOfRequests({ kind }: Happened): boolean {
  return kind === 'requests';
}

/** What waits to be sent from the device of whoever works here: one list, whichever room looks at it. */
import { useCallback, useEffect, useState } from 'react';
import { type Order, Outbox, type WaitingSend } from '#client/dispatch/outbox.ts';
import { type Accepted, sendDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';
import { useOutside } from '../kit/use-outside.ts';
import type { Outside } from '../outside.ts';
import { useEntered } from './entered.ts';

const open = new Map<Session, Promise<Outbox | null>>();

/** @returns null where this browser keeps nothing */
export function outboxOf(session: Session, { sheetStore }: Pick<Outside, 'sheetStore'>): Promise<Outbox | null> {
  const found = open.get(session) ?? sheetStore().then((store) => Outbox.open(session, store)).catch(() => null);
  open.set(session, found);
  return found;
}

/** What waits stays on the device, sealed; its key goes. */
export async function closeOutbox(session: Session): Promise<void> {
  const found = open.get(session);
  open.delete(session);
  await (await found)?.close();
}

/** Sends a signed draft; null where it waits on this device until the station is back. */
export function useSend(): (one: Order) => Promise<Accepted | null> {
  const { session } = useEntered();
  const outside = useOutside();
  return useCallback(async (one) => {
    const outbox = await outboxOf(session, outside);
    return outbox === null ? sendDraft(session, one.draft, one.core) : outbox.send(one);
  }, [session, outside]);
}

export interface Waiting {
  readonly outbox: Outbox;
  readonly waiting: readonly WaitingSend[];
}

export function useWaiting(session: Session): Waiting | null {
  const outside = useOutside();
  const [seen, setSeen] = useState<Waiting | null>(null);
  useEffect(() => {
    let isWanted = true;
    let end = (): void => undefined;
    const watch = async (): Promise<void> => {
      const outbox = await outboxOf(session, outside);
      if (!isWanted || outbox === null) return;
      const look = (): void => setSeen({ outbox, waiting: outbox.waiting });
      end = outbox.listen(look);
      look();
    };
    void watch();
    return () => {
      isWanted = false;
      end();
    };
  }, [session, outside]);
  return seen;
}

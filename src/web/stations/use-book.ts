/** The invitations that this device gave out, for those parts of the page that make and use them. */
import { useCallback } from 'react';
import { SealedInvitations } from '#client/directory/sealed-invitations.ts';
import { useEntered } from '../device/entered.ts';
import { useOutside } from '../kit/use-outside.ts';

export type WithBook = <T>(work: (book: SealedInvitations) => Promise<T>) => Promise<T>;

/** Open for as long as the work takes: its key goes with it. */
export function useBook(): WithBook {
  const { session } = useEntered();
  const { sheetStore } = useOutside();
  return useCallback(async (work) => {
    const book = new SealedInvitations(session, await sheetStore());
    try {
      return await work(book);
    } finally {
      await book.close();
    }
  }, [session, sheetStore]);
}

/** Keys that this device asked for and nobody has registered yet: what is left to do, also after the page was closed. */
import { useCallback } from 'react';
import { type AskedFor, keepAsked, readAsked } from '#client/office-keys/asked-keys.ts';
import type { KeyRequestFile } from '#client/office-keys/key-requests.ts';
import { hex } from '#core/bytes.ts';
import type { PublicTwin } from '#wire/invitation.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { downloadBytes } from '../kit/download.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';

export interface Asked {
  /** Null where nothing waits. */
  readonly waiting: KeyRequestFile | null;
  /** Gives the file away for the first time. */
  readonly made: (file: KeyRequestFile) => Promise<void>;
  /** The same file again. */
  readonly download: (file: KeyRequestFile) => void;
}

/** @param certified what the directory has for it now @param fileName what the file is called */
export function useAsked(what: AskedFor, certified: PublicTwin | null, fileName: string): Asked {
  const { session } = useEntered();
  const { sheetStore } = useOutside();
  const known = certified === null ? '' : hex(certified.p256);
  // Read anew when the directory has others; where this browser keeps nothing, nothing is remembered.
  const { value, reload } = useLoaded(useCallback(async () => readAsked(session, await sheetStore(), what, certified).catch(() => null), [session, sheetStore, what, known]));
  const download = ({ request }: KeyRequestFile): void => downloadBytes(fileName, request);
  const made = async (file: KeyRequestFile): Promise<void> => {
    download(file);
    await keepAsked(session, await sheetStore(), what, file);
    reload();
  };
  return { waiting: value, made, download };
}

export function AskedKeys({ asked: { waiting, download }, what }: { readonly asked: Asked; readonly what: string }) {
  const words = useWords();
  if (waiting === null) return null;
  return (
    <div role="status" className="folk-said">
      <p><b>{words.registrar.waiting}</b> {what}</p>
      <p className="print">{waiting.fingerprint}</p>
      <div className="acts"><Button onPress={() => download(waiting)}>{words.registrar.fileAgain}</Button></div>
    </div>
  );
}

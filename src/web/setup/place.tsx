/** What both forms of the set-up say beside their fields: what a code is, and where the station will stand on this machine. */
import { LIMITS } from '#wire/limits.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';
import type { SetupState } from './setup-api.ts';

/** @param isFirst whether it has to say what a code is */
export function codeHint(words: Words, sample: string, isFirst: boolean): string {
  return isFirst ? `${sample}. ${fill(words.setup.codeWhat, { max: LIMITS.codeBytes })}` : fill(words.setup.codeHint, { sample });
}

/** Folded, under what everybody fills in: for whoever wants it elsewhere. */
export function Place({ state: { data, ports: { taken, api, link } }, what }: { readonly state: SetupState; readonly what: string }) {
  const words = useWords();
  return (
    <details className="join-file">
      <summary>{words.setup.place}</summary>
      <p>{fill(what, { folder: data })}</p>
      {taken !== null && <p>{fill(words.setup.portTaken, { taken, api, link })}</p>}
    </details>
  );
}

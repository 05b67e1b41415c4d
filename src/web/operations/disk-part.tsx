/** How full the station's disk is, with the marks below which it takes less. */
import { Label, Meter } from 'react-aria-components';
import { sizeText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import type { Operations } from './answer.ts';

/** What is drawn: four times the first mark is ease. */
const EASE = 4;

export function DiskPart({ disk: { level, freeBytes, warnBytes, partsBytes, dispatchesBytes } }: { readonly disk: Operations['health']['disk'] }) {
  const [words, locale] = [useWords(), useLocale()];
  const size = (bytes: number): string => sizeText(bytes, locale);
  return (
    <section className="ops-part" aria-labelledby="ops-disk" data-level={level}>
      <h2 id="ops-disk">{words.operations.disk}</h2>
      <Meter value={Math.min(freeBytes, EASE * warnBytes)} maxValue={Math.max(1, EASE * warnBytes)} valueLabel={size(freeBytes)}>
        {({ percentage }) => (
          <>
            <Label>{fill(words.operations.diskFree, { free: size(freeBytes) })}</Label>
            <span className="ops-bar" aria-hidden="true"><span style={{ width: `${percentage}%` }} /></span>
          </>
        )}
      </Meter>
      <p>{words.operations.level[level]}</p>
      <p className="soft">{fill(words.operations.marks, { warn: size(warnBytes), parts: size(partsBytes), dispatches: size(dispatchesBytes) })}</p>
    </section>
  );
}

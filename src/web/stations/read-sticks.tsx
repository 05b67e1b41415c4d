/** Reads sticks that came: files that somebody picks, in their own order, and what came of each. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { inTheirOrder, lookAt, readInOrder, type ReadVolume, readVolume, type VolumeFile } from '#client/bundles.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';

/** What came of a file. */
type Result = { readonly file: string } & ({ readonly fault: unknown } | ReadVolume);

export function ReadSticks({ siteOf, onRead }: { readonly siteOf: (peer: string) => string; readonly onRead: () => void }) {
  const words = useWords();
  const { session } = useEntered();
  const { work } = useLongWork(session);
  const [results, setResults] = useState<readonly Result[]>([]);
  const { isBusy, fault, run } = useWork();
  const read = (picked: readonly File[]): void => run(async () => {
    setResults([]);
    const put = (result: Result): void => setResults((before) => [...before.filter(({ file }) => file !== result.file), result]);
    const ordered = await inTheirOrder(picked, (one) => lookAt(volumeFile(one)), ({ name }, error) => put({ file: name, fault: error }));
    let isStopped = false;
    await readInOrder(ordered, async (file) => {
      if (isStopped) return null;
      try {
        const made = await work.run({ key: `stick ${file.name}`, kind: 'stick', name: file.name, isRepeated: true }, ({ signal, progress }) =>
          readVolume(session, volumeFile(file), { signal, progress: (done) => progress(done, file.size) }));
        put({ file: file.name, ...made });
        return made;
      } catch (error) {
        isStopped = error instanceof Refusal && error.code === 'cancelled';
        if (!isStopped) put({ file: file.name, fault: error });
        return null;
      }
    });
    onRead();
  });
  return (
    <div className="courier-read">
      <FileTrigger allowsMultiple acceptedFileTypes={['.tram']} onSelect={(picked) => read([...(picked ?? [])])}><Button isDisabled={isBusy}>{isBusy ? words.courier.reading : words.courier.read}</Button></FileTrigger>
      <Fault error={fault} />
      <div role="status">{results.length > 0 && <ul className="courier-results">{results.map((result, i) => <ResultLine key={i} result={result} siteOf={siteOf} />)}</ul>}</div>
    </div>
  );
}

function ResultLine({ result, siteOf }: { readonly result: Result; readonly siteOf: (peer: string) => string }) {
  const [words, locale] = [useWords(), useLocale()];
  if ('fault' in result) return <li data-state="failed"><b>{result.file}</b> <span>{faultSentence(result.fault, locale)}</span></li>;
  const { volume: { number, peer, volume, volumes }, report } = result;
  const named = { number, site: siteOf(peer), volume, volumes };
  const { taken, held, refused, settled, unfinished, codes, damaged, lacking, wasRead, isRead } = report;
  const lines = wasRead ? [fill(words.courier.came.wasRead, named)] : [
    fill(words.courier.came.read, { ...named, taken, held, refused }),
    ...(settled === 0 ? [] : [fill(words.courier.came.settled, { ...named, count: settled })]),
    ...(unfinished === 0 ? [] : [fill(words.courier.came.unfinished, { count: unfinished }), ...codes.map((code) => faultSentence(refusalSaid({ code }), locale))]),
    ...(damaged.length === 0 ? [] : [fill(words.courier.came.damaged, { segments: damaged.join(', ') })]),
    ...(lacking.length === 0 ? [] : [fill(words.courier.came.lacking, { volumes: lacking.join(', ') })]),
    ...(isRead ? [] : [words.courier.came.notRead]),
  ];
  return <li data-state={wasRead || isRead ? 'read' : 'failed'}><b>{result.file}</b>{lines.map((line) => <span key={line} className="line">{line}</span>)}</li>;
}

function volumeFile(file: File): VolumeFile {
  return { size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) };
}

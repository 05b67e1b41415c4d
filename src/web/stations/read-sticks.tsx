/** Reads sticks that came: files that somebody picks, in their own order, and what came of each. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { inTheirOrder, isOwnVolume, lookAt, oneOrMany, nextSteps, type ReadVolume, readVolume, stillToCome, type VolumeFile } from '#client/bundles.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { sizeText } from '../kit/writing.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';

/** What came of a file. */
type Result = { readonly file: string } & ({ readonly fault: unknown } | ReadVolume);

export function ReadSticks({ siteOf, onRead }: { readonly siteOf: (peer: string) => string; readonly onRead: () => void }) {
  const words = useWords();
  const { session } = useEntered();
  const { work } = useLongWork(session);
  const [results, setResults] = useState<readonly Result[]>([]);
  const { isBusy, fault, run } = useWork();
  const made = results.filter((one) => 'report' in one);
  const nextLines = (read: readonly ReadVolume[]): string[] => {
    const { here, onward, peers } = nextSteps(read);
    const counted = ({ count, flash }: typeof here) => ({ count, ...(flash > 0 && { flash }) });
    return [
      ...(here.count === 0 ? [] : [fill(words.courier.next.open, counted(here))]),
      ...onward.map(({ peer, ...some }) => fill(words.courier.next.onward, { site: siteOf(peer), ...counted(some) })),
      ...peers.map((peer) => fill(words.courier.next.home, { site: siteOf(peer) })),
    ];
  };
  const read = (picked: readonly File[]): void => run(async () => {
    setResults([]);
    const put = (result: Result): void => setResults((before) => [...before, result]);
    const ordered = await inTheirOrder(picked, (one) => lookAt(volumeFile(one)), ({ name }, error) => put({ file: name, fault: error }));
    for (const file of ordered) {
      try {
        put({ file: file.name, ...(await work.run({ key: `stick ${file.name}`, kind: 'stick', name: file.name, isRepeated: true }, ({ signal, progress }) =>
          readVolume(session, volumeFile(file), { signal, progress: (done) => progress(done, file.size) }))) });
      } catch (error) {
        if (error instanceof Refusal && error.code === 'cancelled') break;
        put({ file: file.name, fault: error });
      }
    }
    onRead();
  });
  return (
    <div className="courier-read">
      <FileTrigger allowsMultiple acceptedFileTypes={['.tram']} onSelect={(picked) => read([...(picked ?? [])])}><Button isDisabled={isBusy}>{isBusy ? words.courier.reading : words.courier.read}</Button></FileTrigger>
      <Fault error={fault} />
      <div role="status">{results.length > 0 && <ul className="courier-results">{results.map((result, i) => <ResultLine key={i} result={result} toCome={'report' in result ? stillToCome(result, made) : []} siteOf={siteOf} />)}</ul>}
        {nextLines(made).map((line) => <p key={line}>{line}</p>)}</div>
    </div>
  );
}

interface ResultLineProps {
  readonly result: Result;
  /** Volumes of its bundle. */
  readonly toCome: readonly number[];
  readonly siteOf: (peer: string) => string;
}

function ResultLine({ result, toCome, siteOf }: ResultLineProps) {
  const [words, locale] = [useWords(), useLocale()];
  if ('fault' in result) return <li data-state={isOwnVolume(result.fault) ? 'read' : 'failed'}><b>{result.file}</b> <span>{faultSentence(result.fault, locale)}</span></li>;
  const { volume: { number, peer, volume, volumes }, report, cut } = result;
  const named = { number, site: siteOf(peer), volume, volumes };
  const { taken, held, refused, notes, settled, unfinished, codes, damaged, continues, wasRead, isRead, goesOn } = report;
  const ok = isRead || goesOn;
  const rest = toCome.filter((one) => ok || one !== volume);
  const lines = [
    ...(wasRead ? [fill(words.courier.came.wasRead, named)] : [fill(words.courier.came.read, { ...named, taken, held, refused })]),
    ...(notes === 0 ? [] : [fill(words.courier.came.notes, { count: notes })]),
    ...(settled === 0 ? [] : [fill(words.courier.came.settled, { ...named, count: settled })]),
    ...(unfinished === 0 ? [] : [fill(words.courier.came.unfinished, { count: unfinished }), ...codes.map((code) => faultSentence(refusalSaid({ code }), locale))]),
    ...(cut === null ? damaged.length === 0 ? [] : [fill(words.courier.came.damaged, oneOrMany('segment', 'segments', damaged))]
      : [fill(words.courier.came.cut, { size: sizeText(cut.bytes, locale), of: sizeText(cut.of, locale) })]),
    ...(continues === null ? [] : [fill(words.courier.came.continues, { before: continues })]),
    ...(ok || continues !== null ? [] : [words.courier.came.notRead]),
    ...(rest.length === 0 ? [] : [fill(goesOn ? words.courier.came.goesOn : words.courier.came.toCome, oneOrMany('volume', 'volumes', rest))]),
  ];
  return <li data-state={ok ? 'read' : 'failed'}><b>{result.file}</b>{lines.map((line) => <span key={line} className="line">{line}</span>)}</li>;
}

function volumeFile(file: File): VolumeFile {
  return { size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) };
}

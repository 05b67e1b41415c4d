/** One bundle that this station wrote: how it stands, and its volumes, each saved onto a stick of its own. */
import { useState } from 'react';
import { dropBundle, oneOrMany, saveVolume, volumeName } from '#client/bundles.ts';
import { Refusal, refusalSaid } from '#core/refusals.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import { useEntered } from '../device/entered.ts';
import { useLongWork } from '../device/long-work.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';

export interface WrittenBundleProps {
  /** This one: volumes are named after it. */
  readonly station: string;
  readonly record: BundleRecord;
  readonly site: string;
  readonly onChanged: () => void;
}

export function WrittenBundle({ station, record, site, onChanged }: WrittenBundleProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { session } = useEntered();
  const [saved, setSaved] = useState<ReadonlySet<number>>(new Set());
  const ending = useWork();
  const { number, written, state, reason, items, waiting, withdrawn, requeued, bytes, leftOut, volumes } = record;
  const end = (why: 'fetched' | 'stopped'): void => ending.run(async () => {
    await dropBundle(session, record, why);
    onChanged();
  });
  const named = { number: number ?? '–', site, items, waiting, size: sizeText(bytes, locale), time: written === null ? '–' : dateText(written) };
  return (
    <li data-state={state}>
      <p>{fill(state === 'writing' ? words.courier.writing : state === 'failed' ? words.courier.failed : words.courier.written, named)} {state !== 'writing' && state !== 'failed' && <b>{state === 'done' && items === 0 ? words.courier.state.empty : words.courier.state[state]}</b>}
        {reason !== undefined && <span className="line">{faultSentence(refusalSaid({ code: reason }), locale)}</span>}
        {withdrawn > 0 && <span className="line soft">{fill(words.courier.withdrawn, { site, count: withdrawn, ...(requeued > 0 && { requeued }) })}</span>}
        {leftOut !== null && <LeftOut {...leftOut} />}</p>
      {state === 'writing' && <div className="acts"><progress aria-label={words.courier.title} /><Button variant="quiet" isDisabled={ending.isBusy} onPress={() => end('stopped')}>{words.courier.stop}</Button></div>}
      {volumes.length > 0 && (
        <>
          <ul className="courier-volumes">{volumes.map((sizeBytes, at) => <Volume key={at} station={station} record={record} volume={at + 1} sizeBytes={sizeBytes} isSaved={saved.has(at + 1)} onSaved={() => setSaved((before) => new Set([...before, at + 1]))} />)}</ul>
          <p className="soft">{words.courier.eject}</p>
          <div className="acts">
            <Button variant={saved.size === volumes.length ? 'primary' : 'plain'} isDisabled={ending.isBusy || saved.size < volumes.length} onPress={() => end('fetched')}>{words.courier.fetched}</Button>
            <Button variant="quiet" isDisabled={ending.isBusy} onPress={() => end('stopped')}>{words.courier.drop}</Button>
          </div>
        </>
      )}
      {volumes.length === 0 && (state === 'under-way' || state === 'missing') && (
        <div className="acts"><Button variant="quiet" isDisabled={ending.isBusy} onPress={() => end('stopped')}>{words.courier.drop}</Button></div>
      )}
      <Fault error={ending.fault} />
    </li>
  );
}

function LeftOut({ underWay, bundles, precedence, tooLarge, full }: NonNullable<BundleRecord['leftOut']>) {
  const words = useWords();
  const lines = [
    ...(underWay === 0 ? [] : [fill(words.courier.left.underWay, { count: underWay, ...oneOrMany('bundle', 'bundles', bundles) })]),
    ...(precedence === 0 ? [] : [fill(words.courier.left.precedence, { count: precedence })]),
    ...(tooLarge + full === 0 ? [] : [fill(words.courier.left.size, { count: tooLarge + full })]),
  ];
  return lines.map((line) => <span key={line} className="line soft">{line}</span>);
}

interface VolumeProps {
  readonly station: string;
  readonly record: BundleRecord;
  readonly volume: number;
  readonly sizeBytes: number;
  readonly isSaved: boolean;
  readonly onSaved: () => void;
}

function Volume({ station, record, volume, sizeBytes, isSaved, onSaved }: VolumeProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { session } = useEntered();
  const { saveFile } = useOutside();
  const { work, items } = useLongWork(session);
  const [fault, setFault] = useState<unknown>(null);
  const key = `bundle ${record.bundle} ${volume}`;
  const isSaving = items.some((one) => one.key === key && one.state !== 'failed');
  const save = async (): Promise<void> => {
    setFault(null);
    const name = volumeName(station, record, volume);
    try {
      await work.run({ key, kind: 'saving', name, isRepeated: true }, async ({ signal, progress }) => {
        const sink = await saveFile(name, sizeBytes);
        if (sink === null) return;
        await saveVolume(session, record, volume, sink, { signal, progress: (done) => progress(done, sizeBytes) });
        onSaved();
      });
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'cancelled')) setFault(error);
    }
  };
  return (
    <li>
      <span>{fill(words.courier.volume, { volume, volumes: record.volumes.length, size: sizeText(sizeBytes, locale) })}</span>
      <Button isDisabled={isSaving} aria-label={fill(words.courier.saveWhat, { volume })} onPress={() => void save()}>{words.courier.save}</Button>
      {isSaved && <span role="status">{words.courier.saved}</span>}
      <Fault error={fault} />
    </li>
  );
}

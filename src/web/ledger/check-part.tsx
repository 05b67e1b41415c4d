/** Checks the whole ledger against what the station and its neighbours signed, here, and says what that proves. */
import { useRef, useState } from 'react';
import { Label, ProgressBar } from 'react-aria-components';
import { type CheckedTree, checkLedger, type LedgerVerdict } from '#client/ledger-check.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { ShieldIcon } from '../kit/icons.tsx';
import { useWork } from '../kit/use-outside.ts';
import { countText, dateText } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { fill, useLocale, useWords } from '../words/words.ts';

/** Public: how large a tree was checked, and its root. */
const KEPT = 'tram.ledger';

export function CheckPart() {
  const words = useWords();
  const { session } = useEntered();
  const { isBusy, fault, run } = useWork();
  const [verdict, setVerdict] = useState<LedgerVerdict | null>(null);
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const stop = useRef<AbortController | null>(null);
  const check = (): void => run(async () => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    setVerdict(null);
    setProgress({ done: 0, of: 0 });
    try {
      const { station, incarnation } = await session.api.call('station', { signal });
      const before = keptTree(station);
      const found = await checkLedger(session, { station, incarnation, before, signal, progress: (done, of) => setProgress({ done, of }) });
      // A station that names a new incarnation and shows nothing signed in it takes nobody's earlier check away.
      if (!found.isNewIncarnation || found.signed > 0) localStorage.setItem(`${KEPT}.${station}`, JSON.stringify(found.tree));
      setVerdict(found);
    } finally {
      setProgress(null);
    }
  });
  const isStopped = fault instanceof Refusal && fault.code === 'cancelled';
  return (
    <section className="log-check" aria-labelledby="log-check">
      <h2 id="log-check">{words.ledger.check}</h2>
      <p className="soft">{words.ledger.checkWhat}</p>
      <div className="acts">
        <Button variant="primary" isDisabled={isBusy} onPress={check}>{words.ledger.checkDo}</Button>
        {isBusy && <Button onPress={() => stop.current?.abort()}>{words.ledger.stop}</Button>}
      </div>
      {progress !== null && (
        <ProgressBar className="log-progress" value={progress.done} maxValue={Math.max(1, progress.of)}>
          {({ percentage }) => (
            <>
              <Label>{fill(words.ledger.progress, { done: progress.done, of: progress.of })}</Label>
              <span className="log-bar" aria-hidden="true"><span style={{ width: `${percentage ?? 0}%` }} /></span>
            </>
          )}
        </ProgressBar>
      )}
      {isStopped ? <p className="caution" role="status">{words.ledger.stopped}</p> : <Fault error={fault} />}
      {verdict !== null && <Verdict verdict={verdict} view={session.view} />}
    </section>
  );
}

function Verdict({ verdict, view }: { readonly verdict: LedgerVerdict; readonly view: DirectoryView }) {
  const [words, locale] = [useWords(), useLocale()];
  const [first, ...others] = saidOf(verdict, view, words, (number) => countText(number, locale));
  return (
    <div className={`${verdict.isNewIncarnation ? 'caution' : 'valid'} log-verdict`} role="status">
      {!verdict.isNewIncarnation && <ShieldIcon />}
      <div><p><b>{first}</b></p>{others.map((line) => <p key={line}>{line}</p>)}</div>
    </div>
  );
}

function saidOf({ tree, signed, signedAt, witnesses, own, continues, isNewIncarnation }: LedgerVerdict, view: DirectoryView, words: Words, counted: (number: number) => string): string[] {
  const sites = witnesses.map((code) => view.station(code)?.site ?? code).join(', ');
  return [
    ...(isNewIncarnation ? [words.ledger.restored] : []),
    fill(words.ledger.sound, { size: counted(tree.size) }),
    signed === 0 ? words.ledger.unsigned : fill(words.ledger.signed, { signed: counted(signed), ...(signedAt === null ? {} : { at: dateText(signedAt) }) }),
    ...(signed === 0 ? [] : [sites === '' ? words.ledger.unwitnessed : fill(words.ledger.witnessed, { sites })]),
    fill(words.ledger.own, { own: counted(own) }),
    ...(continues === null ? [] : [fill(words.ledger.continues, { count: counted(continues) })]),
    ...(tree.size > signed && signed > 0 ? [fill(words.ledger.after, { count: counted(tree.size - signed) })] : []),
  ];
}

/** Nothing where it is not what was written. */
function keptTree(station: string): CheckedTree | null {
  try {
    const { origin, size, root } = JSON.parse(localStorage.getItem(`${KEPT}.${station}`) ?? '') as Record<string, unknown>;
    return typeof origin === 'string' && Number.isSafeInteger(size) && typeof root === 'string' ? { origin, size: Number(size), root } : null;
  } catch {
    return null;
  }
}

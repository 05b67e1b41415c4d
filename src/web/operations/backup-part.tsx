/** Backups: when the newest was made and tried, one that is under way, and the way to begin one. */
import type { ReactNode } from 'react';
import { Label, ProgressBar } from 'react-aria-components';
import { REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { useStationFolder } from '../device/use-here.ts';
import { backupCommands } from '../kit/backup-commands.ts';
import { Button } from '../kit/button.tsx';
import { Command } from '../kit/command.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText, sizeText } from '../kit/writing.ts';
import { fill, refusalText, useLocale, useWords } from '../words/words.ts';
import type { Operations } from './answer.ts';

type Backup = Operations['backup'];

export function BackupPart({ answer: { backup, restored }, onDone }: { readonly answer: Operations; readonly onDone: () => void }) {
  const words = useWords();
  const { clock } = useOutside();
  const { made, everyMs, failed } = backup;
  const isLate = made === null || (everyMs !== null && clock.now() - made > 2 * everyMs);
  return (
    <section className="ops-part" aria-labelledby="ops-backup">
      <h2 id="ops-backup">{words.operations.backup}</h2>
      <dl className="ops-facts">
        <Fact name={words.operations.backupNewest} isLate={isLate}>{made === null ? words.operations.backupNone : dateText(made)}</Fact>
        <Fact name={words.operations.backupVerified} isLate={made !== null && backup.verified?.ok !== true}><Tried trial={backup.verified} none={words.operations.verifiedNever} /></Fact>
        <Fact name={words.operations.backupRestored}><Tried trial={backup.restored} none={words.operations.restoredNever} /></Fact>
      </dl>
      {everyMs !== null && <p>{fill(words.operations.backupEvery, { minutes: Math.round(everyMs / 60_000) })}</p>}
      {restored !== null && <p>{fill(restored.isOpen ? words.operations.restored : words.operations.restoredShut, { at: dateText(restored.asOf) })}</p>}
      {failed !== null && backup.running === null && <Failed {...failed} />}
      <BackupNow backup={backup} onDone={onDone} />
    </section>
  );
}

function Fact({ name, isLate = false, children }: { readonly name: string; readonly isLate?: boolean; readonly children: ReactNode }) {
  return <div><dt>{name}</dt><dd data-late={isLate}>{children}</dd></div>;
}

function Tried({ trial, none }: { readonly trial: Backup['verified']; readonly none: string }) {
  const words = useWords();
  if (trial === null) return none;
  return fill(trial.ok ? words.operations.triedWell : words.operations.triedIll, { at: dateText(trial.at), asOf: dateText(trial.asOf) });
}

/** The place is called by its key: where it is on the machine is not said here. */
function Failed({ at, code }: NonNullable<Backup['failed']>) {
  const [words, locale] = [useWords(), useLocale()];
  const why = Object.hasOwn(REFUSAL_STATUS, code) ? refusalText(code as RefusalCode, {}, locale) : code;
  return <p className="ops-failed" role="alert">{fill(words.operations.backupFailed, { at: dateText(at), why })}</p>;
}

function BackupNow({ backup: { running, lacks, rows }, onDone }: { readonly backup: Backup; readonly onDone: () => void }) {
  const [words, locale] = [useWords(), useLocale()];
  const { session } = useEntered();
  const { folder, isUnknown } = useStationFolder();
  const { isBusy, fault, run } = useWork();
  const act = (work: () => Promise<unknown>): void => run(async () => {
    await work();
    onDone();
  });
  if (lacks !== null) {
    return (
      <>
        <p>{words.operations.backupLacks}</p>
        <Command lines={backupCommands('tram', folder)} />
        <p className="hint">{words.operations.backupLacksHint}{isUnknown && ` ${words.operations.folderUnknown}`}</p>
      </>
    );
  }
  if (running === null) {
    return (
      <>
        <Fault error={fault} />
        <div className="acts"><Button variant="primary" isDisabled={isBusy} onPress={() => act(() => session.api.call('beginChore', { body: { chore: 'backup' } }))}>{words.operations.backupNow}</Button></div>
      </>
    );
  }
  const done = { rows: 0, blobs: 0, bytes: 0, ...running.progress };
  return (
    <>
      <Fault error={fault} />
      {/* How much there is is known from the one before only. */}
      <ProgressBar isIndeterminate={rows === null} value={Math.min(done.rows, rows ?? 0)} maxValue={Math.max(1, rows ?? 1)}
        valueLabel={fill(words.operations.backupSoFar, { ...done, size: sizeText(done.bytes, locale) })}>
        {({ percentage, valueText, isIndeterminate }) => (
          <>
            <Label>{words.operations.backupRuns}</Label>
            <span className="ops-bar" aria-hidden="true" data-unknown={isIndeterminate}><span style={{ width: isIndeterminate ? '30%' : `${percentage}%` }} /></span>
            <span className="soft">{valueText}</span>
          </>
        )}
      </ProgressBar>
      <div className="acts"><Button isDisabled={isBusy || running.isStopping} onPress={() => act(() => session.api.call('cancelChore', { path: { chore: 'backup' } }))}>{running.isStopping ? words.operations.stopping : words.operations.backupStop}</Button></div>
    </>
  );
}

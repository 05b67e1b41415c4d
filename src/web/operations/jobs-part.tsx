/** What the station does by itself: failing work first, with a way to have it tried again soon. */
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { isChore, type Operations } from './answer.ts';

type Job = Operations['jobs'][number];

export function JobsPart({ jobs, onDone }: { readonly jobs: readonly Job[]; readonly onDone: () => void }) {
  const words = useWords();
  const { session } = useEntered();
  const { isBusy, fault, run } = useWork();
  const { column } = words.operations;
  const retry = ({ kind, key }: Job): void => run(async () => {
    await session.api.call('runJob', { body: { kind, key } });
    onDone();
  });
  const cancel = ({ kind }: Job): void => run(async () => {
    await session.api.call('cancelChore', { path: { chore: kind } });
    onDone();
  });
  return (
    <section className="ops-part" aria-labelledby="ops-jobs">
      <h2 id="ops-jobs">{words.operations.jobs}</h2>
      <Fault error={fault} />
      {jobs.length === 0 ? <p className="soft">{words.operations.jobsNone}</p> : (
        <table className="ops-jobs">
          <thead><tr><th scope="col">{column.job}</th><th scope="col">{column.state}</th><th scope="col">{column.due}</th><th scope="col">{column.act}</th></tr></thead>
          <tbody>{jobs.map((job) => <JobRow key={`${job.kind} ${job.key}`} job={job} isBusy={isBusy} onRetry={() => retry(job)} onCancel={isChore(job.kind) ? () => cancel(job) : null} />)}</tbody>
        </table>
      )}
    </section>
  );
}

interface JobRowProps {
  readonly job: Job;
  readonly isBusy: boolean;
  readonly onRetry: () => void;
  /** Null where it is the station's own. */
  readonly onCancel: (() => void) | null;
}

function JobRow({ job: { kind, key, due, attempts, isRunning }, isBusy, onRetry, onCancel }: JobRowProps) {
  const words = useWords();
  const { clock } = useOutside();
  const names: Readonly<Record<string, string>> = words.operations.job;
  const state = isRunning ? words.operations.running : attempts > 0 ? fill(words.operations.failing, { attempts }) : words.operations.waits;
  return (
    <tr data-failing={attempts > 0}>
      <th scope="row">{names[kind] ?? `${kind} ${key}`}</th>
      <td>{state}</td>
      <td>{due <= clock.now() ? words.operations.now : dateText(due)}</td>
      <td><Button variant="quiet" isDisabled={isBusy || isRunning} aria-label={fill(words.operations.retryWhat, { job: names[kind] ?? kind })} onPress={onRetry}>{words.operations.retry}</Button>
        {onCancel !== null && <Button variant="quiet" isDisabled={isBusy} aria-label={fill(words.operations.cancelWhat, { job: names[kind] ?? kind })} onPress={onCancel}>{words.operations.cancel}</Button>}</td>
    </tr>
  );
}

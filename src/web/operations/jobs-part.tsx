/** What the station does by itself: failing work first, with a way to have it tried again soon. */
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import type { Operations } from './answer.ts';

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
  return (
    <section className="ops-part" aria-labelledby="ops-jobs">
      <h2 id="ops-jobs">{words.operations.jobs}</h2>
      <Fault error={fault} />
      {jobs.length === 0 ? <p className="soft">{words.operations.jobsNone}</p> : (
        <table className="ops-jobs">
          <thead><tr><th scope="col">{column.job}</th><th scope="col">{column.state}</th><th scope="col">{column.due}</th><th scope="col">{column.act}</th></tr></thead>
          <tbody>{jobs.map((job) => <JobRow key={`${job.kind} ${job.key}`} job={job} isBusy={isBusy} onRetry={() => retry(job)} />)}</tbody>
        </table>
      )}
    </section>
  );
}

function JobRow({ job: { kind, key, due, attempts, isRunning }, isBusy, onRetry }: { readonly job: Job; readonly isBusy: boolean; readonly onRetry: () => void }) {
  const words = useWords();
  const { clock } = useOutside();
  const names: Readonly<Record<string, string>> = words.operations.job;
  const state = isRunning ? words.operations.running : attempts > 0 ? fill(words.operations.failing, { attempts }) : words.operations.waits;
  return (
    <tr data-failing={attempts > 0}>
      <th scope="row">{names[kind] ?? `${kind} ${key}`}</th>
      <td>{state}</td>
      <td>{due <= clock.now() ? words.operations.now : dateText(due)}</td>
      <td><Button variant="quiet" isDisabled={isBusy || isRunning} aria-label={fill(words.operations.retryWhat, { job: names[kind] ?? kind })} onPress={onRetry}>{words.operations.retry}</Button></td>
    </tr>
  );
}

/** For whoever looks after the station: whether it takes work, its disk, its ledger and backups, and what it has to do by itself. */
import { useCallback, useState } from 'react';
import { Link } from 'react-aria-components';
import { useEntered } from '../device/entered.ts';
import { Awaiting } from '../kit/fault.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { isChore, type Operations } from './answer.ts';
import { BackupPart } from './backup-part.tsx';
import { DiskPart } from './disk-part.tsx';
import { DoctorPart } from './doctor-part.tsx';
import { JobsPart } from './jobs-part.tsx';
import { LogPart } from './log-part.tsx';

const LOOK_MS = 15_000;
/** While somebody waits for a chore. */
const WATCH_MS = 1_000;

export function OperationsPage() {
  const words = useWords();
  const { session } = useEntered();
  const registrars = session.view.registrars();
  const isOperator = registrars.some(({ person }) => person === session.ring.contents.person);
  return (
    <div className="room ops">
      <h1>{words.operations.title}</h1>
      {isOperator ? <Board /> : (
        <section className="ops-part" aria-labelledby="ops-who">
          <h2 id="ops-who">{words.operations.notYours}</h2>
          <p>{words.operations.whoMay}</p>
          <ul className="ops-who">{registrars.map(({ person, name }) => <li key={person}><Link className="folk-link" href={`/directory/people/${person}`}>{name}</Link></li>)}</ul>
        </section>
      )}
    </div>
  );
}

function Board() {
  const { session } = useEntered();
  const [isWatched, setWatched] = useState(false);
  const { value: answer, fault, reload: lookAgain } = useLoaded<Operations>(useCallback(async () => {
    const said = await session.api.call('operations', {});
    setWatched(said.jobs.some(({ kind }) => isChore(kind)));
    return said;
  }, [session]), isWatched ? WATCH_MS : LOOK_MS);
  if (answer === null) return <Awaiting fault={fault} />;
  return (
    <>
      <Awaiting fault={fault} isThere />
      <HealthPart answer={answer} />
      <div className="ops-grid">
        <DiskPart disk={answer.health.disk} />
        <BackupPart answer={answer} onDone={lookAgain} />
        <LedgerPart answer={answer} />
      </div>
      <JobsPart jobs={answer.jobs} onDone={lookAgain} />
      <DoctorPart />
      <LogPart />
    </>
  );
}

function HealthPart({ answer: { health: { ready, reasons }, version, startedAt, sessions } }: { readonly answer: Operations }) {
  const words = useWords();
  const why: Readonly<Record<string, string>> = words.operations.reason;
  return (
    <section className="ops-health" data-ready={ready} aria-labelledby="ops-health">
      <h2 id="ops-health">{ready ? words.operations.ready : words.operations.notReady}</h2>
      {reasons.map((reason) => <p key={reason}>{why[reason] ?? reason}</p>)}
      <p className="soft">{fill(words.operations.process, { version, sessions, ...(startedAt === null ? {} : { at: dateText(startedAt) }) })}</p>
    </section>
  );
}

function LedgerPart({ answer: { ledger: { size, signed, signedAt } } }: { readonly answer: Operations }) {
  const words = useWords();
  return (
    <section className="ops-part" aria-labelledby="ops-ledger">
      <h2 id="ops-ledger">{words.operations.ledger}</h2>
      <p>{fill(words.operations.entries, { size })}</p>
      <p data-late={signedAt === null}>{signedAt === null ? words.operations.unsigned : fill(words.operations.signed, { signed, at: dateText(signedAt) })}</p>
      <p><Link className="folk-link" href="/ledger">{words.operations.toLedger}</Link></p>
    </section>
  );
}

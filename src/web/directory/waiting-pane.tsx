/**
 * Changes of the directory that wait for a second registrar: whoever signed first reads the mark out and may withdraw;
 * the other reads the lines, types the mark that they heard, and signs exactly that.
 */
import { useState } from 'react';
import { Link } from 'react-aria-components';
import { afterSecond } from '#client/directory/after-second.ts';
import { plansOf } from '#client/directory/countersigning.ts';
import { type EntryReader, type ReadEntry, readEntry, readStatement } from '#client/directory/entry-lines.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { signSecond, type WaitingProposal, type WithdrawnProposal, withdrawProposal } from '#client/directory/waiting-proposals.ts';
import { OFFICE_ZONE } from '#core/dates.ts';
import { ENTRY_WORDS } from '#core/entry-words.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { Awaiting } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { dateText } from '../kit/writing.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';
import { LastKeysCaution } from './last-keys.tsx';
import { Said, saidOfSecond } from './said.tsx';
import { WAITING } from './spot.ts';
import type { Directory } from './use-directory.ts';
import type { Proposals } from './use-proposals.ts';

const MARK_CHARACTERS_MAX = 60;

export function WaitingLink({ proposals: { value }, isHere }: { readonly proposals: Proposals; readonly isHere: boolean }) {
  const words = useWords();
  return <Link className="button quiet folk-waiting-link" href={WAITING} {...(isHere ? { 'aria-current': 'page' as const } : {})}>{words.acts.waiting} {value !== null && value.waiting.length > 0 && <b>{value.waiting.length}</b>}</Link>;
}

export function WaitingPane({ directory, proposals }: { readonly directory: Directory; readonly proposals: Proposals }) {
  const words = useWords();
  const { session } = useEntered();
  const [said, setSaid] = useState<readonly string[]>([]);
  const { value, fault, reload } = proposals;
  if (!isRegistrar(session)) return <p className="folk-none">{words.acts.waitingOthers}</p>;
  const onSaid = (lines: readonly string[]): void => {
    setSaid(lines);
    reload();
    directory.look();
  };
  return (
    <>
      <header className="folk-head"><h2>{words.acts.waitingTitle}</h2><p className="soft">{words.acts.waitingWhat}</p></header>
      <Said lines={said} />
      <Awaiting fault={fault} isThere={value !== null} />
      {value !== null && (value.waiting.length === 0 ? <p className="soft">{directory.view.registrars().length === 1 ? words.acts.waitingOne : words.acts.waitingNone}</p>
        : <ul className="folk-proposals">{value.waiting.map((one) => <li key={one.proposal}><Proposal proposal={one} directory={directory} onSaid={onSaid} /></li>)}</ul>)}
      {value !== null && value.withdrawn.length > 0 && (
        <section aria-labelledby="withdrawn">
          <h3 id="withdrawn">{words.acts.withdrawnTitle}</h3>
          <ul className="folk-proposals">{value.withdrawn.map((one) => <li key={`${one.proposal}/${one.at}`}><Withdrawn proposal={one} directory={directory} /></li>)}</ul>
        </section>
      )}
    </>
  );
}

interface ProposalProps {
  readonly proposal: WaitingProposal;
  readonly directory: Directory;
  readonly onSaid: (lines: readonly string[]) => void;
}

function Proposal(props: ProposalProps) {
  const [words, locale] = [useWords(), useLocale()];
  const { proposal: { proposal, signers, created, expires, isOwn, fault, mark }, directory: { view } } = props;
  const names = signers.map((person) => view.person(person)?.name ?? person).join(', ');
  const id = `proposal-${proposal}`;
  return (
    <article className="folk-proposal" aria-labelledby={id}>
      <h3 id={id}>{isOwn ? words.acts.byYou : fill(words.acts.by, { name: names })}</h3>
      <p className="soft">{fill(words.acts.times, { created: dateText(created), expires: dateText(expires) })} <code>{proposal}</code></p>
      <Lines {...props} />
      {fault === null && !isOwn && <AskedFor {...props} />}
      {fault !== null && <p className="fault" role="alert"><b>{words.acts.doNotSign}</b> {faultSentence(fault, locale)}</p>}
      {fault === null && isOwn && <div className="folk-read"><p>{words.acts.readMark}</p><p className="print">{mark}</p></div>}
      <div className="acts">
        <Withdraw {...props} />
        {fault === null && !isOwn && <SignSecond {...props} />}
      </div>
    </article>
  );
}

/** Who took it back, when and why, by the station's word. */
function Withdrawn({ proposal, directory }: { readonly proposal: WithdrawnProposal; readonly directory: Directory }) {
  const words = useWords();
  const [{ view }, reader] = [directory, useReader()];
  const nameOf = (person: string): string => view.person(person)?.name ?? person;
  const { person, by, at, why, statements } = proposal;
  return (
    <div className="folk-proposal folk-gone">
      <p>{fill(words.acts.withdrawnBy, { name: nameOf(person), by: nameOf(by), time: dateText(at), ...(why !== null && { why }) })} <code>{proposal.proposal}</code></p>
      {statements.length > 0 && <EntryLines entries={statements.map((bytes) => readStatement(reader, view, bytes))} />}
    </div>
  );
}

function Lines({ proposal: { entries, mark }, directory: { view } }: ProposalProps) {
  const reader = useReader();
  return mark === '' ? null : <EntryLines entries={entries.map((bytes) => readEntry(reader, view, bytes))} />;
}

/** As the command line prints them. */
function EntryLines({ entries }: { readonly entries: readonly ReadEntry[] }) {
  return <ol className="folk-entries">{entries.map(({ line, now }, i) => <li key={i}>{line}{now !== null && <span className="line soft">{now}</span>}</li>)}</ol>;
}

function useReader(): EntryReader {
  const locale = useLocale();
  const { session: { crypto } } = useEntered();
  return { provider: crypto, timeZone: OFFICE_ZONE, words: ENTRY_WORDS[locale] };
}

/** For comparing without whoever signed first: a fingerprint that they pass on is theirs. */
function AskedFor({ proposal: { asked } }: ProposalProps) {
  const words = useWords();
  if (asked === null) return null;
  return (
    <div className="folk-read">
      <p>{fill(words.acts.askedFor, asked.name === null ? {} : { name: asked.name })}</p>
      <p className="print">{asked.fingerprint}</p>
      {asked.code !== null && <p className="soft">{fill(words.acts.askedCode, { code: asked.code })}</p>}
    </div>
  );
}

function SignSecond(props: ProposalProps) {
  const words = useWords();
  const { session } = useEntered();
  const [mark, setMark] = useState('');
  const { proposal, directory: { view }, onSaid } = props;
  const name = proposal.signers.map((person) => view.person(person)?.name ?? person).join(', ');
  return (
    <Act ask={words.acts.signSecond} title={words.acts.signSecondTitle} act={mark.trim() === '' ? null : async () => {
      const before = session.view;
      const proposed = await signSecond(session, proposal, mark);
      onSaid(saidOfSecond(proposed, await afterSecond(session, before, proposal.entries, proposed), session.view, words));
    }}>
      <Lines {...props} />
      <LastKeysCaution plans={plansOf(proposal.entries)} />
      <p>{fill(words.acts.signSecondWhat, { name })}</p>
      <Text label={words.acts.mark} value={mark} onChange={setMark} maxLength={MARK_CHARACTERS_MAX} hint={words.acts.markHint} />
    </Act>
  );
}

function Withdraw({ proposal: { proposal, isOwn }, onSaid }: ProposalProps) {
  const words = useWords();
  const { session } = useEntered();
  const [why, setWhy] = useState('');
  return (
    <Act ask={isOwn ? words.acts.withdraw : words.acts.refuse} title={words.acts.withdrawTitle} isDanger act={async () => {
      await withdrawProposal(session, proposal, why);
      onSaid([words.acts.withdrawn]);
    }}>
      <p>{words.acts.withdrawWhat}</p>
      <Text label={words.acts.withdrawWhy} value={why} onChange={setWhy} maxLength={NAME_CHARACTERS_MAX} hint={words.acts.withdrawWhyHint} />
    </Act>
  );
}

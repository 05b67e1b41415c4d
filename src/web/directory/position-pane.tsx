/** One position: who holds it until when, what it may do, to whom it may be delegated and is. */
import { beginningOf } from '#client/directory/entitlements.ts';
import { lasts } from '#model/directory-ending.ts';
import { positionMay } from '#model/rights.ts';
import { fill, useWords } from '../words/words.ts';
import { EndDelegation } from './end-delegation.tsx';
import { SealActs } from './seal-acts.tsx';
import { PositionActs } from './position-acts.tsx';
import { Ended, OfficeLink, type PaneProps, PersonLink, Rights, Span } from './parts.tsx';
import { Said } from './said.tsx';
import { useProposing } from './use-proposing.ts';

export function PositionPane(props: PaneProps) {
  const words = useWords();
  const { directory: { view }, code } = props;
  const position = view.position(code);
  if (position === null) return <p className="folk-none">{words.directory.unknown}</p>;
  const { title, office, rights, seal } = position;
  const needsSeal = positionMay(position, 'carry the seal');
  return (
    <>
      <header className="folk-head"><h2>{title}</h2><p className="soft">{words.directory.code} <code>{code}</code></p></header>
      <Ended record={position} />
      <PositionActs {...props} />
      <SealActs {...props} />
      <dl className="facts">
        <dt>{words.directory.office}</dt><dd><OfficeLink {...props} code={office} /></dd>
        <dt>{words.directory.rights}</dt><dd><Rights rights={rights} /></dd>
        <dt>{words.directory.seal}</dt><dd>{seal !== null ? words.directory.sealYes : needsSeal ? <span className="folk-lack">{words.directory.sealWanted}</span> : words.directory.sealNo}</dd>
      </dl>
      <Holders {...props} />
      <Delegations {...props} />
    </>
  );
}

function Holders(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const holdings = view.everyPerson().flatMap(({ person }) => view.holdings(person)).filter(({ position }) => position === code);
  const standing = holdings.filter((one) => lasts(one, now) && (one.until === null || now < one.until));
  const past = holdings.filter((one) => !standing.includes(one));
  return (
    <section aria-labelledby="folk-holders">
      <h3 id="folk-holders">{words.directory.holders}</h3>
      {standing.length === 0 && <p className="folk-lack">{words.directory.noHolder}</p>}
      <ul className="folk-ways">
        {[...standing, ...past].map((one) => (
          <li key={`${one.person} ${one.from} ${one.endedBy}`} data-ended={!standing.includes(one)}>
            <PersonLink {...props} code={one.person} />
            <Span from={beginningOf({ from: one.from, written: one.created })} until={one.endedAt ?? one.until} />
            {one.endReason !== null && <span className="soft">{words.directory.reason[one.endReason]}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Delegations(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const { said, say } = useProposing(props.directory);
  const named = view.alternates(code).map((person) => view.person(person)?.name ?? person);
  const delegations = view.delegations().filter(({ position }) => position === code).toSorted((a, b) => b.from - a.from);
  return (
    <section aria-labelledby="folk-delegations">
      <h3 id="folk-delegations">{words.directory.delegations}</h3>
      <p className="soft">{named.length === 0 ? words.directory.alternatesNone : fill(words.directory.alternatesWhat, { names: named.join(', ') })}</p>
      <ul className="folk-ways">
        {delegations.map((one) => (
          <li key={one.delegation} data-ended={!lasts(one, now) || one.until <= now}>
            <PersonLink {...props} code={one.to} /> <span className="soft">{fill(words.directory.acting, { name: view.person(one.by)?.name ?? one.by })}</span>
            <span className="folk-rights"><Rights rights={one.rights} /></span>
            <Span from={one.from} until={one.endedAt === null ? one.until : Math.min(one.endedAt, one.until)} /><span className="folk-stead">{one.delegation}: {one.reason}</span>
            <EndDelegation delegation={one} directory={props.directory} say={say} />
          </li>
        ))}
      </ul>
      <Said lines={said} />
    </section>
  );
}

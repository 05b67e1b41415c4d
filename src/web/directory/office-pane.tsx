/** One office: where it lives, who sits where, who may do what, whether it can be written to. */
import type { Seat } from '#client/directory/directory-book.ts';
import { waysTo } from '#client/directory/entitlements.ts';
import { type Right, RIGHTS } from '#wire/directory.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { EscrowPart } from './escrow-part.tsx';
import { Affected, OfficeExposure } from './exposure-acts.tsx';
import { OfficeActs } from './office-acts.tsx';
import { Ended, EntryLink, OfficeLink, type PaneProps, PersonLink, PositionLink, Rights, Span, Stead } from './parts.tsx';

export function OfficePane(props: PaneProps) {
  const words = useWords();
  const { directory: { view, book }, code } = props;
  const office = view.office(code);
  if (office === null) return <p className="folk-none">{words.directory.unknown}</p>;
  const seats = book.offices.find((line) => line.office.office === code)?.seats ?? [];
  return (
    <>
      <header className="folk-head"><h2>{office.name}</h2><p className="soft">{words.directory.code} <code>{code}</code></p></header>
      <Ended record={office} />
      <OfficeActs {...props} />
      <Facts {...props} />
      <section aria-labelledby="folk-seats">
        <h3 id="folk-seats">{words.directory.seats}</h3>
        <ul className="folk-ways">{seats.map((seat) => <SeatLine key={seat.position.position} {...props} seat={seat} />)}</ul>
      </section>
      <Who {...props} />
      <EscrowPart {...props} />
      <OfficeExposure {...props} />
      <Affected {...props} />
    </>
  );
}

function Facts(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  const office = view.office(code)!;
  const key = view.currentKey(code, 'transport', now);
  const lists = view.lists().filter(({ offices }) => offices.includes(code));
  const escrow = view.escrow(code);
  return (
    <dl className="facts">
      <dt>{words.directory.symbol}</dt><dd>{office.symbol}</dd>
      <dt>{words.directory.station}</dt><dd>{view.station(office.station)?.site ?? office.station}</dd>
      {office.alternate !== null && <><dt>{words.directory.alternate}</dt><dd><OfficeLink {...props} code={office.alternate} /></dd></>}
      <dt>{words.directory.key}</dt>
      <dd>{key === null ? <span className="folk-lack">{words.directory.keyNone}</span> : fill(words.directory.keyOf, { number: key.number, ...(key.until === null ? {} : { date: dateText(key.until) }) })}</dd>
      {lists.length > 0 && <><dt>{words.directory.lists}</dt><dd>{lists.map(({ list, name }, i) => <span key={list}>{i > 0 && ', '}<EntryLink asked={props.asked} thing="lists" code={list}>{name}</EntryLink></span>)}</dd></>}
      {escrow !== null && (
        <><dt>{words.directory.custodians}</dt><dd>{fill(words.directory.custodiansOf, { names: escrow.custodians.map((person) => view.person(person)?.name ?? person).join(', '), threshold: escrow.threshold })}</dd></>
      )}
    </dl>
  );
}

function SeatLine({ seat: { position, ways }, ...props }: PaneProps & { readonly seat: Seat }) {
  const words = useWords();
  return (
    <li>
      <b><PositionLink {...props} code={position.position} /></b>
      <span className="folk-rights"><Rights rights={position.rights} /></span>
      {ways.length === 0 && <span className="folk-lack">{words.directory.noHolder}</span>}
      {ways.map((way) => (
        <span key={`${way.person} ${way.delegation?.code ?? ''}`} className="folk-holder">
          <PersonLink {...props} code={way.person} /> <Span from={null} until={way.until} /> <Stead directory={props.directory} delegation={way.delegation} />
        </span>
      ))}
    </li>
  );
}

/** The same that `tram who-can` answers, for every right. */
function Who(props: PaneProps) {
  const words = useWords();
  const { directory: { view, now }, code } = props;
  return (
    <section aria-labelledby="folk-who">
      <h3 id="folk-who">{words.directory.who}</h3>
      <dl className="facts">
        {(Object.keys(RIGHTS) as Right[]).map((right) => {
          const people = [...new Set(waysTo(view, right, code, now).map(({ person }) => person))];
          if (people.length === 0 && (right === 'flash' || right === 'automatic')) return null;
          return (
            <div key={right} className="folk-right">
              <dt>{words.directory.right[right]}</dt>
              <dd>{people.length === 0 ? <span className="folk-lack">{words.directory.whoNobody}</span> : people.map((person, i) => <span key={person}>{i > 0 && ', '}<PersonLink {...props} code={person} /></span>)}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

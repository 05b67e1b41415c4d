/**
 * The life of a dispatch as one vertical line for each office: what was signed, by whom and when; what is awaited, as
 * hollow points. Of several offices each stands in one line until somebody opens it.
 */
import type { Trace, TracedReceipt } from '#client/dispatch/trace.ts';
import { printable } from '#core/printable.ts';
import { sameOffice } from '#model/resealing.ts';
import type { OfficeLife } from '#model/life.ts';
import type { OfficeRef } from '#wire/names.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';

/** What the reader calls stations and offices. */
export interface Sites {
  readonly siteOf: (station: string) => string;
  readonly officeOf: (office: OfficeRef) => string;
}

export interface LifeLineProps extends Sites {
  /** Null before it was sent. */
  readonly trace: Trace | null;
}

export function LifeLine({ trace, ...sites }: LifeLineProps) {
  const words = useWords();
  return (
    <section className="life" aria-labelledby="life-title">
      <h2 id="life-title">{words.life.title}</h2>
      {trace === null ? <p className="soft">{words.life.none}</p>
        : trace.life.offices.length === 1 ? <Points trace={trace} office={trace.life.offices[0]!} {...sites} />
        : <ul className="life-offices">{trace.life.offices.map((office) => <OneOf key={sites.officeOf(office.office)} trace={trace} office={office} {...sites} />)}</ul>}
      {trace !== null && trace.forged > 0 && <p className="caution">{fill(words.life.forged, { count: trace.forged })}</p>}
    </section>
  );
}

interface OfficeProps extends Sites {
  readonly trace: Trace;
  readonly office: OfficeLife;
}

function OneOf({ office, ...rest }: OfficeProps) {
  const words = useWords();
  const { late, state, since } = office;
  const isLate = late.delivery || late.handling || late.reply;
  return (
    <li data-late={isLate}>
      <details>
        <summary>
          <b>{rest.officeOf(office.office)}</b>
          <span>{isLate && <strong className="late">{words.desk.late}</strong>} {words.life.at[state]}</span>
          {since !== null && <time>{dateText(since)}</time>}
        </summary>
        <Points office={office} {...rest} />
      </details>
    </li>
  );
}

function Points({ trace, office, siteOf }: OfficeProps) {
  const words = useWords();
  const [isUnderway, accepted] = [office.state === 'underway', acceptedAt(trace)];
  const noWay = trace.noWays.find((one) => sameOffice(one.office, office.office));
  const receipts = trace.receipts.filter((receipt) => sameOffice(receipt.office, office.office));
  return (
    <>
      <ol className="points" aria-live="polite">
        <li><b>{words.life.accepted}</b><span>{siteOf(trace.originStation)}</span>{accepted !== null && <time>{dateText(accepted, true)}</time>}</li>
        {receipts.map((receipt) => <Point key={`${receipt.kind} ${receipt.stationName} ${receipt.sealing} ${receipt.time}`} receipt={receipt} site={siteOf(receipt.stationName)} isBack={receipt.kind === 'custody' && receipt.stationName === trace.originStation} />)}
        {office.awaited !== null && <li className="awaited">{words.life.awaited[office.awaited]}{isUnderway && <span>{fill(words.life.holder, { site: siteOf(office.lastCustodian) })}</span>}</li>}
      </ol>
      {isUnderway && trace.queued.filter(({ state }) => state === 'no-room').map(({ peer }) => <p key={peer} className="caution">{fill(words.life.noRoom, { site: siteOf(peer) })}</p>)}
      {isUnderway && trace.queued.map(({ peer, bundle }) => bundle !== undefined && <p key={peer} className={bundle.state === 'missing' ? 'caution' : 'soft'}>
        {fill(words.life[bundle.state === 'missing' ? 'stickLost' : 'stick'], { site: siteOf(peer), number: bundle.number, written: dateText(bundle.written), stations: words.stations.title })}
      </p>)}
      {isUnderway && office.late.delivery && <p className="caution">{fill(words.life.late, lateDetail(trace, office, siteOf))}</p>}
      {noWay === undefined ? null : <p className="caution">{fill(words.life.noWay, { site: siteOf(office.lastCustodian), to: siteOf(noWay.station) })}</p>}
      {isUnderway && noWay === undefined && <p className="soft">{fill(words.life.unknown, { site: siteOf(office.lastCustodian) })}</p>}
    </>
  );
}

/** Where its own register does not tell: the origin station signs the first sealing as it accepts it, with the time; a later one has another. */
function acceptedAt({ accepted, sealing: { number, time } }: Trace): number | null {
  return accepted ?? (number === 0 ? time : null);
}

function lateDetail({ asked }: Trace, { lastCustodian, since }: OfficeLife, siteOf: Sites['siteOf']): Record<string, string | number> {
  return {
    site: siteOf(lastCustodian), ...(since !== null && { since: dateText(since) }),
    ...(asked !== null && { times: asked.times, at: dateText(asked.at) }),
  };
}

function Point({ receipt: { kind, who, time, evidence: { exposed } }, site, isBack }: { readonly receipt: TracedReceipt; readonly site: string; readonly isBack: boolean }) {
  const words = useWords();
  return (
    <li>
      <b>{fill(words.life[isBack ? 'tookBack' : kind], who === null ? {} : { who: printable(who.name) })}</b><span>{site}{who?.note !== undefined && <q>{printable(who.note)}</q>}{exposed !== undefined && <em>{fill(words.life.byExposed, { since: dateText(exposed) })}</em>}</span><time>{dateText(time, true)}</time>
    </li>
  );
}

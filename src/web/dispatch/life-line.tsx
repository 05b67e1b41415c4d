/** The life of a dispatch as one vertical line: what was signed, by whom and when; what is awaited, as hollow points. */
import type { Trace, TracedReceipt } from '#client/trace.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';

export interface LifeLineProps {
  /** Null before it was sent. */
  readonly trace: Trace | null;
  readonly siteOf: (station: string) => string;
}

export function LifeLine({ trace, siteOf }: LifeLineProps) {
  const words = useWords();
  return (
    <section className="life" aria-labelledby="life-title">
      <h2 id="life-title">{words.life.title}</h2>
      {trace === null ? <p className="soft">{words.life.none}</p> : <Points trace={trace} siteOf={siteOf} />}
    </section>
  );
}

function Points({ trace, siteOf }: { readonly trace: Trace; readonly siteOf: (station: string) => string }) {
  const words = useWords();
  const [office] = trace.life.offices;
  const isUnderway = office?.state === 'underway';
  return (
    <>
      <ol className="points" aria-live="polite">
        <li><b>{words.life.accepted}</b><span>{siteOf(trace.header.station)}</span>{trace.accepted !== null && <time>{dateText(trace.accepted, true)}</time>}</li>
        {trace.receipts.map((receipt) => <Point key={`${receipt.kind} ${receipt.station} ${receipt.time}`} receipt={receipt} site={siteOf(receipt.station)} />)}
        {office !== undefined && office.awaited !== null && <li className="awaited">{words.life.awaited[office.awaited]}{isUnderway && <span>{fill(words.life.holder, { site: siteOf(office.lastCustodian) })}</span>}</li>}
      </ol>
      {isUnderway && <p className="soft">{fill(words.life.unknown, { site: siteOf(office.lastCustodian) })}</p>}
    </>
  );
}

function Point({ receipt, site }: { readonly receipt: TracedReceipt; readonly site: string }) {
  const words = useWords();
  const who = receipt.who?.name;
  return <li><b>{fill(words.life[receipt.kind], who === undefined ? {} : { who })}</b><span>{site}</span><time>{dateText(receipt.time, true)}</time></li>;
}

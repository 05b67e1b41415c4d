/** One dispatch of the office: sealed until somebody opens it, then its sheet, what was checked, and its life beside it. */
import { type ReactNode, useCallback, useState } from 'react';
import { Link } from 'react-aria-components';
import { exposedSigners } from '#client/dispatch/witnessed.ts';
import { isAway } from '#client/away.ts';
import { printable } from '#core/printable.ts';
import { Refusal } from '#core/refusals.ts';
import { HANDLING_TARGETS_MS } from '#model/life.ts';
import { officeLabel } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { outcomeHere, useSpot } from '../frame/router.tsx';
import { arrive } from '../kit/arrival.ts';
import { Awaiting } from '../kit/fault.tsx';
import { BackIcon, ShieldIcon } from '../kit/icons.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { useRegisters } from '../register/books.ts';
import { spanText } from '../register/grid-row.tsx';
import { fill, useWords } from '../words/words.ts';
import { addressedText } from './addressed.ts';
import { CoreSheet } from './core-sheet.tsx';
import { IncomingActs, OutgoingActs } from './dispatch-acts.tsx';
import { LifeLine } from './life-line.tsx';
import { FollowUps, Related } from './related.tsx';
import { SealedCard } from './sealed-card.tsx';
import { type ShownDispatch, showDispatch } from './shown-dispatch.ts';
import { TakenLine } from './taken-line.tsx';

/** ECDSA and ML-DSA: each act of a person, the office seal and the station's sealing are signed by both. */
const ALGORITHMS = 2;
const OFFICE_AND_STATION = 2;

/** `/dispatch/ID` */
export function DispatchPage() {
  const [, , dispatch = ''] = useSpot().path.split('/');
  const { office } = useEntered();
  return <One key={`${office} ${dispatch}`} dispatch={dispatch} />;
}

function One({ dispatch }: { readonly dispatch: string }) {
  const place = useRegisters();
  const { session, office } = useEntered();
  const words = useWords();
  const { value, fault, reload } = useLoaded(useCallback((signal: AbortSignal) => showDispatch(session, place, office, dispatch, signal), [session, place, office, dispatch]));
  useLive(reload);
  const [sent] = useState(outcomeHere);
  const said = sent !== null && <p className="said" role="status" tabIndex={-1} ref={arrive}>{fill(words.send.sent, { number: sent })}</p>;
  if (value === null) {
    const isRefused = fault instanceof Refusal && !isAway(fault);
    return <div className="room">{said}<h1>{words.dispatch.title}</h1><Awaiting fault={fault} loading={words.dispatch.loading} />{isRefused && <p className="soft">{words.dispatch.notHere}</p>}</div>;
  }
  const { trace, direction } = value;
  return (
    <div className="room">
      {said}
      {sent !== null && <Onward trace={value.trace} />}
      <p><Link className="back-link" href={`/registers/${direction}?open=${dispatch.slice(0, 12)}`}><BackIcon />{direction === 'in' ? words.register.titleIn : words.register.titleOut}</Link></p>
      <h1 className="for-reader">{value.read === null ? words.dispatch.title : printable(value.read.core.subject)}</h1>
      <Awaiting fault={fault} isThere />
      <div className="dispatch-grid">
        <div className="dispatch-main"><Letter shown={value} reload={reload} /></div>
        <div className="dispatch-side">
          <LifeLine trace={trace} siteOf={(code) => session.view.station(code)?.site ?? code} officeOf={(ref) => officeLabel(session, ref)} />
          <TakenLine dispatch={dispatch} read={value.read} />
        </div>
      </div>
    </div>
  );
}

/** What was just sent: to whom, who has to do what by when, and that it does not come back. */
function Onward({ trace: { header } }: { readonly trace: ShownDispatch['trace'] }) {
  const { session } = useEntered();
  const words = useWords();
  const withinMs = Math.min(...header.to.map(({ precedence }) => HANDLING_TARGETS_MS[precedence]));
  return (
    <div className="soft">
      <p>{fill(words.send.went, { offices: addressedText(header.to, session, words) })}</p>
      <p>{header.deliverBy === undefined ? fill(words.send.next, { within: spanText(withinMs, words) }) : fill(words.send.nextBy, { time: dateText(header.deliverBy), within: spanText(withinMs, words) })} {fill(words.send.noWayBack, { followUp: words.dispatch.followUp })}</p>
    </div>
  );
}

function Letter({ shown, reload }: { readonly shown: ShownDispatch; readonly reload: () => void }): ReactNode {
  const { session } = useEntered();
  const words = useWords();
  const { read, row, direction } = shown;
  const number = direction === 'in' ? row?.number ?? null : null;
  if (read === null) return <><Related shown={shown} /><SealedCard shown={shown} onOpened={reload} /></>;
  return (
    <>
      <Related shown={shown} />
      {row?.suspected === true && <p className="caution">{words.register.suspected}</p>}
      <p className="valid"><ShieldIcon /><span><b>{words.receive.valid}.</b> {fill(words.receive.checks, { count: (read.endorsements.length + OFFICE_AND_STATION) * ALGORITHMS })}</span></p>
      {exposedSigners(session, read).map(({ who, at }) => <p key={who} className="caution">{fill(words.receive.exposedSigner, { who, time: dateText(at) })}</p>)}
      <CoreSheet
        known={session} core={read.core} symbol={`${read.seal.number.number}/${read.seal.symbol}`}
        {...(number === null ? {} : { incoming: number.number })} opened={{ session, of: read, partKeys: read.partKeys }}
      />
      {direction === 'in' ? <IncomingActs shown={shown} reload={reload} /> : <OutgoingActs shown={shown} reload={reload} />}
      <FollowUps shown={shown} />
    </>
  );
}

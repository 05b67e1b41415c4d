/** Drafts of an office: which step each waits for; several may be approved or signed at once. */
import { useCallback, useState } from 'react';
import { Link } from 'react-aria-components';
import { approveDraft, coreOf, readDrafts, signDraft } from '#client/dispatch/outgoing.ts';
import { actorOf } from '#client/signers.ts';
import { printable } from '#core/printable.ts';
import { type WaitingDraft, waitingDrafts } from '../desk/waiting.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { DraftRow } from '../dispatch/rows.tsx';
import { useSpot } from '../frame/router.tsx';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { Awaiting, Fault } from '../kit/fault.tsx';
import { Tick } from '../kit/field.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import { DraftPage } from './draft-page.tsx';

/** `/drafts`, `/drafts/DRAFT` */
export function DraftsPage() {
  const [, , draft = ''] = useSpot().path.split('/');
  return draft === '' ? <Drafts /> : <DraftPage key={draft} id={draft} />;
}

function Drafts() {
  const { session, office } = useEntered();
  const words = useWords();
  const load = useCallback(async () => waitingDrafts(await readDrafts(session, office), { view: session.view, person: actorOf(session.ring).person, office, now: session.now() }), [session, office]);
  const { value, fault, reload } = useLoaded(load);
  const [said, setSaid] = useState('');
  useLive(reload);
  return (
    <div className="room">
      <div className="room-head"><h1>{words.drafts.title}</h1>{session.may('save a draft', office) && <Link className="button primary" href="/compose">{words.compose.begin}</Link>}</div>
      <Awaiting fault={fault} isThere={value !== null} />
      {said !== '' && <p key={said} ref={arrive} tabIndex={-1} role="status" className="done">{said}</p>}
      {value !== null && (value.length === 0
        ? <div className="empty-room"><h2>{words.drafts.emptyTitle}</h2><p>{words.drafts.empty}</p></div>
        : <Several drafts={value} onDone={(done) => { setSaid(done); reload(); }} />)}
    </div>
  );
}

function Several({ drafts, onDone }: { readonly drafts: readonly WaitingDraft[]; readonly onDone: (said: string) => void }) {
  const { session } = useEntered();
  const words = useWords();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState(0);
  const { isBusy, fault, run } = useWork();
  // What is chosen is what stands there: another under the same id is not.
  const seen = ({ draft: { open } }: WaitingDraft): string | undefined => (open === null ? undefined : coreOf(session, { open }));
  const nameOf = (one: WaitingDraft): string => `${one.draft.record.draft} ${seen(one) ?? ''}`;
  const ready = (step: 'approve' | 'sign'): WaitingDraft[] => drafts.filter((one) => one.isMine && one.step === step && chosen.has(nameOf(one)));
  const act = (step: 'approve' | 'sign'): void => run(async () => {
    setDone(0);
    let count = 0;
    try {
      for (const one of ready(step)) {
        await (step === 'approve' ? approveDraft : signDraft)(session, one.draft.record.draft, seen(one));
        setDone(++count);
        choose((before) => new Set([...before].filter((name) => name !== nameOf(one))));
      }
    } finally {
      onDone(count === 0 ? '' : fill(step === 'approve' ? words.drafts.approvedAll : words.drafts.signedAll, { count }));
    }
  });
  const toggle = (name: string, isChosen: boolean): void => choose(isChosen ? new Set([...chosen, name]) : new Set([...chosen].filter((one) => one !== name)));
  return (
    <>
      <ul className="rows">
        {drafts.map((one) => {
          const { draft, step, isMine } = one;
          return (
            <DraftRow
              key={draft.record.draft} draft={draft} state={(isMine ? words.desk.yours : words.desk.others)[step]}
              before={isMine && (step === 'approve' || step === 'sign') ? <Tick label={fill(words.drafts.choose, { subject: printable(draft.open?.core.subject ?? '') })} isLabelHidden value={chosen.has(nameOf(one))} onChange={(isChosen) => toggle(nameOf(one), isChosen)} /> : <span />}
            />
          );
        })}
      </ul>
      <Fault error={fault} />
      {chosen.size > 0 && (
        <div className="bar" role="toolbar" aria-label={words.drafts.chosen}>
          <span role="status">{isBusy ? fill(words.drafts.doing, { done, all: chosen.size + done }) : fill(words.drafts.count, { count: chosen.size })}</span>
          {ready('approve').length > 0 && <Button variant="primary" isDisabled={isBusy} onPress={() => act('approve')}>{fill(words.drafts.approveAll, { count: ready('approve').length })}</Button>}
          {ready('sign').length > 0 && <Button variant="primary" isDisabled={isBusy} onPress={() => act('sign')}>{fill(words.drafts.signAll, { count: ready('sign').length })}</Button>}
        </div>
      )}
    </>
  );
}

/** One draft: what exactly is signed, who has signed, what happens next, and the step that is this person's. */
import { type ReactNode, useCallback, useState } from 'react';
import { Link } from 'react-aria-components';
import { approveDraft, coreOf, discardDraft, type HeldDraft, isSubjectAlone, readDraft, readDrafts, signDraft } from '#client/dispatch/outgoing.ts';
import { returnDraft } from '#client/dispatch/returning.ts';
import { successorOf } from '#client/dispatch/rewriting.ts';
import { actorOf } from '#client/signers.ts';
import { printable } from '#core/printable.ts';
import { whoMay } from '#model/rights.ts';
import { endorsementStatement } from '#wire/core.ts';
import { ACT_OF, type WaitingDraft, waitingDrafts } from '../desk/waiting.ts';
import { useEntered } from '../device/entered.ts';
import { useLive } from '../device/live.ts';
import { useSend, useWaiting } from '../device/outbox.ts';
import { addressedText } from '../dispatch/addressed.ts';
import { CoreSheet } from '../dispatch/core-sheet.tsx';
import { GoneKeys, useKeysGone } from '../dispatch/gone-keys.tsx';
import { SealLink } from '../dispatch/seal-link.tsx';
import { go, outcomeHere } from '../frame/router.tsx';
import { arrive } from '../kit/arrival.ts';
import { Button } from '../kit/button.tsx';
import { Confirm } from '../kit/confirm.tsx';
import { Awaiting, Fault } from '../kit/fault.tsx';
import { CheckIcon } from '../kit/icons.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { GiveBack } from './give-back.tsx';
import { GivenBack } from './given-back.tsx';
import { SAVED } from './sealing.tsx';

export function DraftPage({ id }: { readonly id: string }) {
  const { session, office } = useEntered();
  const words = useWords();
  /** The core that was shown first: whoever changes a draft begins another, so that another core under its id was put there. */
  const [first, setFirst] = useState<string | null>(null);
  const load = useCallback(async () => {
    const record = await session.api.call('draft', { path: { draft: id } });
    // Sent by somebody else meanwhile, or by this device before its answer was lost.
    if (record.dispatch !== null) return { record, held: null, successor: null };
    if (record.step === 'discarded') return { record, held: null, successor: successorOf(await readDrafts(session, record.office), id) };
    const held = await readDraft(session, id);
    setFirst((before) => before ?? coreOf(session, held));
    return { record, held, successor: null };
  }, [session, id]);
  const { value, fault, reload } = useLoaded(load);
  useLive(reload);
  const { isBusy, fault: actFault, run } = useWork();
  /** The step that was ended here, until what comes after it has taken the focus. */
  const [ended, setEnded] = useState<WaitingDraft['step'] | null>(null);
  const [isSaved] = useState(() => outcomeHere() === SAVED);
  const send = useSend();
  const queued = useWaiting(session)?.waiting.find((one) => one.draft === id && one.refused === null);
  const gone = useKeysGone()(fault);
  if (value === null && gone !== null) {
    return (
      <div className="room">
        <h1>{words.drafts.one}</h1>
        <GoneKeys gone={gone} way={words.dispatch.goneDraft} />
        <Fault error={actFault} />
        {session.may('discard a draft', office) && <div className="acts"><Confirm ask={words.drafts.discard} title={words.drafts.discardTitle} what={words.drafts.discardGone} isDanger onConfirm={() => run(async () => { await discardDraft(session, id); go('/drafts'); })} /></div>}
      </div>
    );
  }
  if (value === null) return <div className="room"><h1>{words.drafts.one}</h1><Awaiting fault={fault} loading={words.drafts.opening} /></div>;
  if (value.held === null) return <Gone dispatch={value.record.dispatch} successor={value.successor} />;
  const { held, held: { open } } = value;
  const { person } = actorOf(session.ring);
  const [waiting] = waitingDrafts([{ record: value.record, open, sealed: null, exposed: held.exposed }], { view: session.view, person, office, now: session.now() });
  // What was refused because it is another by now is shown as it is now.
  const act = (work: () => Promise<unknown>): void => run(async () => {
    await work().finally(reload);
    setEnded(waiting?.step ?? null);
  });
  const mayReturn = waiting !== undefined && waiting.step !== 'change' && open.core.author !== person && session.may('return a draft', office);
  const mayChange = session.may('save a draft', office);
  // What stands here is approved, signed and sent, and nothing that comes under its id meanwhile.
  const core = coreOf(session, held);
  return (
    <div className="room draft">
      {isSaved && value.record.step === 'saved' && <p className="said" role="status" tabIndex={-1} ref={arrive}>{words.drafts.saved}</p>}
      <h1>{words.drafts.one}</h1>
      <GivenBack open={open} view={session.view} />
      {waiting?.isMine === true && (waiting.step === 'approve' || waiting.step === 'sign') && <p className="soft">{words.sign.what}</p>}
      {first !== null && first !== core && <p className="caution" role="alert">{words.drafts.isAnother}</p>}
      <CoreSheet key={core} known={session} core={open.core} opened={{ session, of: null, partKeys: open.draft.partKeys }} />
      {held.exposed.length > 0 && <p className="caution" role="status">{fill(words.drafts.exposed, { who: held.exposed.join(', ') })}</p>}
      {isSubjectAlone(open) && <p className="caution" role="status">{words.drafts.noContent}</p>}
      <Signed endorsements={open.draft.endorsements.map(({ statement }) => endorsementStatement.decode(statement))} />
      <Fault error={actFault} />
      {queued === undefined ? <div className="acts">
        <SealLink fault={actFault} />
        {waiting !== undefined && <NextStep waiting={waiting} core={open.core} isBusy={isBusy} onStep={(step) => {
          if (step === 'send') run(async () => { const sent = await send({ draft: id, core, office, subject: open.core.subject }); if (sent !== null) go(`/dispatch/${sent.dispatch}`, 'push', `${sent.number.number}/${sent.symbol}`); });
          else if (step === 'approve' || step === 'sign') act(() => (step === 'approve' ? approveDraft : signDraft)(session, id, core));
        }} />}
        {mayReturn && <GiveBack isBusy={isBusy} onReturn={(reason) => act(() => returnDraft(session, id, reason, core))} />}
        {mayChange && <Link className={waiting?.step === 'change' && waiting.isMine ? 'button primary' : 'button'} href={`/compose/${id}`}>{words.drafts.change}</Link>}
        {mayChange && <Confirm ask={words.drafts.discard} title={words.drafts.discardTitle} what={fill(words.drafts.discardWhat, { subject: printable(open.core.subject) })} isDanger onConfirm={() => run(async () => { await discardDraft(session, id); go('/drafts'); })} />}
      </div> : <p className="said" role="status">{fill(words.outbox.isQueued, { time: dateText(queued.asked), withdraw: words.outbox.withdraw })}</p>}
      {queued === undefined && waiting !== undefined && <WhoseStep key={waiting.step} waiting={waiting} author={open.core.author} approver={open.draft.endorsements.map(({ statement }) => endorsementStatement.decode(statement)).find(({ purpose }) => purpose === 'approve')?.person ?? null} {...(ended !== null && ended !== waiting.step && { onLed: () => setEnded(null) })} />}
    </div>
  );
}

/** Whoever changes a draft begins another; this one was sent, changed or discarded. */
function Gone({ dispatch, successor }: { readonly dispatch: string | null; readonly successor: string | null }) {
  const words = useWords();
  const [said, to, way] = dispatch !== null ? [words.drafts.isSent, `/dispatch/${dispatch}`, words.drafts.toDispatch]
    : successor !== null ? [words.drafts.isChanged, `/drafts/${successor}`, words.drafts.toChanged] : [words.drafts.isGone, '/drafts', words.drafts.toDrafts];
  return <div className="room"><h1>{words.drafts.one}</h1><p className="said" role="status">{said}</p><div className="acts"><Link className="button primary" href={to}>{way}</Link></div></div>;
}

interface NextStepProps {
  readonly waiting: WaitingDraft;
  readonly core: HeldDraft['open']['core'];
  readonly isBusy: boolean;
  readonly onStep: (step: WaitingDraft['step']) => void;
}

/** One press; of what wakes people, or of what is secret, what goes to whom is asked first, since it cannot be taken back. */
function NextStep({ waiting: { step, isMine }, core, isBusy, onStep }: NextStepProps): ReactNode {
  const words = useWords();
  const { session } = useEntered();
  if (!isMine || step === 'change') return null;
  const isGrave = core.to.some(({ precedence }) => precedence === 'flash') || core.classification === 'secret' || core.classification === 'top-secret';
  if (step === 'send' && isGrave && !isBusy) {
    const what = fill(words.send.askWhat, { subject: printable(core.subject), classification: words.mark.classification[core.classification], offices: addressedText(core.to, session, words) });
    return <Confirm isNext ask={words.send.go} title={words.send.askTitle} what={what} onConfirm={() => onStep(step)} />;
  }
  const [say, busy] = { approve: [words.sign.approve, words.sign.approving], sign: [words.sign.sign, words.sign.signing], send: [words.send.go, words.send.sending] }[step];
  return <Button variant="primary" isDisabled={isBusy} onPress={() => onStep(step)}>{isBusy ? busy : say}</Button>;
}

interface WhoseStepProps {
  readonly waiting: WaitingDraft;
  readonly author: string;
  /** Null before it was approved. */
  readonly approver: string | null;
  /** Given where what was pressed went with the step that it ended: its reader goes on from here. */
  readonly onLed?: () => void;
}

/** What happens next; where it is not this person's, who may, and why whoever wrote it may not. */
function WhoseStep({ waiting: { step, isMine }, author, approver, onLed }: WhoseStepProps) {
  const { session, office } = useEntered();
  const words = useWords();
  const led = {
    tabIndex: -1,
    ref: (element: HTMLElement | null): void => {
      if (element === null || onLed === undefined) return;
      arrive(element);
      onLed();
    },
  };
  const isBoth = step === 'sign' && approver === actorOf(session.ring).person;
  if (isMine) return <p className="soft" role="status" {...led}>{words.drafts.next[step]} {isBoth && words.drafts.bothYou}</p>;
  const names = whoMay(session.view, ACT_OF[step], office, session.now()).filter(({ person }) => step === 'send' || (person === author) === (step === 'change')).map(({ name }) => name);
  const isOwn = actorOf(session.ring).person === author && (step === 'approve' || step === 'sign');
  return (
    <div className="soft" role="status" {...led}>
      <p>{words.drafts.waits[step]} {names.length === 0 ? words.drafts.nobodyMay : fill(words.drafts.whoMay, { names: names.join(', ') })}</p>
      {isOwn && <p>{words.drafts.whyNotYou}</p>}
    </div>
  );
}

interface Endorsement {
  readonly purpose: 'author' | 'approve' | 'sign';
  readonly person: string;
  readonly time: number;
}

function Signed({ endorsements }: { readonly endorsements: readonly Endorsement[] }) {
  const { session: { view } } = useEntered();
  const words = useWords();
  return (
    <ul className="signed" aria-label={words.drafts.signatures}>
      {endorsements.map(({ purpose, person, time }) => <li key={`${purpose} ${person}`}><CheckIcon /><b>{words.drafts.did[purpose]}</b> {view.person(person)?.name ?? person} <time className="soft">{dateText(time)}</time></li>)}
    </ul>
  );
}

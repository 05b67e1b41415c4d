/** What a registrar does for a person, and what a holder does with a position of their own. Each says first what will be. */
import { useState } from 'react';
import { type EndReason, planLeave, planMove } from '#client/directory/members.ts';
import { delegableOf, delegatePosition, letHold, letLeave, letMove } from '#client/directory/people-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { lasts } from '#model/directory-ending.ts';
import { LIMITS } from '#wire/limits.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { Day } from '../kit/day-field.tsx';
import { Choice, type Findable, PickOne, Text } from '../kit/field.tsx';
import { dayOf, endOfDay } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { LastKeysCaution } from './last-keys.tsx';
import type { PaneProps } from './parts.tsx';
import { lackingLines, Said, saidOfDelegating, saidOfHolding, saidOfLeaving, saidOfMoving } from './said.tsx';
import { SlipAct } from './slip-act.tsx';
import type { Directory } from './use-directory.ts';

/** A letter of Vietnamese takes up to three bytes. */
const REASON_CHARACTERS_MAX = Math.floor(LIMITS.titleBytes / 3);

interface ActPartProps {
  readonly directory: Directory;
  readonly person: string;
  /** Does it, and says what came of it. */
  readonly doing: (work: () => Promise<readonly string[]>) => Promise<void>;
}

export function PersonActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const [said, setSaid] = useState<readonly string[]>([]);
  // The directory may say so already while keys are still made anew: the dialog stays until all is done, or says what failed.
  const [begunIn, setBegunIn] = useState<Directory | null>(null);
  const shown = begunIn ?? directory;
  const { view, now } = shown;
  const person = view.person(code)!;
  const doing = async (work: () => Promise<readonly string[]>): Promise<void> => {
    setBegunIn(directory);
    try {
      setSaid(await work());
      directory.look();
    } finally {
      setBegunIn(null);
    }
  };
  const mayEnd = isRegistrar(session) && lasts(person, now);
  const isOther = !view.registrars().some((one) => one.person === code);
  const seat = view.held(code, now).find(({ acting }) => acting === null)?.position;
  const props = { directory: shown, person: code, doing };
  return (
    <section aria-label={words.directory.acts} className="folk-acts">
      {lasts(person, now) && <DelegateAct {...props} />}
      {mayEnd && seat !== undefined && <SlipAct directory={shown} position={seat} person={code} />}
      {mayEnd && <HoldAct {...props} />}
      {mayEnd && <MoveAct {...props} />}
      {mayEnd && isOther && <LeaveAct {...props} />}
      <Said lines={said} />
    </section>
  );
}

function LeaveAct({ directory: { view, now }, person, doing }: ActPartProps) {
  const words = useWords();
  const { session } = useEntered();
  const [reason, setReason] = useState<Extract<EndReason, 'left' | 'compromised'>>('left');
  const name = view.person(person)!.name;
  const { plans, positions, devices, offices, lacking } = planLeave(view, person, reason, now);
  const titles = positions.map((one) => view.position(one)?.title ?? one).join(', ');
  return (
    <Act ask={words.directory.leave} title={fill(words.directory.leaveTitle, { name })} isDanger
      act={() => doing(async () => saidOfLeaving(await letLeave(session, person, reason), session.view, words))}>
      <p>{fill(words.directory.leaveWhat, { positions: titles === '' ? words.directory.noSeat : titles, ...(devices.length > 0 && { devices: devices.join(', ') }) })}</p>
      {offices.length > 0 && <p>{fill(words.directory.leaveKeys, { offices: offices.map((one) => view.office(one)?.name ?? one).join(', ') })}</p>}
      {lackingLines(lacking, view, words).map((line) => <p key={line} className="caution">{line}</p>)}
      <LastKeysCaution plans={plans} />
      <Choice label={words.directory.leaveWhy} value={reason} choices={words.directory.leaveReason} onChange={setReason} />
      {reason === 'compromised' && <p className="caution">{words.directory.leaveCompromised}</p>}
    </Act>
  );
}

function MoveAct({ directory: { view, now, book }, person, doing }: ActPartProps) {
  const words = useWords();
  const { session } = useEntered();
  const own = view.held(person, now).filter(({ acting }) => acting === null);
  const [from, setFrom] = useState(own[0]?.position ?? '');
  const [to, setTo] = useState<string | null>(null);
  if (own.length === 0) return null;
  const name = view.person(person)!.name;
  const items = otherSeats(book, own);
  const isStill = own.some(({ position }) => position === from);
  const plan = isStill && to !== null ? planMove(view, person, from, to, now) : null;
  return (
    <Act ask={words.directory.move} title={fill(words.directory.moveTitle, { name })}
      act={to === null || !isStill ? null : () => doing(async () => saidOfMoving(await letMove(session, person, from, to), person, to, session, words))}>
      {own.length > 1 && <Choice label={words.directory.moveFrom} value={from} choices={Object.fromEntries(own.map(({ position, title }) => [position, title]))} onChange={setFrom} />}
      <PickOne all={words.directory.showAll} label={words.directory.moveTo} items={items} value={to} onChange={setTo} />
      <p>{fill(words.directory.moveWhat, { from: view.position(from)?.title ?? from })}</p>
      {plan !== null && plan.seals.length > 0 && <p className="caution">{words.directory.moveSeal}</p>}
      {plan !== null && lackingLines(plan.lacking, view, words).map((line) => <p key={line} className="caution">{line}</p>)}
      {plan !== null && <LastKeysCaution plans={plan.plans} />}
    </Act>
  );
}

/** One more, beside what they hold. */
function HoldAct({ directory: { view, now, book }, person, doing }: ActPartProps) {
  const words = useWords();
  const { session } = useEntered();
  const [to, setTo] = useState<string | null>(null);
  if (view.person(person)!.kind === 'service') return null;
  return (
    <Act ask={words.directory.hold} title={fill(words.directory.holdTitle, { name: view.person(person)!.name })}
      act={to === null ? null : () => doing(async () => {
        const held = await letHold(session, person, to);
        setTo(null);
        return saidOfHolding(held, person, to, session, words);
      })}>
      <PickOne all={words.directory.showAll} label={words.directory.moveTo} items={otherSeats(book, view.held(person, now).filter(({ acting }) => acting === null))} value={to} onChange={setTo} />
      <p>{words.directory.holdWhat}</p>
    </Act>
  );
}

function otherSeats(book: Directory['book'], own: readonly { readonly position: string }[]): Findable[] {
  return book.offices.filter(({ hasEnded }) => !hasEnded)
    .flatMap(({ office, seats }) => seats.map(({ position }) => ({ id: position.position, name: position.title, under: office.name })))
    .filter(({ id }) => !own.some(({ position }) => position === id));
}

/** By the holder's own word to those whom registrars named; by a registrar's to anybody. */
function DelegateAct({ directory: { view, now }, person, doing }: ActPartProps) {
  const words = useWords();
  const { session } = useEntered();
  const own = view.held(person, now).filter((one) => one.acting === null && delegableOf(one).length > 0);
  const isOwn = session.ring.contents.person === person;
  const [position, setPosition] = useState(own[0]?.position ?? '');
  const [to, setTo] = useState<string | null>(null);
  const [day, setDay] = useState('');
  const [reason, setReason] = useState('');
  const held = own.find((one) => one.position === position) ?? null;
  const allowed = isRegistrar(session) ? view.persons().filter(({ kind }) => kind !== 'service').map((one) => one.person) : isOwn ? view.alternates(position) : [];
  const items = allowed.filter((one) => one !== person).map((one) => ({ id: one, name: view.person(one)?.name ?? one, under: one }));
  if (held === null || items.length === 0) return null;
  const until = endOfDay(day);
  const isWhole = to !== null && until > now && reason.trim() !== '';
  const rights = delegableOf(held).map((right) => words.directory.right[right]).join(', ');
  const order = { position, by: person, to: to ?? '', until, reason: reason.trim().normalize('NFC') };
  return (
    <Act ask={words.directory.delegate} title={fill(words.directory.delegateTitle, { name: view.person(person)!.name })}
      act={isWhole ? () => doing(async () => saidOfDelegating(await delegatePosition(session, order), session, words)) : null}>
      {own.length > 1 && <Choice label={words.directory.seats} value={position} choices={Object.fromEntries(own.map((one) => [one.position, one.title]))} onChange={setPosition} />}
      <PickOne all={words.directory.showAll} label={words.directory.delegateTo} items={items} value={to} onChange={setTo} />
      <Day label={words.directory.delegateUntil} value={day} onChange={setDay} min={dayOf(now)} />
      <Text label={words.directory.delegateReason} value={reason} onChange={setReason} maxLength={REASON_CHARACTERS_MAX} />
      <p>{fill(words.directory.delegateWhat, { title: held.title, rights })}</p>
    </Act>
  );
}

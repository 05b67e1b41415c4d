/** What a registrar does with a position: writes a new one, corrects it, names alternates, dates and ends it. */
import { useState } from 'react';
import { planUntil } from '#client/directory/members.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { endedDelegations } from '#client/office-keys/last-keys.ts';
import { endPosition, planAlternates, planPositionAs, planPositionEnd } from '#client/directory/structure-errands.ts';
import { lasts } from '#model/directory-ending.ts';
import { positionMay } from '#model/rights.ts';
import { USUAL_RIGHTS } from '#model/usual.ts';
import { RIGHTS, type Right } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { useEntered } from '../device/entered.ts';
import { useBegun } from '../frame/begun.ts';
import { Act } from '../kit/act-dialog.tsx';
import { Button } from '../kit/button.tsx';
import { Day } from '../kit/day-field.tsx';
import { Choice, Text, Tick } from '../kit/field.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { dayOf, endOfDay } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { CodeField, plain, useNewCode } from './code-field.tsx';
import { JoinAct } from './join-act.tsx';
import { LastKeysCaution } from './last-keys.tsx';
import type { PaneProps } from './parts.tsx';
import { PickMany } from './pick-many.tsx';
import { Said, saidOfEnding } from './said.tsx';
import type { Directory } from './use-directory.ts';
import { SlipAct } from './slip-act.tsx';
import { type OfficeActProps, type Proposing, useProposing } from './use-proposing.ts';

const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];
const USUAL = Object.keys(USUAL_RIGHTS) as (keyof typeof USUAL_RIGHTS)[];

export function PositionAdd({ directory, office, proposing: { propose } }: OfficeActProps) {
  const { view } = directory;
  const words = useWords();
  const [title, setTitle] = useState('');
  const [rights, setRights] = useState<readonly Right[]>([]);
  const [added, setAdded] = useState<string | null>(null);
  const isBegun = useBegun('position');
  const code = useNewCode(title === '' ? '' : `${office} ${title}`, (one) => view.position(one) !== null);
  const position = code.usable;
  const isWhole = position !== null && title.trim() !== '';
  return (
    <>
      <Act ask={words.acts.positionAdd} title={fill(words.acts.positionAddTitle, { office: view.office(office)!.name })} isBegun={isBegun} act={!isWhole ? null : async () => {
        await propose(planPositionAs(view, { position, office, title: plain(title), rights }), [words.acts.positionNext]);
        setAdded(position);
        setTitle('');
        code.set(null);
        setRights([]);
      }}>
        <Text label={words.acts.positionTitle} value={title} onChange={setTitle} maxLength={NAME_CHARACTERS_MAX} />
        <CodeField value={code} />
        <RightTicks value={rights} onChange={setRights} />
        <p>{words.acts.positionAddWhat}</p>
      </Act>
      {added !== null && view.position(added) !== null && <SlipAct directory={directory} position={added} person={null} />}
    </>
  );
}

export function PositionActs({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const proposing = useProposing(directory);
  const { view, now } = directory;
  const position = view.position(code)!;
  if (!isRegistrar(session)) return null;
  const props = { directory, position: code, proposing };
  return (
    <section aria-label={words.directory.acts} className="folk-acts">
      {lasts(position, now) && (
        <>
          <Correct {...props} key={`${position.title} ${position.rights.join()}`} />
          {position.endedBy === null && <JoinAct directory={directory} seat={code} />}
          {position.endedBy === null && <SlipAct directory={directory} position={code} person={null} />}
          {position.endedBy === null && <Alternates {...props} key={view.alternates(code).join()} />}
          <Until {...props} />
          <End {...props} />
        </>
      )}
      <Said lines={proposing.said} />
    </section>
  );
}

interface PositionActProps {
  readonly directory: Directory;
  readonly position: string;
  readonly proposing: Proposing;
}

function Correct({ directory: { view }, position: code, proposing: { propose } }: PositionActProps) {
  const words = useWords();
  const known = view.position(code)!;
  const [title, setTitle] = useState(known.title);
  const [rights, setRights] = useState<readonly Right[]>(known.rights);
  const losesSeal = known.seal !== null && !positionMay({ rights }, 'carry the seal');
  return (
    <Act ask={words.acts.correct} title={fill(words.acts.correctTitle, { name: known.title })}
      act={title.trim() === '' ? null : async () => void await propose(planPositionAs(view, { position: code, office: known.office, title: plain(title), rights }))}>
      <Text label={words.acts.positionTitle} value={title} onChange={setTitle} maxLength={NAME_CHARACTERS_MAX} />
      <RightTicks value={rights} onChange={setRights} />
      <p>{words.acts.positionCorrectWhat}</p>
      {losesSeal && <p className="caution">{words.acts.positionSealGone}</p>}
    </Act>
  );
}

function RightTicks({ value, onChange }: { readonly value: readonly Right[]; readonly onChange: (rights: readonly Right[]) => void }) {
  const words = useWords();
  return (
    <fieldset className="folk-ticks">
      <legend>{words.directory.rights}</legend>
      <div className="acts" role="group" aria-label={words.acts.usualRights}>
        <span className="soft" aria-hidden="true">{words.acts.usualRights}</span>
        {USUAL.map((usual) => <Button key={usual} aria-pressed={isSame(value, USUAL_RIGHTS[usual])} onPress={() => onChange(USUAL_RIGHTS[usual])}>{words.acts.usual[usual]}</Button>)}
      </div>
      {ALL_RIGHTS.map((right) => <Tick key={right} label={words.directory.right[right]} hint={words.directory.rightWhat[right]} value={value.includes(right)} onChange={(isOn) => onChange(ALL_RIGHTS.filter((one) => (one === right ? isOn : value.includes(one))))} />)}
    </fieldset>
  );
}

function isSame(rights: readonly Right[], usual: readonly Right[]): boolean {
  return rights.length === usual.length && usual.every((one) => rights.includes(one));
}

/** To whom the holder may delegate by themself. */
function Alternates({ directory: { view, now }, position: code, proposing: { propose } }: PositionActProps) {
  const words = useWords();
  const [persons, setPersons] = useState<readonly string[]>(view.alternates(code));
  const items = view.persons().filter(({ kind }) => kind !== 'service').map(({ person, name }) => ({ id: person, name, under: person }));
  const { delegations } = planAlternates(view, code, persons.filter((one) => items.some(({ id }) => id === one)), now);
  return (
    <Act ask={words.acts.alternates} title={fill(words.acts.alternatesTitle, { title: view.position(code)!.title })}
      act={async () => void await propose(planAlternates(view, code, persons, now).plans)}>
      <PickMany label={words.directory.alternates} items={items} value={persons} onChange={setPersons} most={LIMITS.alternates} />
      <p>{words.acts.alternatesWhat}</p>
      {delegations.length > 0 && <p className="caution">{fill(words.acts.alternatesStruck, { delegations: delegations.join(', ') })}</p>}
      <LastKeysCaution plans={endedDelegations(delegations)} />
    </Act>
  );
}

/** The day on which somebody's holding ends by itself. */
function Until({ directory: { view, now }, position: code, proposing: { propose } }: PositionActProps) {
  const words = useWords();
  const holders = view.persons().filter(({ person }) => view.held(person, now).some((one) => one.position === code && one.acting === null));
  const [person, setPerson] = useState(holders[0]?.person ?? '');
  const [day, setDay] = useState('');
  const until = endOfDay(day);
  const holder = holders.find((one) => one.person === person) ?? null;
  if (holder === null) return null;
  const plan = until > now && holder.endedBy === null ? planUntil(view, person, code, until, now) : null;
  return (
    <Act ask={words.acts.until} title={fill(words.acts.untilTitle, { title: view.position(code)!.title })} act={plan === null ? null : async () => {
      await propose(plan.plans);
      setDay('');
    }}>
      {holders.length > 1 && <Choice label={words.directory.holders} value={person} choices={Object.fromEntries(holders.map((one) => [one.person, one.name]))} onChange={setPerson} />}
      <Day label={words.acts.untilDay} value={day} onChange={setDay} min={dayOf(now)} />
      <p>{fill(words.acts.untilWhat, { name: holder.name })}</p>
      {plan !== null && plan.delegations.length > 0 && <p className="caution">{fill(words.acts.alternatesStruck, { delegations: plan.delegations.join(', ') })}</p>}
      {plan !== null && <LastKeysCaution plans={plan.plans} />}
    </Act>
  );
}

function End({ directory: { view, now }, position: code, proposing: { say } }: PositionActProps) {
  const words = useWords();
  const { session } = useEntered();
  const { title } = view.position(code)!;
  const names = view.persons().filter(({ person }) => view.held(person, now).some((one) => one.position === code)).map(({ name }) => name);
  return (
    <Act ask={words.acts.end} title={fill(words.acts.positionEndTitle, { title })} isDanger act={async () => say(saidOfEnding(await endPosition(session, code), session.view, words))}>
      <p>{names.length === 0 ? words.acts.positionEndNobody : fill(words.acts.positionEndWhat, { names: names.join(', ') })}</p>
      <LastKeysCaution plans={planPositionEnd(code)} />
      <p>{words.acts.never}</p>
    </Act>
  );
}

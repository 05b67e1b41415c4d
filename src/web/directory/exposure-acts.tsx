/**
 * Others may have keys: declared for an office by who makes its keys, for a person or one device by a registrar. What it
 * stops is said first and looked at twice; what the keys open is listed after it.
 */
import { useCallback, useState } from 'react';
import { Link } from 'react-aria-components';
import { affectedBy, type AffectedDispatch, type ExposedReason, nameOf } from '#client/office-keys/compromise.ts';
import { declareExposed, declareOffice } from '#client/office-keys/exposure-errands.ts';
import { earliestSince, type Exposure, type ExposurePlan, isDeclarable, mayDateBack, planDeviceExposed, planPersonExposed } from '#client/office-keys/exposure-plans.ts';
import { devicesOf } from '#client/directory/members.ts';
import { followRegister, type RegisterPlace } from '#client/registers/register-book.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import type { Session } from '#client/session.ts';
import { exposedKeys, keysInForce } from '#model/exposure.ts';
import { lasts } from '#model/directory-ending.ts';
import { officeLabel, officeTold } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { ActForm, ActFrame, type OpenedAct } from '../kit/act-dialog.tsx';
import { Fault } from '../kit/fault.tsx';
import { Choice, Tick } from '../kit/field.tsx';
import { Moment } from '../kit/moment-field.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText, typedDate } from '../kit/writing.ts';
import type { Words } from '../words/shape.ts';
import { fill, useWords } from '../words/words.ts';
import { useRegisters } from '../register/books.ts';
import { LastKeysCaution } from './last-keys.tsx';
import type { PaneProps } from './parts.tsx';
import { Said, saidOfExposing } from './said.tsx';
import type { Directory } from './use-directory.ts';
import { useProposing } from './use-proposing.ts';

interface DeclareProps {
  readonly ask: string;
  readonly title: string;
  /** What it stops, for what is chosen. */
  readonly what: readonly string[];
  /** What is meant beside what the lines say: another than was read takes the tick away. */
  readonly meant: readonly string[];
  /** Something has to be said yet. */
  readonly isLacking?: boolean;
  readonly act: (reason: ExposedReason) => Promise<void>;
  readonly children?: React.ReactNode;
}

/** Nothing is done before whoever does it said that they read what it stops, and this very list: of another they did not. */
function Declare({ ask, title, ...rest }: DeclareProps) {
  return <ActFrame ask={ask} title={title} isDanger>{(opened) => <DeclareForm opened={opened} {...rest} />}</ActFrame>;
}

function DeclareForm({ opened, what, meant, isLacking = false, act, children }: Omit<DeclareProps, 'ask' | 'title'> & { readonly opened: OpenedAct }) {
  const words = useWords();
  const [reason, setReason] = useState<ExposedReason>('compromised');
  const list = [...what, ...meant].join('\n');
  const [read, setRead] = useState<string | null>(null);
  return (
    <ActForm opened={opened} act={read === list && !isLacking ? () => act(reason) : null}>
      <Choice label={words.acts.exposedWhy} value={reason} choices={words.acts.exposedReason} onChange={setReason} />
      {children}
      <p><b>{words.acts.exposedStops}</b></p>
      <ul className="folk-stops">{what.map((line) => <li key={line}>{line}</li>)}</ul>
      <p className="caution">{words.acts.exposedOnce}</p>
      <Tick label={words.acts.exposedRead} value={read === list} onChange={(isRead) => setRead(isRead ? list : null)} />
    </ActForm>
  );
}

/** In the pane of an office: by who makes its keys. */
export function OfficeExposure({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const { said, say } = useProposing(directory);
  const { view, now } = directory;
  const office = view.office(code)!;
  const canDeclare = lasts(office, now) && session.may('make the keys', code);
  if (!canDeclare) return null;
  // They stand in the list: made anew after it was read, they are read anew. Done once more before the page has the new ones, it ends none of them.
  const keys = keysInForce(view, code).map(nameOf);
  return (
    <section aria-label={words.acts.exposure} className="folk-acts">
      <Declare ask={words.acts.exposeOffice} title={fill(words.acts.exposeOfficeTitle, { name: office.name })} what={[fill(words.acts.stopsOfficeKeys, { keys: keysSaid(keys, words) }), words.acts.stopsNothingRead, words.acts.stopsNewKeys]} meant={[]}
        act={async (reason) => {
          const { ended } = await declareOffice(session, code, { reason, keys });
          say([ended.length > 0 ? fill(words.acts.exposedOffice, { office: office.name, keys: keysSaid(ended, words) }) : words.directory.saidSent]);
        }} />
      <Said lines={said} />
    </section>
  );
}

/** In the pane of a person: by a registrar, for all devices or for one. */
export function PersonExposure({ directory, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const { said, say } = useProposing(directory);
  const { view, now } = directory;
  const person = view.person(code)!;
  const [withHoldings, setWithHoldings] = useState(false);
  const [device, setDevice] = useState('');
  const [since, setSince] = useState('');
  // The directory may already say so while keys are still made anew: the dialog stays until all is done, or says what failed.
  const [declared, setDeclared] = useState<ExposurePlan | null>(null);
  if (!isRegistrar(session)) return null;
  const choose = (one: string): void => {
    setDevice(one);
    setDeclared(null);
  };
  const isRegistrarToo = view.registrars().some((one) => one.person === code);
  const devices = devicesOf(view, code, now);
  // A machine that was given up can be robbed like any other.
  const ended = view.everyDevice().filter((one) => one.person === code && !devices.includes(one.device) && (mayDateBack(one, now) || isDeclarable(view, one, { reason: 'compromised', now })));
  const isForAll = lasts(person, now) && devices.length > 0;
  const known = [...devices, ...ended.map((one) => one.device)];
  const chosen = known.includes(device) ? device : isForAll ? '' : known[0];
  const record = chosen === undefined || chosen === '' ? null : view.device(chosen);
  // Declared before, and nothing was certified meanwhile: what can still be said is that it was gone sooner.
  const declaredAt = record !== null && !isDeclarable(view, record, { reason: 'compromised', now }) ? record.exposedAt : null;
  const gone = since === '' ? undefined : typedDate(since, 'gone-since');
  const isLate = declaredAt !== null && gone !== undefined && gone >= declaredAt;
  const planFor = (why: Exposure): ExposurePlan => (chosen === undefined || chosen === '' ? planPersonExposed(view, code, withHoldings, why) : planDeviceExposed(view, chosen, why));
  const plan = declared ?? (isRegistrarToo || chosen === undefined ? null : planFor({ reason: 'compromised', now, since: declaredAt === null ? undefined : earliestSince(now) }));
  const planAs = (reason: ExposedReason): ExposurePlan => planFor({ reason, now: session.now(), since: gone });
  const choices = {
    ...(isForAll && { '': words.acts.allDevices }), ...Object.fromEntries(devices.map((one) => [one, one])),
    ...Object.fromEntries(ended.map((one) => [one.device, one.exposedAt === null ? fill(words.acts.endedDevice, { device: one.device, date: dateText(one.endedAt!) })
      : fill(words.acts.declaredDevice, { device: one.device, date: dateText(one.exposedAt), reason: words.directory.reason[one.endReason ?? 'compromised'] })])),
  };
  return (
    <section aria-label={words.acts.exposure} className="folk-acts">
      {plan !== null && (
        <Declare ask={words.acts.exposePerson} title={fill(words.acts.exposePersonTitle, { name: person.name })} what={stopsOf(plan, { withHoldings: withHoldings && chosen === '', isAgain: declaredAt !== null }, directory, words)} meant={[...plan.devices, ...plan.seals, ...plan.offices, since]} isLacking={declaredAt !== null && (gone === undefined || isLate)}
          act={async (reason) => {
            const made = planAs(reason);
            setDeclared(made);
            say(saidOfExposing(await declareExposed(session, made, reason), made, session.view, words));
            choose('');
            setSince('');
          }}>
          <Choice label={words.acts.exposedWhich} value={chosen ?? ''} choices={choices} onChange={choose} />
          {chosen === '' && <Tick label={words.acts.exposeHoldings} value={withHoldings} onChange={setWithHoldings} />}
          <Moment label={declaredAt === null ? words.acts.goneSince : words.acts.goneSooner} value={since} onChange={setSince} fault={isLate ? fill(words.acts.goneSinceLate, { date: dateText(declaredAt) }) : null} />
          <p className="hint">{declaredAt === null ? words.acts.goneSinceWhat : fill(words.acts.goneSoonerWhat, { date: dateText(declaredAt) })}</p>
          <LastKeysCaution plans={plan.plans} />
        </Declare>
      )}
      <Said lines={said} />
    </section>
  );
}

function stopsOf({ devices, seals, offices }: ExposurePlan, { withHoldings, isAgain }: { readonly withHoldings: boolean; readonly isAgain: boolean }, { view }: Directory, words: Words): string[] {
  const names = (codes: readonly string[]): string => codes.map((one) => view.office(one)?.name ?? one).join(', ');
  return [
    fill(isAgain ? words.acts.stopsSooner : words.acts.stopsDevices, { devices: devices.join(', ') }),
    ...seals.map((position) => fill(words.acts.stopsSeal, { position: view.position(position)?.title ?? position })),
    ...(withHoldings ? [words.acts.stopsHoldings] : []),
    ...(offices.length === 0 ? [] : [fill(words.acts.stopsKeys, { offices: names(offices) })]),
    words.acts.stopsNothingRead,
  ];
}

/** What ended keys open, of an office whose registers this person reads: what came to it, and what it sent to others. */
export function Affected(props: PaneProps) {
  const { session } = useEntered();
  const { directory: { view }, code } = props;
  // Asked anew with each key that is ended.
  return session.may('read a register', code) ? <AffectedList key={exposedKeys(view, code).length} {...props} /> : null;
}

function AffectedList({ directory: { view }, code }: PaneProps) {
  const words = useWords();
  const { session } = useEntered();
  const place = useRegisters();
  const { value, fault } = useLoaded(useCallback(() => affectedBy(session, code), [session, code]));
  const subjects = useLoaded(useCallback(() => subjectsOf(session, place, code, value ?? []), [session, place, code, value])).value;
  if (fault === null && (value === null || value.length === 0)) return null;
  return (
    <section aria-labelledby="folk-affected">
      <h3 id="folk-affected">{words.acts.affected}</h3>
      <p className="soft">{words.acts.affectedWhat}</p>
      <Fault error={fault} />
      <ul className="folk-ways">
        {(value ?? []).map((one) => (
          <li key={`${one.direction} ${one.dispatch}`}>
            <Link className="folk-link" href={`/dispatch/${one.dispatch}`}>{fill(words.acts.affectedOne[one.direction], { ...(one.number === null ? {} : { number: String(one.number.number) }), office: officeLabel(session, officeTold(view, one.from)) })}</Link>
            <span className="folk-span">{dateText(one.time)}</span>
            {subjects?.get(one.dispatch) !== undefined && <span>{subjects.get(one.dispatch)}</span>}
            <span className="soft">{keysText(one, view, words)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** As this device reads them in the registers; none of what was not opened yet. */
async function subjectsOf(session: Session, place: RegisterPlace, office: string, affected: readonly AffectedDispatch[]): Promise<ReadonlyMap<string, string>> {
  for (const direction of new Set(affected.map((one) => one.direction))) await followRegister(session, place, office, direction, { isWhole: false });
  const rows = await Promise.all(affected.map(({ direction, dispatch }) => place.row(office, direction, dispatch)));
  return new Map(rows.flatMap((row) => (row === null || row.content === null ? [] : [[row.dispatch, row.content.subject] as const])));
}

function keysText({ keys, elsewhere }: AffectedDispatch, view: Directory['view'], words: Words): string {
  return [keysSaid(keys, words), ...elsewhere.map(({ office, keys: theirs }) => `${view.office(office)?.name ?? office}: ${keysSaid(theirs, words)}`)].filter((part) => part !== '').join('; ');
}

/** The names that commands take, in the office's words. */
function keysSaid(names: readonly string[], words: Words): string {
  return names.map((name) => {
    const [purpose, number] = name.split('-');
    return fill(purpose === 'storage' ? words.acts.keyNamed.storage : words.acts.keyNamed.transport, { number: number! });
  }).join(', ');
}

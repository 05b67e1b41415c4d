/** What an office does with a dispatch: hands it over, acts, answers; seals again for whoever cannot open it. */
import { useState } from 'react';
import { DialogTrigger, Link } from 'react-aria-components';
import { tellOrigin } from '#client/dispatch/incoming.ts';
import type { Session } from '#client/session.ts';
import { utf8 } from '#core/bytes.ts';
import { LIMITS } from '#wire/limits.ts';
import { resealDispatch } from '#client/office-keys/resealing.ts';
import { officeLabel } from '#model/peer-names.ts';
import { mayAct } from '#model/rights.ts';
import { inStead, standInOf, withoutStandIn } from '#model/stand-ins.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { type Findable, Text, TypedOrFound } from '../kit/field.tsx';
import { Frame } from '../kit/frame.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import type { ShownDispatch } from './shown-dispatch.ts';

interface ActsProps {
  readonly shown: ShownDispatch;
  readonly reload: () => void;
}

/** Of a receipt's note, in bytes of UTF-8. Source: docs/protocol/receipts.md. */
const NOTE_BYTES_MAX = 1_024;

export function IncomingActs({ shown: { dispatch, row, read }, reload }: ActsProps) {
  const { session, office } = useEntered();
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const tell = (kind: 'handed-over' | 'acted') => (note: string, given: string): void => run(async () => {
    await tellOrigin(session, kind, dispatch, office, note || undefined, given || undefined);
    reload();
  });
  const isActed = row?.state === 'acted';
  const mayHandOver = session.may('say handed over', office) && !isActed;
  const isHandedOver = row?.state === 'handed-over';
  const inPlaceOf = read === null ? [] : inStead(read.core, read.reader).of.map((ref) => officeLabel(session, ref));
  return (
    <>
      {inPlaceOf.length > 0 && <p className="soft">{fill(words.dispatch.inStead, { offices: inPlaceOf.join(', ') })}</p>}
      <Fault error={fault} />
      <div className="acts">
        {mayHandOver && <Telling isNext={!isHandedOver} ask={words.dispatch.handOver} what={words.dispatch.handOverWhat} isBusy={isBusy} people={peopleOf(session, office, words.dispatch.readsNothing)} onTell={tell('handed-over')} />}
        {session.may('say acted', office) && !isActed && <Telling isNext={isHandedOver || !mayHandOver} ask={words.dispatch.act} what={words.dispatch.actWhat} isBusy={isBusy} onTell={tell('acted')} />}
        {session.may('save a draft', office) && <Link className="button" href={`/compose?reply=${dispatch}`}>{words.dispatch.reply}</Link>}
        {row !== null && <span className="done-state" role="status">{words.register.state[row.state as keyof typeof words.register.state]}</span>}
      </div>
    </>
  );
}

/** Who holds a position of the office now, each with their titles there. @param readsNothing said of whom the station gives nothing that came */
function peopleOf(session: Session, office: string, readsNothing: string): Findable[] {
  const { view } = session;
  const at = session.now();
  return view.persons().flatMap(({ person, name }) => {
    const held = view.held(person, at).filter((one) => one.office === office);
    return held.length === 0 ? [] : [{
      id: person, name, under: held.map(({ title }) => title).join(', '), ...(!mayAct({ view, person, at }, 'read what came', office) && { aside: readsNothing }),
    }];
  }).toSorted((one, other) => one.name.localeCompare(other.name, 'vi'));
}

export function OutgoingActs({ shown: { dispatch, trace, read }, reload }: ActsProps) {
  const { session, office } = useEntered();
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const waiting = trace.life.offices.filter(({ state }) => state === 'unreadable').map((one) => officeLabel(session, one.office));
  const maySeal = session.may('seal again', office);
  return (
    <>
      {read !== null && <StandIns read={read} />}
      <Fault error={fault} />
      {waiting.length > 0 && (
        <div className="caution"><p>{fill(words.dispatch.cannotOpen, { offices: waiting.join(', ') })}</p>
          {maySeal && <Button variant="primary" isDisabled={isBusy} onPress={() => run(async () => { await resealDispatch(session, office, dispatch); reload(); })}>{words.dispatch.reseal}</Button>}</div>
      )}
    </>
  );
}

function StandIns({ read: { core } }: { readonly read: NonNullable<ShownDispatch['read']> }) {
  const { session } = useEntered();
  const words = useWords();
  const stood = core.to.flatMap(({ office }) => {
    const by = standInOf(core, office);
    return by === null ? [] : [fill(words.dispatch.standIn, { office: officeLabel(session, office), alternate: officeLabel(session, by) })];
  });
  const without = withoutStandIn(session, core).map(({ office, alternate }) => fill(words.dispatch.withoutStandIn, { office: officeLabel(session, office), alternate: officeLabel(session, alternate) }));
  const lines = [...stood, ...without];
  return lines.length === 0 ? null : <ul className="soft">{lines.map((line) => <li key={line}>{line}</li>)}</ul>;
}

interface TellingProps {
  /** Of what may be done, the one that comes next stands out. */
  readonly isNext: boolean;
  readonly ask: string;
  readonly what: string;
  readonly isBusy: boolean;
  /** Who may have been given it, whom the note begins with; absent where nobody was. */
  readonly people?: readonly Findable[];
  readonly onTell: (note: string, given: string) => void;
}

/** A receipt with a note for whoever wrote. */
function Telling({ isNext, ask, what, isBusy, people, onTell }: TellingProps) {
  const words = useWords();
  const [whom, setWhom] = useState('');
  const [typed, setTyped] = useState('');
  const given = whom.trim().normalize('NFC');
  const note = (given === '' ? typed.trim() : fill(words.dispatch.givenToNote, { whom: given, ...(typed.trim() !== '' && { note: typed.trim() }) })).normalize('NFC');
  const isNameLong = utf8(given).length > LIMITS.nameBytes;
  const isLong = utf8(note).length > NOTE_BYTES_MAX;
  return (
    <DialogTrigger>
      <Button {...(isNext && { variant: 'primary' })} isDisabled={isBusy}>{ask}</Button>
      <Frame title={ask}>
        {(close) => (
          <>
            <p>{what}</p>
            {people !== undefined && <TypedOrFound label={words.dispatch.givenTo} items={people} value={whom} onChange={setWhom} all={words.dispatch.givenToAll} hint={words.dispatch.givenToHint} fault={isNameLong ? words.dispatch.givenToLong : null} />}
            <Text label={words.dispatch.note} value={typed} onChange={setTyped} lines={3} hint={words.dispatch.noteHint} fault={isLong ? words.dispatch.noteLong : null} />
            <div className="acts"><Button onPress={close}>{words.back}</Button><Button variant="primary" isDisabled={isLong || isNameLong} onPress={() => { close(); onTell(note, given); }}>{ask}</Button></div>
          </>
        )}
      </Frame>
    </DialogTrigger>
  );
}

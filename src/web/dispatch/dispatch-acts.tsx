/** What an office does with a dispatch: hands it over, acts, answers; seals again for whoever cannot open it. */
import { useState } from 'react';
import { DialogTrigger, Link } from 'react-aria-components';
import { tellOrigin } from '#client/dispatch/incoming.ts';
import { resealDispatch } from '#client/office-keys/resealing.ts';
import { officeLabel } from '#model/peer-names.ts';
import { inStead, standInOf, withoutStandIn } from '#model/stand-ins.ts';
import { useEntered } from '../device/entered.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { Frame } from '../kit/frame.tsx';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
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
  const tell = (kind: 'handed-over' | 'acted') => (note: string): void => run(async () => {
    await tellOrigin(session, kind, dispatch, office, note === '' ? undefined : note);
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
        {mayHandOver && <Telling isNext={!isHandedOver} ask={words.dispatch.handOver} what={words.dispatch.handOverWhat} isBusy={isBusy} isGiven onTell={tell('handed-over')} />}
        {session.may('say acted', office) && !isActed && <Telling isNext={isHandedOver || !mayHandOver} ask={words.dispatch.act} what={words.dispatch.actWhat} isBusy={isBusy} onTell={tell('acted')} />}
        {session.may('save a draft', office) && <Link className="button" href={`/compose?reply=${dispatch}`}>{words.dispatch.reply}</Link>}
        {row !== null && <span className="done-state" role="status">{words.register.state[row.state as keyof typeof words.register.state]}</span>}
      </div>
    </>
  );
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
  /** Whether somebody was given it, whom the note begins with. */
  readonly isGiven?: boolean;
  readonly onTell: (note: string) => void;
}

/** A receipt with a note for whoever wrote. */
function Telling({ isNext, ask, what, isBusy, isGiven = false, onTell }: TellingProps) {
  const words = useWords();
  const [whom, setWhom] = useState('');
  const [typed, setTyped] = useState('');
  const note = whom.trim() === '' ? typed.trim() : fill(words.dispatch.givenToNote, { whom: whom.trim(), ...(typed.trim() !== '' && { note: typed.trim() }) });
  const isLong = new TextEncoder().encode(note).length > NOTE_BYTES_MAX;
  return (
    <DialogTrigger>
      <Button {...(isNext && { variant: 'primary' })} isDisabled={isBusy}>{ask}</Button>
      <Frame title={ask}>
        {(close) => (
          <>
            <p>{what}</p>
            {isGiven && <Text label={words.dispatch.givenTo} value={whom} onChange={setWhom} maxLength={NAME_CHARACTERS_MAX} hint={words.dispatch.givenToHint} />}
            <Text label={words.dispatch.note} value={typed} onChange={setTyped} lines={3} fault={isLong ? words.dispatch.noteLong : null} />
            <div className="acts"><Button onPress={close}>{words.back}</Button><Button variant="primary" isDisabled={isLong} onPress={() => { close(); onTell(note.normalize('NFC')); }}>{ask}</Button></div>
          </>
        )}
      </Frame>
    </DialogTrigger>
  );
}

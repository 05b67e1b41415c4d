/** Writing: marks, text and files, sealed for the office on this device before the station sees anything. */
import { useCallback, useEffect, useState } from 'react';
import type { Composition } from '#client/dispatch/compose.ts';
import { type HeldDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { rewriteDraft } from '#client/dispatch/rewriting.ts';
import type { Session } from '#client/session.ts';
import type { Classification, Precedence } from '#wire/names.ts';
import { LIMITS } from '#wire/limits.ts';
import { FlashNote, useGivable } from '../compose/flash-note.tsx';
import { GivenBack } from '../compose/given-back.tsx';
import { useTyped } from '../device/use-typed.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Choice, Text } from '../kit/field.tsx';
import { FilesField } from '../kit/files-field.tsx';
import { pickedFile } from '../kit/picked-file.ts';
import { useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import { Opening, type Place, useDevice } from './place.tsx';
import type { PracticePersonSeen } from './practice-api.ts';
import { useFollowedReturn } from './use-followed.ts';

export function DraftCard({ to, ...place }: Place & { readonly to: PracticePersonSeen }) {
  const { person, control: { journey, go } } = place;
  const words = useWords();
  const { session, fault } = useDevice(place);
  const { isBusy, fault: saveFault, run } = useWork();
  const [subject, setSubject] = useState<string>(words.draft.sampleSubject);
  const [text, setText] = useState<string>(words.draft.sampleText);
  const [classification, setClassification] = useState<Classification>('confidential');
  const [precedence, setPrecedence] = useState<Precedence>('immediate');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isAsked, setAsked] = useState(false);
  const restore = useCallback((kept: string) => {
    const [keptSubject, keptText] = JSON.parse(kept) as [string, string];
    setSubject(keptSubject);
    setText(keptText);
  }, []);
  useFollowedReturn(place, session);
  const { returned } = journey;
  const [taken, setTaken] = useState<string | null>(null);
  const takeUp = useCallback(({ id, open: { core } }: HeldDraft): void => {
    setTaken(id);
    setSubject(core.subject);
    setText(core.text);
    setClassification(core.classification);
    setPrecedence((before) => core.to[0]?.precedence ?? before);
  }, []);
  // Where somebody has typed something else, they say themselves when it is to go.
  const isUntouched = subject === words.draft.sampleSubject && text === words.draft.sampleText;
  useEffect(() => { if (returned !== null && taken !== returned.id && isUntouched) takeUp(returned); }, [returned, taken, isUntouched, takeUp]);
  const forget = useTyped(journey.draft === null ? session : null, `practice ${person.office}`, JSON.stringify([subject, text]), restore);
  if (journey.draft !== null) return <p className="said" role="status">{words.draft.saved}</p>;
  if (session === null) return <Opening person={person} fault={fault} />;
  const save = (): void => {
    setAsked(true);
    if (subject.trim() === '') return;
    run(async () => {
      const composition: Composition = {
        office: person.office, subject: subject.normalize('NFC').trim(), text: text.normalize('NFC'), classification, exercise: true, documentType: words.compose.documentTypes.usual,
        recipients: [{ to: { office: to.office }, role: 'action', precedence }], attachments: files.map((file) => ({ file: pickedFile(file) })),
      };
      const { id } = await (returned === null ? writeDraft(session, composition) : rewriteDraft(session, returned.id, composition));
      await forget();
      go({ draft: id, returned: null });
    });
  };
  return (
    <>
      <h2>{words.draft.title}</h2>
      {returned !== null && (
        <>
          <GivenBack open={returned.open} view={session.view} />
          {returned.open.core.parts.length > 0 && <p className="soft">{words.draft.filesAgain}</p>}
          {taken !== returned.id && <Button onPress={() => takeUp(returned)}>{words.draft.takeUp}</Button>}
        </>
      )}
      <dl className="facts"><dt>{words.draft.from}</dt><dd>{person.officeName}</dd><dt>{words.draft.to}</dt><dd>{to.officeName} <span className="soft">({words.mark.role.action})</span></dd></dl>
      <div className="pair">
        <Choice label={words.draft.classification} value={classification} choices={words.mark.classification} onChange={setClassification} />
        <PrecedenceChoice session={session} office={person.office} value={precedence} onChange={setPrecedence} />
      </div>
      <FlashNote session={session} office={person.office} chosen={[precedence]} />
      <Text label={words.draft.subject} value={subject} onChange={setSubject} maxLength={LIMITS.subjectBytes} fault={isAsked && subject.trim() === '' ? words.draft.needsSubject : null} />
      <Text label={words.draft.text} value={text} onChange={setText} lines={6} />
      <FilesField files={files} onChange={setFiles} />
      <Fault error={saveFault} />
      <Button variant="primary" isDisabled={isBusy} onPress={save}>{isBusy ? words.draft.saving : words.draft.save}</Button>
    </>
  );
}

interface PrecedenceProps {
  readonly session: Session;
  readonly office: string;
  readonly value: Precedence;
  readonly onChange: (value: Precedence) => void;
}

/** As where any dispatch is written: what nobody of the office may send is no choice. */
function PrecedenceChoice({ session, office, value, onChange }: PrecedenceProps) {
  const words = useWords();
  return <Choice label={words.draft.precedence} value={value} choices={useGivable(session, office)} onChange={onChange} />;
}

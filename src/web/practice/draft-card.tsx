/** Writing: marks, text and files, sealed for the office on this device before the station sees anything. */
import { useCallback, useState } from 'react';
import { writeDraft } from '#client/outgoing.ts';
import type { Classification, Precedence } from '#wire/names.ts';
import { LIMITS } from '#wire/limits.ts';
import { FlashNote } from '../compose/flash-note.tsx';
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
  const forget = useTyped(journey.draft === null ? session : null, `practice ${person.office}`, JSON.stringify([subject, text]), restore);
  if (journey.draft !== null) return <p className="said" role="status">{words.draft.saved}</p>;
  if (session === null) return <Opening person={person} fault={fault} />;
  const save = (): void => {
    setAsked(true);
    if (subject.trim() === '') return;
    run(async () => {
      const { id } = await writeDraft(session, {
        office: person.office, subject: subject.normalize('NFC').trim(), text: text.normalize('NFC'), classification, exercise: true, documentType: 'Công điện',
        recipients: [{ to: { office: to.office }, role: 'action', precedence }], attachments: files.map((file) => ({ file: pickedFile(file) })),
      });
      await forget();
      go({ draft: id });
    });
  };
  return (
    <>
      <h2>{words.draft.title}</h2>
      <dl className="facts"><dt>{words.draft.from}</dt><dd>{person.officeName}</dd><dt>{words.draft.to}</dt><dd>{to.officeName} <span className="soft">({words.mark.role.action})</span></dd></dl>
      <div className="pair">
        <Choice label={words.draft.classification} value={classification} choices={words.mark.classification} onChange={setClassification} />
        <Choice label={words.draft.precedence} value={precedence} choices={words.mark.precedence} onChange={setPrecedence} />
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

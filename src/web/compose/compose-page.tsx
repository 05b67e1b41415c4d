/** Writing: whom to, with which marks, what; sealed for the office on this device before the station sees anything. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ReadDispatch, readDispatch } from '#client/dispatch/incoming.ts';
import { FOLLOW_UP_WORDS, followUp } from '#client/dispatch/follow-up.ts';
import { type HeldDraft, readDraft } from '#client/dispatch/outgoing.ts';
import { answerSubject, replyTo } from '#client/dispatch/reply.ts';
import { compositionOf } from '#client/dispatch/rewriting.ts';
import { hex } from '#core/bytes.ts';
import { RELATION_WORDS } from '#core/relation-words.ts';
import { whoMay } from '#model/rights.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Relation } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { useTyped } from '../device/use-typed.ts';
import { useTypedFiles } from '../device/use-typed-files.ts';
import { readReferred, ReferredCard } from '../dispatch/referred.tsx';
import { useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { Awaiting, Fault } from '../kit/fault.tsx';
import { Choice, Text, Tick } from '../kit/field.tsx';
import { FilesField } from '../kit/files-field.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { ClassificationMark, PrecedenceMark } from '../kit/marks.tsx';
import { Moment } from '../kit/moment-field.tsx';
import { UndoLine, useUndo } from '../kit/undo.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { useRegisters } from '../register/books.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { Addressees } from './addressees.tsx';
import { type CarriedFiles, carriedFiles } from './carried-files.ts';
import { FlashNote, useGivable } from './flash-note.tsx';
import { GivenBack } from './given-back.tsx';
import { DATE_FIELDS, EMPTY, highest, isPast, keptOrder, nameable, type Order, orderOf, sheetOf, withPrecedence } from './order.ts';
import { SealingState, useSealing } from './sealing.tsx';

interface Begun extends CarriedFiles {
  readonly order: Order;
  /** The draft that is changed, as it was read. */
  readonly held?: HeldDraft;
  /** What is answered or spoken of; null where it cannot be read. */
  readonly about: ReadDispatch | null;
}

export function ComposePage() {
  const { session, office } = useEntered();
  return session.may('save a draft', office) ? <Writing /> : <MayNotWrite />;
}

function MayNotWrite() {
  const { session, office } = useEntered();
  const words = useWords();
  const names = whoMay(session.view, 'save a draft', office, session.now()).map(({ name }) => name).join(', ');
  return (
    <div className="room">
      <h1>{words.compose.title}</h1>
      <div className="empty-room"><p>{fill(words.compose.mayNot, { office: session.view.office(office)?.name ?? office })} {names === '' ? words.drafts.nobodyMay : fill(words.drafts.whoMay, { names })}</p></div>
    </div>
  );
}

/** `/compose`, `/compose/DRAFT` to change one, `/compose?reply=DISPATCH` to answer, `/compose?about=DISPATCH&as=cancels` for a service message. */
function Writing() {
  const { session, office, own } = useEntered();
  const place = useRegisters();
  const { path, search } = useSpot();
  const words = useWords();
  const [, , draft = ''] = path.split('/');
  const as = relationOf(search.get('as'));
  const reply = search.get(as === null ? 'reply' : 'about') ?? '';
  // What it is called in the language of whoever begins it; they may write another.
  const [{ usual, answer }] = useState(words.compose.documentTypes);
  const begin = useCallback(async (signal: AbortSignal): Promise<Begun> => {
    if (draft !== '') {
      const held = await readDraft(session, draft);
      const { core, core: { reference } } = held.open;
      const about = reference === undefined ? null : await readReferred(session, place, office, hex(reference), signal);
      return { order: orderOf(session, compositionOf(session, core)), ...await carriedFiles(session, held, signal), held, about };
    }
    if (reply === '') return { order: { ...EMPTY, documentType: usual, exercise: own === null }, files: [], left: [], about: null };
    const read = await readDispatch(session, reply, office, signal);
    if (as !== null) return { order: orderOf(session, followUp(session, read, as, {})), files: [], left: [], about: read };
    return { order: orderOf(session, replyTo(read, { documentType: answer, subject: answerSubject(read), text: '', attachments: [] })), files: [], left: [], about: read };
  }, [session, place, office, own, draft, reply, as, usual, answer]);
  const { value, fault } = useLoaded(begin);
  if (value === null) return <div className="room"><h1>{words.compose.title}</h1><Awaiting fault={fault} /></div>;
  return <Sheet key={`${office} ${draft} ${reply} ${as}`} begun={value} draft={draft === '' ? null : draft} reply={reply === '' ? null : reply} />;
}

function relationOf(typed: string | null): Relation | null {
  return typed !== null && typed in FOLLOW_UP_WORDS ? (typed as Relation) : null;
}

/** Where whoever opens the sheet begins to write; nowhere by itself on a phone, whose keyboard would cover it. */
function firstToFill({ lines, subject }: Order): 'to' | 'subject' | 'text' | null {
  if (matchMedia('(hover: none)').matches) return null;
  return lines.length === 0 ? 'to' : subject === '' ? 'subject' : 'text';
}

interface SheetProps {
  readonly begun: Begun;
  /** The draft that is changed. */
  readonly draft: string | null;
  /** The dispatch that is answered. */
  readonly reply: string | null;
}

function Sheet({ begun, draft, reply }: SheetProps) {
  const { session, office } = useEntered();
  const { clock } = useOutside();
  const [words, locale] = [useWords(), useLocale()];
  const [order, setOrder] = useState(begun.order);
  const [files, setFiles] = useState(begun.files);
  const [isAsked, setAsked] = useState(false);
  const { form, look } = useFirstFault<HTMLDivElement>();
  const [first] = useState(() => firstToFill(begun.order));
  const restore = useCallback((kept: string) => setOrder((before) => keptOrder(kept) ?? before), []);
  const sheet = { what: sheetOf(office, draft ?? reply, order.relation), text: JSON.stringify(order) };
  const leaving = useRef<ReturnType<typeof useSealing>['leaving'] | null>(null);
  // Before what keeps the sheet ends.
  useEffect(() => () => {
    if (leaving.current?.current.isKept === true) void leaving.current.current.forget();
  }, []);
  const forgetText = useTyped(session, sheet.what, sheet.text, restore);
  const { left, forget: forgetFiles } = useTypedFiles(session, sheet.what, files, setFiles);
  const forget = useCallback(async () => void await Promise.all([forgetText(), forgetFiles()]), [forgetText, forgetFiles]);
  const known = useMemo(() => nameable(session, office, session.now()), [session, office, session.view.point.size]);
  const givable = useGivable(session, office);
  const precedences = order.lines.length === 0 ? [order.precedence] : order.lines.map(({ precedence }) => precedence);
  const set = (part: Partial<Order>): void => setOrder((before) => ({ ...before, ...part }));
  const undoing = useUndo();
  const setLines = (lines: Order['lines']): void => {
    const gone = order.lines.find((line) => !lines.some(({ name }) => name === line.name));
    if (gone !== undefined) undoing.did(fill(words.compose.removed, { name: known.find(({ name }) => name === gone.name)?.label ?? gone.name }), () => set({ lines: order.lines }));
    set({ lines });
  };
  const changeFiles = (next: readonly File[]): void => {
    const gone = files.find((file) => !next.includes(file));
    if (gone !== undefined) undoing.did(fill(words.compose.removed, { name: gone.name }), () => setFiles(files));
    setFiles(next);
  };
  const sealing = useSealing({ replaces: draft, sheet, forget });
  leaving.current = sealing.leaving;
  const save = (): void => {
    setAsked(true);
    look();
    const hasPassed = DATE_FIELDS.some((field) => isPast(order, field, clock.now()));
    if (order.subject.trim() !== '' && order.lines.length > 0 && !hasPassed) sealing.seal(order, files);
  };
  return (
    <div ref={form} className="room compose" data-secrecy={order.classification}>
      <div className="sheet-marks compose-marks" aria-live="polite">
        {order.exercise && <span className="stamp">{words.exercise}</span>}
        <ClassificationMark value={order.classification} />
        <PrecedenceMark value={highest(precedences)} />
      </div>
      <h1>{order.relation !== null ? RELATION_WORDS[locale][order.relation].name : reply !== null ? words.compose.replyTitle : draft === null ? words.compose.title : words.compose.changeTitle}</h1>
      {begun.about !== null && <ReferredCard read={begun.about} isAnswer={order.relation === null} />}
      {begun.held !== undefined && <GivenBack open={begun.held.open} view={session.view} />}
      {begun.left.length > 0 && <p className="caution">{fill(words.compose.filesLeft, { names: begun.left.join(', ') })}</p>}
      <div className="compose-grid">
        <div className="compose-main">
          <Addressees lines={order.lines} precedence={order.precedence} givable={givable} known={known} isFocused={first === 'to'} onChange={setLines} fault={isAsked && order.lines.length === 0 ? words.compose.needsTo : null} />
          <Text label={words.draft.subject} value={order.subject} isFocused={first === 'subject'} onChange={(subject) => set({ subject })} maxLength={LIMITS.subjectBytes} fault={isAsked && order.subject.trim() === '' ? words.draft.needsSubject : null} />
          <Text label={words.draft.text} value={order.text} isFocused={first === 'text'} onChange={(text) => set({ text })} lines={12} />
          <FilesField files={files} onChange={changeFiles} />
          {left.length > 0 && <p className="caution" role="status">{fill(words.compose.filesNotKept, { names: left.map(({ name }) => name).join(', ') })}</p>}
          <UndoLine {...undoing} />
        </div>
        <aside className="compose-side" aria-label={words.compose.marks}>
          <Choice label={words.draft.classification} value={order.classification} choices={words.mark.classification} onChange={(classification) => set({ classification })} />
          <Choice label={words.compose.precedence} value={highest(precedences)} choices={givable} onChange={(precedence) => setOrder((before) => withPrecedence(before, precedence))} />
          {precedences.some((one) => one !== precedences[0]) && <p className="soft">{words.compose.precedenceMixed}</p>}
          <FlashNote session={session} office={office} chosen={precedences} />
          <Text label={words.compose.documentType} value={order.documentType} onChange={(documentType) => set({ documentType })} />
          {DATE_FIELDS.map((field) => <Moment key={field} label={words.compose.date[field]} value={order[field]} onChange={(typed) => set({ [field]: typed })} fault={isPast(order, field, clock.now()) ? words.day.past : null} />)}
          <Tick label={words.compose.exercise} value={order.exercise} onChange={(exercise) => set({ exercise })} />
        </aside>
      </div>
      {sealing.unfinished !== null && !sealing.unfinished.isRunning && <p className="caution">{words.compose.underWay}</p>}
      <SealingState progress={sealing.progress} />
      <Fault error={sealing.fault} />
      <div className="acts">
        <Button variant="primary" isDisabled={sealing.isBusy} onPress={save}>{sealing.isBusy ? words.draft.saving : words.draft.save}</Button>
        {sealing.isBusy && <Button onPress={sealing.stop}>{words.compose.stop}</Button>}
        <span className="soft">{words.compose.kept}</span>
      </div>
    </div>
  );
}

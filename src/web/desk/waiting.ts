/** What waits for a person in an office, out of drafts and registers: which step is theirs, and what is late. */
import type { ListedDraft } from '#client/dispatch/outgoing.ts';
import { dueOf } from '#client/registers/register-entry.ts';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { successorOf } from '#client/dispatch/rewriting.ts';
import { HANDLING_TARGETS_MS } from '#model/life.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { mayAct } from '#model/rights.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';

/** The next step of a draft. */
export type DraftStep = 'approve' | 'sign' | 'send' | 'change';

export interface WaitingDraft {
  readonly draft: ListedDraft;
  readonly step: DraftStep;
  /** Whether this person may take that step. */
  readonly isMine: boolean;
}

export interface Worker {
  readonly view: Pick<DirectoryView, 'may'>;
  readonly person: string;
  readonly office: string;
  readonly now: number;
}

export const STEP_OF: Readonly<Record<string, DraftStep | undefined>> = { saved: 'approve', approved: 'sign', signed: 'send', returned: 'change' };
/** Who may take it: the author of a draft takes neither of two. */
export const ACT_OF = { approve: 'approve a draft', sign: 'sign a draft', send: 'send', change: 'save a draft' } as const;

/** Drafts that are still to be sent, those that wait for this person first, then the oldest first. */
export function waitingDrafts(listed: readonly ListedDraft[], { view, person, office, now }: Worker): WaitingDraft[] {
  return listed.flatMap((draft): WaitingDraft[] => {
    const step = STEP_OF[draft.record.step];
    // Where a changed one was written, and the answer that the old one went was lost.
    if (step === undefined || successorOf(listed, draft.record.draft) !== null) return [];
    const mayStep = mayAct({ view, person, at: now }, ACT_OF[step], office);
    // Whoever wrote it neither approves nor signs, and changes what was given back; anybody with the right sends.
    const isMine = mayStep && draft.open !== null && (step === 'send' || (draft.open.core.author === person) === (step === 'change'));
    return [{ draft, step, isMine }];
  }).toSorted((a, b) => Number(b.isMine) - Number(a.isMine) || a.draft.record.changed - b.draft.record.changed);
}

/** What nobody opened in the time that its precedence allows; what was to be answered or to have arrived by now. */
export function isLate(row: RegisterRow, now: number): boolean {
  const { direction, state, precedence, time } = row;
  const due = dueOf(row);
  return (due !== null && due < now) || (direction === 'in' && state === 'arrived' && now - time > HANDLING_TARGETS_MS[precedence]);
}

/** Late ones first, then the most urgent, then what nobody has opened, then by the date of the answer, then the oldest. */
export function byUrgency(rows: readonly RegisterRow[], now: number): RegisterRow[] {
  const isNew = ({ direction, state }: RegisterRow): number => Number(direction === 'in' && state === 'arrived');
  const answerOf = ({ replyBy }: RegisterRow): number => replyBy ?? Number.MAX_SAFE_INTEGER;
  return rows.toSorted((a, b) =>
    Number(isLate(b, now)) - Number(isLate(a, now)) || PRECEDENCE_RANK[b.precedence] - PRECEDENCE_RANK[a.precedence]
    || isNew(b) - isNew(a) || answerOf(a) - answerOf(b) || a.time - b.time);
}

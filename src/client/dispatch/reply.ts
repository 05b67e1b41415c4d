/** An answer to what arrived: it goes back where that came from and names it, so that the writer's trace shows it. */
import { sameOffice } from '#model/envelope-head.ts';
import type { Classification } from '#wire/names.ts';
import type { Composition } from './compose.ts';
import type { ReadDispatch } from './incoming.ts';

export type Answer = Pick<Composition, 'documentType' | 'subject' | 'text' | 'attachments'> &
  Partial<Pick<Composition, 'classification' | 'expires' | 'deliverBy' | 'replyBy'>> & {
    readonly precedence?: 'routine' | 'priority' | 'immediate' | 'flash';
  };

/**
 * The composition of a reply: to the sender for action, as urgent as the question, never less classified, and exercise
 * traffic where the question was.
 */
export function replyTo({ core, head, office, reader }: ReadDispatch, answer: Answer): Composition {
  const asked = core.to.find((to) => sameOffice(to.office, reader));
  const { precedence = asked?.precedence ?? 'routine', classification = core.classification, ...rest } = answer;
  return {
    ...rest,
    office,
    recipients: [{ to: { office: core.from }, role: 'action', precedence }],
    classification: atLeast(core.classification, classification),
    exercise: core.exercise,
    reference: head.id,
  };
}

/** What an answer is about before its writer says otherwise, in the office's own words whatever language its pages speak. */
export function answerSubject(read: Pick<ReadDispatch, 'core' | 'seal'>): string {
  return aboutSubject('Trả lời', read);
}

export function aboutSubject(word: string, { core: { subject }, seal: { number, symbol } }: Pick<ReadDispatch, 'core' | 'seal'>): string {
  return `${word} điện ${number.number}/${symbol}: ${subject}`;
}

/** What speaks of a dispatch is never less classified than that. */
export function atLeast(least: Classification, asked: Classification): Classification {
  return CLASSES.indexOf(asked) < CLASSES.indexOf(least) ? least : asked;
}

const CLASSES = ['none', 'confidential', 'secret', 'top-secret'] as const;

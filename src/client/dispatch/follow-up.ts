/**
 * What an office says of a dispatch that went or came: corrects, replaces, cancels, recalls or chases its own, or says that
 * one was misrouted to it. It is a dispatch like any other, written, signed and numbered. Source: docs/protocol/core.md §Service messages.
 */
import { Refusal } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import type { Known } from '#model/peer-names.ts';
import { USUAL_TYPE } from '#model/usual.ts';
import type { Relation } from '#wire/names.ts';
import type { Composition } from './compose.ts';
import type { ReadDispatch } from './incoming.ts';
import { aboutSubject, atLeast, replyTo } from './reply.ts';
import { recipientsOf } from './rewriting.ts';

export type FollowUp = Partial<Pick<Composition, 'documentType' | 'subject' | 'text' | 'attachments' | 'recipients' | 'classification' | 'expires' | 'deliverBy' | 'replyBy'>>;

/** Kinds of documents in the office's own words, whatever language its pages speak. */
export const FOLLOW_UP_WORDS: Readonly<Record<Relation, { readonly subject: string; readonly text: string }>> = {
  corrects: { subject: 'Đính chính', text: '' },
  replaces: { subject: 'Thay thế', text: '' },
  cancels: { subject: 'Hủy', text: 'Điện nêu trên nay hủy, không thực hiện.' },
  recalls: { subject: 'Thu hồi', text: 'Đề nghị dừng sử dụng, thu hồi mọi bản của điện nêu trên và báo lại kết quả.' },
  chases: { subject: 'Đôn đốc', text: 'Đề nghị khẩn trương xử lý điện nêu trên và báo lại.' },
  misrouted: { subject: 'Báo chuyển nhầm', text: 'Điện nêu trên không thuộc trách nhiệm của cơ quan này. Đã dừng sử dụng, không lưu giữ bản nào ngoài trạm.' },
};

/**
 * To the same offices as what it speaks of, or back to whoever sent that by mistake. A text that needs no more words is there
 * already; what has to be written is left empty. @throws Refusal `not-entitled` where it is not this office's to say
 */
export function followUp(known: Known, read: ReadDispatch, relation: Relation, { documentType = USUAL_TYPE, ...said }: FollowUp): Composition {
  const { core, head, office } = read;
  const isMine = isOwn(known.view, core.from) && core.from.office === office;
  if (isMine === (relation === 'misrouted')) throw new Refusal('not-entitled', { act: relation });
  const { subject, text } = FOLLOW_UP_WORDS[relation];
  const answer = {
    documentType, subject: said.subject ?? aboutSubject(subject, read), text: said.text ?? text, attachments: said.attachments ?? [],
  };
  if (!isMine) return { ...replyTo(read, { ...said, ...answer }), relation };
  const { exercise } = core;
  const classification = atLeast(core.classification, said.classification ?? core.classification);
  return { ...said, ...answer, classification, office, recipients: said.recipients ?? recipientsOf(known, core), exercise, reference: head.id, relation };
}

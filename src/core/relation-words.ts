/** Service messages in words of both languages, for commands and pages: what one is, and what it makes of the dispatch that it speaks of. */
import type { Locale } from './refusal-sentence.ts';

const vi = {
  corrects: { name: 'Đính chính điện', said: 'Đã được đính chính' },
  replaces: { name: 'Thay thế điện', said: 'Đã được thay thế' },
  cancels: { name: 'Hủy điện', said: 'Đã hủy' },
  recalls: { name: 'Thu hồi điện', said: 'Nơi gửi thu hồi' },
  chases: { name: 'Đôn đốc điện', said: 'Nơi gửi đôn đốc' },
  misrouted: { name: 'Báo chuyển nhầm điện', said: 'Nơi nhận báo chuyển nhầm' },
} as const;

export type RelationWords = { readonly [K in keyof typeof vi]: { readonly name: string; readonly said: string } };

const en: RelationWords = {
  corrects: { name: 'Corrects dispatch', said: 'Corrected' },
  replaces: { name: 'Replaces dispatch', said: 'Replaced' },
  cancels: { name: 'Cancels dispatch', said: 'Cancelled' },
  recalls: { name: 'Recalls dispatch', said: 'Recalled by the sender' },
  chases: { name: 'Chases dispatch', said: 'Chased by the sender' },
  misrouted: { name: 'Reports dispatch as misrouted', said: 'Reported as misrouted by a recipient' },
};

export const RELATION_WORDS: Readonly<Record<Locale, RelationWords>> = { vi, en };

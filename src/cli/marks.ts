/** Độ khẩn, độ mật and rights as people type them: in Vietnamese, with or without diacritics, or as scripts write them. */
import { Refusal } from '#core/refusals.ts';
import type { Right } from '#wire/directory.ts';
import type { Classification, Precedence, Relation } from '#wire/names.ts';
import { nearTo } from './nearest.ts';
import type { OptionName } from './options.ts';
import type { Values } from './values.ts';

/** The machine's word and the Vietnamese one, folded. */
export type Marks<W extends string> = Readonly<Record<W, string>>;

export const PRECEDENCE_MARKS: Marks<Precedence> = { routine: 'thuong', priority: 'khan', immediate: 'thuong-khan', flash: 'hoa-toc' };
export const CLASSIFICATION_MARKS: Marks<Classification> = { none: 'khong-mat', confidential: 'mat', secret: 'toi-mat', 'top-secret': 'tuyet-mat' };
export const RELATION_MARKS: Marks<Relation> = {
  corrects: 'dinh-chinh', replaces: 'thay-the', cancels: 'huy', recalls: 'thu-hoi', chases: 'don-doc', misrouted: 'chuyen-nham',
};
export const RIGHT_MARKS: Marks<Right> = {
  draft: 'soan', approve: 'duyet', sign: 'ky', dispatch: 'gui', receive: 'nhan', 'hand-over': 'giao', keys: 'khoa', flash: 'hoa-toc', automatic: 'tu-dong',
};

/** Why a restored station is opened anew. */
export const REOPENING_MARKS: Marks<'disk-lost' | 'damaged' | 'moved' | 'rolled-back' | 'standby' | 'rehearsal'> = {
  'disk-lost': 'mat-o-dia', damaged: 'hong', moved: 'chuyen-may', 'rolled-back': 'lui-lai', standby: 'du-phong', rehearsal: 'dien-tap',
};
export const EXPOSED_MARKS: Marks<'compromised' | 'lost' | 'stolen'> = { compromised: 'lo', lost: 'mat', stolen: 'lay-cap' };

/** @throws Refusal `option-unknown`, with the words that are allowed */
export function markOf<W extends string>(marks: Marks<W>, typed: string, option: string): W {
  const folded = foldedMark(typed);
  const words = Object.keys(marks) as W[];
  const found = words.find((word) => word === folded || marks[word] === folded);
  if (found !== undefined) return found;
  throw new Refusal('option-unknown', { option, value: typed.slice(0, 40), words: allowedMarks(marks), ...nearTo(folded, [...words, ...Object.values<string>(marks)]) });
}

/** Both words of each, for whoever has to choose: either is taken, whatever language the sentence speaks. */
export function allowedMarks<W extends string>(marks: Marks<W>): string {
  return (Object.keys(marks) as W[]).map((word) => `${marks[word]}/${word}`).join(', ');
}

/** The mark that an option names, or what is meant without it. */
export function markFrom<W extends string>(values: Values, name: OptionName, marks: Marks<W>, otherwise: W): W {
  const typed = values.text(name);
  return typed === null ? otherwise : markOf(marks, typed, `--${name}`);
}

/** `Thượng khẩn` becomes `thuong-khan`. */
export function foldedMark(typed: string): string {
  const bare = typed.trim().normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return bare.replaceAll('đ', 'd').replaceAll(/[\s_-]+/g, '-');
}

/** What a directory entry says before somebody signs it, in words of both languages: the command line and the pages show the same lines. */
import { RIGHTS_EN, RIGHTS_VI } from './reason-words.ts';
import type { Locale } from './refusal-sentence.ts';

const vi = {
  made: 'ghi lúc {time}',
  ends: 'hết hiệu lực từ {time}',
  none: '(không ai)',
  from: 'từ {time}',
  until: 'đến {time}',
  now: 'nay: {what}',
  absent: '(không có)',
  shut: 'đóng cửa, {office} nhận thay',
  terms: 'Mã nội dung',
  field: {
    certificates: 'chứng thư', seal: 'dấu cơ quan', kem: 'khóa niêm phong', publicKey: 'khóa công khai', link: 'chứng thư đường truyền', logKeys: 'khóa danh bạ',
    organisation: 'mã tổ chức', founding: 'mục lập tổ chức', threshold: 'số người đủ để mở', suite: 'bộ mật mã', number: 'số',
  },
  entry: {
    founding: 'lập tổ chức', registrar: 'người giữ danh bạ', term: 'nhiệm kỳ giữ danh bạ', station: 'trạm', link: 'đường nối', office: 'cơ quan',
    position: 'chức vụ', person: 'người', holder: 'giữ chức vụ', device: 'thiết bị', 'office-key': 'khóa cơ quan', list: 'danh sách', end: 'kết thúc',
    escrow: 'người giữ mảnh khóa', delegation: 'ủy quyền', alternate: 'người được ủy quyền', agreement: 'thỏa thuận với tổ chức khác', seal: 'dấu cơ quan',
  },
  reason: { left: 'đã rời', superseded: 'thay thế', compromised: 'khóa lộ', mistake: 'ghi nhầm', lost: 'bị mất', stolen: 'bị lấy cắp' },
  precedence: { routine: 'Thường', priority: 'Khẩn', immediate: 'Thượng khẩn', flash: 'Hỏa tốc' },
  right: RIGHTS_VI,
} as const;

type Same<T> = T extends string ? string : { readonly [K in keyof T]: Same<T[K]> };
export type EntryWords = Same<typeof vi>;

const en: EntryWords = {
  made: 'written {time}',
  ends: 'ends {time}',
  none: '(nobody)',
  from: 'from {time}',
  until: 'until {time}',
  now: 'now: {what}',
  absent: '(nothing)',
  shut: 'shut, {office} receives in its stead',
  terms: 'Mark of the terms',
  field: {
    certificates: 'certificates', seal: 'office seal', kem: 'sealing key', publicKey: 'public key', link: 'link certificate', logKeys: 'log keys',
    organisation: 'organisation', founding: 'founding entry', threshold: 'enough to open', suite: 'suite', number: 'number',
  },
  entry: {
    founding: 'founding', registrar: 'registrar', term: 'term', station: 'station', link: 'link', office: 'office',
    position: 'position', person: 'person', holder: 'holder', device: 'device', 'office-key': 'office key', list: 'list', end: 'end',
    escrow: 'custodians', delegation: 'delegation', alternate: 'alternates', agreement: 'agreement with another organisation', seal: 'office seal',
  },
  reason: { left: 'left', superseded: 'superseded', compromised: 'keys known to others', mistake: 'mistake', lost: 'lost', stolen: 'stolen' },
  precedence: { routine: 'Routine', priority: 'Priority', immediate: 'Immediate', flash: 'Flash' },
  right: RIGHTS_EN,
};

export const ENTRY_WORDS: Readonly<Record<Locale, EntryWords>> = { vi, en };

/** Commands of drafts and dispatches, from writing to tracing: their rows of the table. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';

const DEVICE = ['home', 'passphrase-file'] as const;
const WRITING = [
  'to', 'info', 'except', 'subject', 'text', 'attach', 'type', 'precedence', 'classification', 'exercise',
  'expires', 'deliver-by', 'reply-by',
] as const;
const DRAFTING = [...DEVICE, 'from', ...WRITING] as const;

export const DISPATCH_COMMANDS = {
  draft: {
    operands: [],
    options: [...DRAFTING],
    examples: [
      'tram draft --from vp --to don:immediate --info qs --subject "Công điện về mưa lũ" --text dien.txt --attach "Công điện số 12 – mưa lũ.docx" --exercise',
      'tram draft --to @cac-xa:priority --except co-ma,ta-xua --subject "Thông báo" --text dien.txt',
    ],
  },
  'draft list': {
    operands: [],
    options: [...DEVICE, 'office'],
    examples: ['tram draft list'],
  },
  'draft show': {
    operands: ['DRAFT'],
    options: [...DEVICE],
    examples: ['tram draft show 4f1c'],
  },
  'draft edit': {
    operands: ['DRAFT'],
    // It stays the draft of its office.
    options: [...DEVICE, ...WRITING],
    examples: ['tram draft edit 4f1c --subject "Công điện khẩn về mưa lũ"'],
  },
  'draft return': {
    operands: ['DRAFT'],
    options: [...DEVICE, 'reason', 'content'],
    values: { reason: 'TEXT' },
    examples: ['tram draft return 3fa1 --reason "Ghi rõ giờ sơ tán"'],
  },
  'draft discard': {
    operands: ['DRAFT'],
    options: [...DEVICE, 'yes'],
    examples: ['tram draft discard 4f1c'],
  },
  approve: {
    operands: ['DRAFT'],
    options: [...DEVICE, 'content'],
    examples: ['tram approve 4f1c --home ~/.tram-minh', 'tram approve 4f1c --content 9f86d081884c7d659a2feaa0c55ad015'],
  },
  sign: {
    operands: ['DRAFT'],
    options: [...DEVICE, 'content'],
    examples: ['tram sign 4f1c --home ~/.tram-minh'],
  },
  send: {
    operands: ['DRAFT'],
    options: [...DEVICE, 'content'],
    examples: ['tram send 4f1c'],
  },
  reply: {
    operands: ['DISPATCH'],
    options: [...DRAFTING],
    examples: ['tram reply 9a3e --from don --subject "Đã nhận và thi hành" --text tra-loi.txt'],
  },
  'follow-up': {
    operands: ['DISPATCH'],
    options: [...DRAFTING, 'as'],
    examples: ['tram follow-up 9a3e --as huy', 'tram follow-up 9a3e --as dinh-chinh --text dinh-chinh.txt', 'tram follow-up 9a3e --from don --as chuyen-nham'],
  },
  inbox: {
    operands: [],
    options: [...DEVICE, 'office'],
    examples: ['tram inbox', 'tram inbox --json'],
  },
  register: {
    operands: [],
    options: [...DEVICE, 'office', 'in', 'sent', 'search', 'limit'],
    examples: ['tram register --sent', 'tram register --in --search "mua lu"'],
  },
  open: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office', 'save', 'again'],
    examples: ['tram open 9a3e', 'tram open 9a3e --save ~/den'],
  },
  deliver: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office', 'given-to', 'note'],
    examples: ['tram deliver 9a3e --given-to "Lò Văn Minh"', 'tram deliver 9a3e --note "Giao Đồn trưởng"'],
  },
  act: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office', 'note'],
    examples: ['tram act 9a3e --note "Đã di dời 12 hộ"'],
  },
  unreadable: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office', 'reason'],
    values: { reason: 'TEXT' },
    examples: ['tram unreadable 9a3e --reason "Máy cũ hỏng, khóa kỳ trước đã hủy"'],
  },
  reseal: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office', 'to'],
    values: { to: 'CODE' },
    examples: ['tram reseal 9a3e', 'tram reseal 9a3e --to don'],
  },
  trace: {
    operands: ['DISPATCH'],
    options: [...DEVICE],
    examples: ['tram trace 9a3e'],
  },
  downloads: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office'],
    examples: ['tram downloads 9a3e', 'tram downloads 9a3e --office don'],
  },
  verify: {
    operands: ['DISPATCH'],
    options: [...DEVICE, 'office'],
    examples: ['tram verify 9a3e'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;

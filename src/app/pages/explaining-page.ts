/**
 * The one page in plain HTTP: where the pages are, and what to compare before trusting the organisation's root. It shows no
 * fingerprint: whoever changes a page on its way changes that too.
 */
import { createHash } from 'node:crypto';

export interface Explanation {
  readonly address: string;
  /** Path of the root's certificate. */
  readonly root: string;
  readonly organisation: string;
}

const STYLE = `:root{color-scheme:light dark}body{font:18px/1.55 system-ui,sans-serif;max-width:40rem;margin:8vh auto;padding:0 1.25rem}
h1{font-size:1.6rem;line-height:1.25}section{margin-top:2.5rem}code{display:block;font-size:1rem;overflow-wrap:anywhere;padding:.6rem .8rem;border:1px solid;border-radius:4px}
li{margin:.5rem 0}a{color:inherit;font-weight:600}`;
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff',
} as const;

interface Text {
  readonly lang: string;
  readonly title: string;
  readonly why: string;
  readonly first: string;
  readonly root: string;
  readonly compare: string;
  readonly stop: string;
  readonly next: string;
}

const TEXTS: readonly Text[] = [
  {
    lang: 'vi', title: 'Trạm của {organisation} chỉ mở qua HTTPS', why: 'Trang này đi qua mạng không được bảo vệ, nên ở đây không có gì để làm và không được gõ mật khẩu.',
    first: 'Máy này dùng Trạm lần đầu? Làm theo hướng dẫn của văn thư hoặc người quản trị:',
    root: 'Tải chứng thư gốc của cơ quan', compare: 'So từng nhóm của dấu vân tay SHA-256 mà máy hiện ra khi cài với tờ giấy đã nhận. Đừng so với trang này: ai sửa được trang này cũng sửa được dấu ở đây.',
    stop: 'Khác một ký tự: đừng cài, báo người quản trị.', next: 'Rồi mở',
  },
  {
    lang: 'en', title: 'The station of {organisation} opens by HTTPS only', why: 'This page came over an unprotected network: there is nothing to do here, and no passphrase is typed here.',
    first: 'Is this the first time on this machine? As the clerk or administrator told you:',
    root: 'Get the organisation\'s root certificate', compare: 'Compare each group of the SHA-256 fingerprint that the machine shows while installing with the paper that you were given. Not with this page: whoever can change the page can change a fingerprint on it.',
    stop: 'One character differs: do not install it, tell the administrator.', next: 'Then open',
  },
];

export function explainingPage({ address, root, organisation }: Explanation): { html: string; headers: Readonly<Record<string, string>> } {
  const sections = TEXTS.map((text) => `<section lang="${text.lang}">
<h1>${escaped(text.title.replace('{organisation}', organisation))}</h1>
<p>${escaped(text.why)}</p>
<p>${escaped(text.first)}</p>
<ol><li><a href="${root}">${escaped(text.root)}</a></li><li>${escaped(text.compare)}</li><li>${escaped(text.stop)}</li></ol>
<p>${escaped(text.next)}: <a href="${escaped(address)}">${escaped(address)}</a></p>
</section>`);
  const html = `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Trạm</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main>${sections.join('\n')}</main></body></html>
`;
  return { html, headers: HEADERS };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** Made-up lines of a long register and a device without a station that has them, for what runs in a browser. */
import type { RegisterQuestion, RegisterRow } from '#client/registers/register-index.ts';
import type { Session } from '#client/session.ts';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { webCrypto } from '#platform/web/crypto.ts';

export const OFFICE = 'vp';
/** Time of day does not matter here, the same lines each time do. */
export const NOW = Date.UTC(2026, 10, 23, 5, 21);
export const EVERYTHING: RegisterQuestion = {
  office: OFFICE, direction: 'in', query: '', tab: 'all', classification: null, precedence: null, since: null, until: null, other: null, now: NOW,
};

const NAMES = ['Nguyễn Thị Ánh', 'Đặng Ngọc Khuê', 'Lò Văn Minh', 'Vàng A Dơ', 'Sùng Thị Mảy', 'Quàng Văn Thảo', 'Cầm Thị Hoa', 'Trần Quốc Bảo', 'Lường Văn Pâng', 'Phạm Hồng Sơn'];
const ABOUT = ['ứng phó mưa lũ', 'sơ tán các hộ ven suối', 'trực chỉ huy', 'kiểm tra kho gạo dự trữ', 'khắc phục sạt lở', 'phòng cháy rừng mùa khô', 'tập huấn dân quân', 'chuyển quân số', 'bàn giao trang bị', 'báo cáo tình hình'];
const PLACES = ['bản Huổi Luông', 'xã Mường Lèo', 'đồn Sốp Cộp', 'huyện Sông Mã', 'bản Nậm Vì', 'cụm Púng Bánh', 'xã Dồm Cang', 'bản Co Phường'];
const KINDS = ['Công điện', 'Kế hoạch', 'Báo cáo', 'Thông báo', 'Quyết định'];
const MARKS = ['none', 'none', 'none', 'confidential', 'secret'] as const;

const of = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

/** @param i from 0 on; its number is one more */
export function lineAt(i: number): RegisterRow {
  const number = i + 1;
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, Math.imul(number, 2_654_435_761));
  new DataView(id.buffer).setUint32(4, number);
  const from = of(PLACES, Math.imul(number, 7) >>> 3);
  return {
    dispatch: hex(id), direction: 'in', office: OFFICE, from: 'don', number: { series: '2026', number }, time: NOW - (200_000 - number) * 60_000, role: 'action',
    precedence: number % 97 === 0 ? 'flash' : 'routine', exercise: true, deliverBy: null, replyBy: number % 5 === 0 ? NOW + (number % 400 - 200) * 3_600_000 : null,
    expires: null, reference: null, state: number % 50 === 0 ? 'opened' : 'acted', parts: 1, bytes: 14_900,
    content: {
      subject: `Về việc ${of(ABOUT, Math.imul(number, 13) >>> 2)} tại ${of(PLACES, number)}, giao đồng chí ${of(NAMES, Math.imul(number, 31) >>> 4)} chủ trì, lần ${number % 40}`,
      documentType: of(KINDS, number), classification: of(MARKS, Math.imul(number, 11) >>> 2), symbol: `${number}/UBND-VP`, to: ['Văn phòng Ủy ban nhân dân tỉnh'],
      signer: of(NAMES, Math.imul(number, 17) >>> 3), files: [`Công điện số ${number}.pdf`],
    },
    sealed: null, others: [`Ủy ban nhân dân ${from}`],
  };
}

/** What a page found of a register that was being written when the page before was loaded anew. */
export interface Left {
  /** Lines in the sealed index; null where this window keeps nothing. */
  readonly lines: number | null;
  readonly total: number;
  /** Numbers of lines that are not what was put in. */
  readonly wrong: readonly number[];
}

/** Nothing is fetched: whatever is found is found on this device. */
export async function deviceWithoutStation(): Promise<Session> {
  const crypto = await webCrypto();
  return {
    crypto, offices: () => [OFFICE], may: () => true, api: { isLoggedIn: true, call: () => Promise.reject(new Refusal('station-unreachable')) }, takeOfficeKeys: () => Promise.resolve(), view: { office: () => null, device: () => null },
    ring: { contents: { kem: new Uint8Array(32).fill(7), organisation: new Uint8Array(16).fill(1), person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh' } },
  } as unknown as Session;
}

/**
 * Runs in the pages' own origin: the register's room as people see it, before the worker and the sealed index that the
 * pages use. In place of a session stands a device without a station: nothing is fetched, everything is found here.
 */
import { SCHEMAS_WITHOUT_EVAL } from '../../src/app/pages/no-eval.ts';
import { createElement, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { openRegisters } from '#client/index-desk.ts';
import type { WorkerEnd } from '#client/part-desk.ts';
import { wordsOf } from '#client/register-entry.ts';
import type { RegisterAnswer, RegisterRow } from '#client/register-index.ts';
import type { Session } from '#client/session.ts';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { webClock } from '#platform/web/clock.ts';
import { webCrypto } from '#platform/web/crypto.ts';
import { type Entered, EnteredContext } from '#web/device/entered.ts';
import { registersOf } from '#web/device/registers.ts';
import { Router } from '#web/frame/router.tsx';
import { OutsideContext } from '#web/kit/use-outside.ts';
import type { Outside } from '#web/outside.ts';
import { RegisterPage } from '#web/register/register-page.tsx';
import { LocaleContext } from '#web/words/words.ts';
import { ownScripts, workerOpener } from '../../src/app/pages/workers.ts';
import type { FilledRegister, OpenedRegister, SearchedRegister } from './registered-in-browser.ts';

const OFFICE = 'vp';
const BATCH = 500;
const NAMES = ['Nguyễn Thị Ánh', 'Đặng Ngọc Khuê', 'Lò Văn Minh', 'Vàng A Dơ', 'Sùng Thị Mảy', 'Quàng Văn Thảo', 'Cầm Thị Hoa', 'Trần Quốc Bảo', 'Lường Văn Pâng', 'Phạm Hồng Sơn'];
const ABOUT = ['ứng phó mưa lũ', 'sơ tán các hộ ven suối', 'trực chỉ huy', 'kiểm tra kho gạo dự trữ', 'khắc phục sạt lở', 'phòng cháy rừng mùa khô', 'tập huấn dân quân', 'chuyển quân số', 'bàn giao trang bị', 'báo cáo tình hình'];
const PLACES = ['bản Huổi Luông', 'xã Mường Lèo', 'đồn Sốp Cộp', 'huyện Sông Mã', 'bản Nậm Vì', 'cụm Púng Bánh', 'xã Dồm Cang', 'bản Co Phường'];
const KINDS = ['Công điện', 'Kế hoạch', 'Báo cáo', 'Thông báo', 'Quyết định'];
const MARKS = ['none', 'none', 'none', 'confidential', 'secret'] as const;

/** Time of day does not matter here, the same lines each time do. */
const NOW = Date.UTC(2026, 10, 23, 5, 21);
const of = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

function lineAt(i: number): RegisterRow {
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

/** Answers to questions, as they came in: what was typed, and how much was found. */
const answers: { query: string; total: number }[] = [];

function opener(): () => WorkerEnd {
  const address = document.querySelector<HTMLElement>('[data-index-worker]')!.dataset['indexWorker']!;
  const open = workerOpener(address, ownScripts([address]));
  return () => {
    const worker = open();
    const asked = new Map<number, string>();
    return {
      ...worker,
      post: (message, transfer) => {
        const { call, ask, given } = message as { call?: number; ask?: string; given?: [{ query: string }] };
        if (call !== undefined && ask === 'ask') asked.set(call, given![0].query);
        worker.post(message, transfer);
      },
      listen: (heard) => worker.listen((message) => {
        const { call, done } = message as { call: number; done: RegisterAnswer };
        const query = asked.get(call);
        if (query !== undefined) answers.push({ query, total: done.total });
        heard(message);
      }),
    };
  };
}

const open = opener();
let session: Session;

async function device(): Promise<Session> {
  if (SCHEMAS_WITHOUT_EVAL.jitless !== true) throw new Error('schemas would be compiled');
  const crypto = await webCrypto();
  return {
    crypto, offices: () => [OFFICE], api: { call: () => Promise.reject(new Refusal('station-unreachable')) }, view: { office: () => null },
    ring: { contents: { kem: new Uint8Array(32).fill(7), organisation: new Uint8Array(16).fill(1), name: 'Nguyễn Thị Ánh' } },
  } as unknown as Session;
}

export async function fill(lines: number): Promise<FilledRegister> {
  session ??= await device();
  const started = performance.now();
  const registers = openRegisters(session, open, true);
  for (let at = 0; at < lines; at += BATCH) await registers.put(Array.from({ length: Math.min(BATCH, lines - at) }, (_, i) => lineAt(at + i)));
  const kept = await registers.kept();
  registers.close();
  return { seconds: (performance.now() - started) / 1000, lines: kept?.lines ?? 0, sizeBytes: kept?.sizeBytes ?? 0 };
}

/** @param isWarm whether the index was read before, as it is while the room that is entered first is looked at */
export async function openRoom(lines: number, isWarm: boolean): Promise<OpenedRegister> {
  session ??= await device();
  const outside = { clock: webClock, registers: open } as unknown as Outside;
  if (isWarm) await registersOf(session, outside, true).others(OFFICE, 'in');
  const root = document.getElementById('tram')!;
  const started = performance.now();
  const entered = { session, office: OFFICE, own: {}, setOffice: () => undefined, lock: () => undefined } as unknown as Entered;
  const room = createElement(EnteredContext, { value: entered }, createElement(Suspense, null, createElement(RegisterPage)));
  createRoot(root).render(createElement(I18nProvider, { locale: 'vi-VN', children: createElement(LocaleContext, { value: 'vi' }, createElement(OutsideContext, { value: outside }, createElement(Router, null, room))) }));
  await painted(() => document.querySelectorAll('[role="row"]').length > 5 && shownTotal() === lines);
  return { openMs: performance.now() - started };
}

const paintedMs: number[] = [];
let longestPauseMs = 0;

/** Each key is struck by the tester; the next when the result of the last was painted. */
export function watchKeys(): void {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]')!;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - last);
    last = now;
  }, 4);
  field.addEventListener('keydown', ({ timeStamp }) => {
    const before = field.value;
    answers.length = 0;
    void painted(() => {
      const answer = answers.find(({ query }) => query === field.value);
      return field.value !== before && answer !== undefined && shownTotal() === answer.total && (answer.total === 0 || document.querySelector('[role="row"][data-index]') !== null);
    }).then(() => paintedMs.push(performance.now() - timeStamp));
  });
}

/** When so many results were painted. */
export async function keyPainted(count: number): Promise<void> {
  await painted(() => paintedMs.length >= count);
}

/** The same words in as many plain strings. */
export function scan(lines: number, typed: readonly string[]): SearchedRegister {
  const pauseMs = longestPauseMs;
  const texts = Array.from({ length: lines }, (_, i) => {
    const { content, others, number } = lineAt(i);
    return wordsOf([content!.subject, content!.documentType, content!.symbol, content!.signer, ...content!.to, ...content!.files, 'don', OFFICE, ...others, String(number!.number)].join(' ')).join('');
  });
  const scanMs = typed.map((query) => {
    const started = performance.now();
    const wanted = wordsOf(query);
    const found = texts.filter((text) => wanted.every((word) => text.includes(word)));
    return found.length >= 0 ? performance.now() - started : 0;
  });
  return { paintedMs, scanMs, longestPauseMs: pauseMs };
}

function shownTotal(): number {
  // Grouped or not, as the reader's language has it.
  return Number((document.querySelector('.found')?.textContent ?? '').replaceAll(/\D/g, '') || '-1');
}

/** When the frame that shows it has been drawn. */
function painted(isShown: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isShown()) return void requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(), { once: true });
      port1.start();
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

/**
 * Runs in the pages' own origin: the register's room as people see it, before the worker and the sealed index that the
 * pages use. In place of a session stands a device without a station: nothing is fetched, everything is found here.
 */
import { SCHEMAS_WITHOUT_EVAL } from '../../src/app/pages/no-eval.ts';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { openRegisters } from '#client/registers/index-desk.ts';
import type { WorkerEnd } from '#client/held-worker.ts';
import { wordsOf } from '#client/registers/register-entry.ts';
import type { RegisterAnswer } from '#client/registers/register-index.ts';
import type { Session } from '#client/session.ts';
import { Refusal } from '#core/refusals.ts';
import { webClock } from '#platform/web/clock.ts';
import { type Entered, EnteredContext } from '#web/device/entered.ts';
import { registersOf } from '#web/device/registers.ts';
import { StationLink } from '#web/device/station-link.ts';
import { Router, useSpot } from '#web/frame/router.tsx';
import { WorkFrame } from '#web/frame/work-frame.tsx';
import { OutsideContext } from '#web/kit/use-outside.ts';
import type { Outside } from '#web/outside.ts';
import { roomAt } from '#web/rooms.ts';
import { LocaleContext } from '#web/words/words.ts';
import { ownScripts, workerOpener } from '../../src/app/pages/workers.ts';
import { deviceWithoutStation, lineAt, OFFICE } from '../browser/long-register.ts';
import type { FilledRegister, OpenedRegister, SearchedRegister } from './registered-in-browser.ts';

const BATCH = 500;
/** Of one step: then it ends with what the page showed. */
const STEP_MS_MAX = 120_000;

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

export async function fill(lines: number): Promise<FilledRegister> {
  if (SCHEMAS_WITHOUT_EVAL.jitless !== true) throw new Error('schemas would be compiled');
  session ??= await deviceWithoutStation();
  const started = performance.now();
  const registers = openRegisters(session, open, true);
  for (let at = 0; at < lines; at += BATCH) await registers.put(Array.from({ length: Math.min(BATCH, lines - at) }, (_, i) => lineAt(at + i)));
  const kept = await registers.kept();
  registers.close();
  return { seconds: (performance.now() - started) / 1000, lines: kept?.lines ?? 0, sizeBytes: kept?.sizeBytes ?? 0 };
}

/**
 * `reload`: the room is the first thing that the page shows, and the index is read for it. `elsewhere`: another room is looked
 * at, the index was read meanwhile, and somebody goes to the register by its link.
 */
export async function openRoom(lines: number, from: 'reload' | 'elsewhere'): Promise<OpenedRegister> {
  session ??= await deviceWithoutStation();
  const outside = { clock: webClock, registers: open, sheetStore: () => Promise.reject(new Error('nothing is typed')) } as unknown as Outside;
  const isThere = (): boolean => document.querySelectorAll('[role="row"]').length > 5 && shownTotal() === lines;
  history.replaceState(null, '', from === 'reload' ? '/registers/in' : '/about');
  // Loaded while somebody types the passphrase, or looks at another room.
  await roomAt('/registers/in')!.load();
  let started = performance.now();
  // As the door does for whoever comes in.
  const registers = registersOf(session, outside, true);
  mount(session, outside);
  if (from === 'elsewhere') {
    await painted('the room before', () => document.querySelector('main h1') !== null);
    await registers.others(OFFICE, 'in');
    await new Promise((resolve) => { requestIdleCallback(resolve); });
    started = performance.now();
    document.querySelector<HTMLElement>('a[href="/registers/in"]')!.click();
  }
  await painted(`the room with ${lines} lines`, isThere);
  const openMs = performance.now() - started;
  const kept = await registers.kept();
  if (kept?.lines !== lines) throw new Error(`the room stood before ${JSON.stringify(kept)}, not before the index`);
  return { openMs };
}

function mount(whose: Session, outside: Outside): void {
  const link = new StationLink({ request: () => Promise.reject(new Refusal('station-unreachable')) });
  const entered: Entered = { session: whose, link, office: OFFICE, own: null, play: null, setOffice: () => undefined, lock: () => undefined };
  const house = createElement(EnteredContext, { value: entered }, createElement(House));
  createRoot(document.getElementById('tram')!).render(createElement(I18nProvider, {
    locale: 'vi-VN', children: createElement(LocaleContext, { value: 'vi' }, createElement(OutsideContext, { value: outside }, createElement(Router, null, house))),
  }));
}

function House() {
  return createElement(WorkFrame, { room: roomAt(useSpot().path)! });
}

const paintedMs: number[] = [];
let late: Error | null = null;
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
    void painted(`what is found by ${field.value} and one more key`, () => {
      const answer = answers.find(({ query }) => query === field.value);
      return field.value !== before && answer !== undefined && shownTotal() === answer.total && (answer.total === 0 || document.querySelector('[role="row"][data-index]') !== null);
    }).then(() => paintedMs.push(performance.now() - timeStamp), (error: Error) => { late = error; });
  });
}

/** When so many results were painted. */
export async function keyPainted(count: number): Promise<void> {
  await painted(`the result of key ${count}`, () => late !== null || paintedMs.length >= count);
  if (late !== null) throw late;
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

/** When the frame that shows it has been drawn. @throws Error that says what was shown in its place */
function painted(what: string, isShown: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const limit = setTimeout(() => reject(new Error(`after ${STEP_MS_MAX} ms there was not yet ${what}, but ${shownTotal()} found and ${document.querySelectorAll('[role="row"][data-index]').length} rows`)), STEP_MS_MAX);
    const look = (): void => {
      if (performance.now() - started > STEP_MS_MAX) return;
      if (!isShown()) return void requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => { clearTimeout(limit); resolve(); }, { once: true });
      port1.start();
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

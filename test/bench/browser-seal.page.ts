/** Runs in the pages' own origin: a practice device writes a draft with the file that an input holds, sealed in the pages' own worker. */
import { partDesk } from '#client/parts/part-desk.ts';
import { blobFile } from '#client/parts/part-messages.ts';
import { UnfinishedDrafts } from '#client/dispatch/unfinished.ts';
import { webClock } from '#platform/web/clock.ts';
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { holdNow, inTurn } from '#platform/web/one-window.ts';
import { webPartCopies } from '#platform/web/part-copies.ts';
import { webSheetStore } from '#platform/web/sheet-store.ts';
import { webHttpTransport } from '#platform/web/http-transport.ts';
import { PracticeApi } from '#web/practice/practice-api.ts';
import { PracticeSessions } from '#web/practice/practice-sessions.ts';
import type { SealedInBrowser } from './sealed-in-browser.ts';
import { workerOpener } from '../../src/app/pages/workers.ts';

/** @param asked the worker's address, and the practice person and office that write */
export default async function seal(asked: { worker: string; person: string; to: string }): Promise<SealedInBrowser> {
  const ticket = sessionStorage.getItem('tram.ticket') ?? '';
  const api = new PracticeApi(webHttpTransport(''), ticket);
  const cryptography = async () => ({ crypto: await webCrypto(), random: webRandom });
  const open = workerOpener(asked.worker);
  const sessions = new PracticeSessions({ clock: webClock, cryptography, transport: webHttpTransport, parts: (base) => (session) => partDesk(session, { base, open }) }, api);
  const person = (await api.state()).people.find((one) => one.person === asked.person)!;
  const session = await sessions.of(person);
  const unfinished = await UnfinishedDrafts.open({ session, store: webSheetStore(), copies: webPartCopies, alone: holdNow, oneByOne: inTurn });
  const file = document.querySelector('input')!.files![0]!;
  const started = performance.now();
  let [measured, longestPauseMs, last] = [started, 0, started];
  const watch = setInterval(() => {
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - last);
    last = now;
  }, 4);
  const id = await unfinished.begin({
    office: person.office, documentType: 'Công điện', subject: 'Tệp lớn', text: '', classification: 'none', exercise: true,
    attachments: [{ file: blobFile(file, file.name) }], recipients: [{ to: { office: asked.to }, role: 'action', precedence: 'routine' }],
  }, { replaces: null, sheet: null });
  await unfinished.goOn(id, [], { progress: ({ step }) => { if (step === 'measure') measured = performance.now(); } });
  clearInterval(watch);
  return { measureSeconds: (measured - started) / 1000, uploadSeconds: (performance.now() - measured) / 1000, longestPauseMs };
}

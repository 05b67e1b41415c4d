/** The composition root of the pages: the browser's own clock, chance, cryptography and network. */
import { SCHEMAS_WITHOUT_EVAL } from './no-eval.ts';
import { mountPages } from '#web/mount.tsx';
import { partDesk } from '#client/parts/part-desk.ts';
import { passphraseDesk } from '#client/keyring/passphrase-desk.ts';
import { DAY_MS } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { webClock } from '#platform/web/clock.ts';
import { holdNow, inTurn } from '#platform/web/one-window.ts';
import { webHttpTransport } from '#platform/web/http-transport.ts';
import type { Outside } from '#web/outside.ts';
import { saveFile } from './save-file.ts';
import { SERVICE_WORKER } from './headers.ts';
import { joiningLinks } from './joining-links.ts';
import { openedTicket } from './ticket.ts';
import { pageUpdates } from './updates.ts';
import { ownScripts, workerOpener } from './workers.ts';

/** As long as a station keeps an upload that nobody goes on with. */
const COPY_DAYS_MAX = 14;

const root = document.getElementById('tram');
if (root !== null && SCHEMAS_WITHOUT_EVAL.jitless === true) {
  const partWorker = root.dataset['partWorker'] ?? '';
  const indexWorker = root.dataset['indexWorker'] ?? '';
  const passphraseWorker = root.dataset['passphraseWorker'] ?? '';
  const make = ownScripts([partWorker, indexWorker, passphraseWorker, SERVICE_WORKER]);
  const open = workerOpener(partWorker, make);
  const parts: Outside['parts'] = (base) => (session) => partDesk(session, { base, open });
  const registers = workerOpener(indexWorker, make);
  const passphrases = passphraseDesk(workerOpener(passphraseWorker, make), webClock);
  const papers = { plain: root.dataset['paperPlain'] ?? '', pdf: root.dataset['paperPdf'] ?? '' };
  void mountPages(root, { cryptography: () => cryptography(passphrases.stretch), stores, sheetStore, opaque: () => Promise.resolve(passphrases), passkeys, parts, registers, partCopies, alone: holdNow, oneByOne: inTurn, papers, saveFile, updates: pageUpdates(make), clock: webClock, transport: webHttpTransport, joinCodes: joiningLinks(), ticket: openedTicket() });
}

async function cryptography(stretch: CryptoProvider['stretch']) {
  const { webCrypto, webRandom } = await import('#platform/web/crypto.ts');
  return { crypto: await webCrypto(undefined, stretch), random: webRandom };
}

async function stores() {
  const { webDeviceStores } = await import('#platform/web/device-store.ts');
  const kept = webDeviceStores();
  const forgetOpened = async (): Promise<void> => {
    await (await import('#platform/web/index-files.ts')).forgetWebIndex();
    await (await import('#platform/web/sheet-store.ts')).forgetWebSheets();
    await (await import('#platform/web/part-copies.ts')).forgetWebCopies();
  };
  const forget = async (): Promise<void> => {
    await kept.forget();
    await forgetOpened();
  };
  return { ...kept, forget, forgetOpened };
}

async function partCopies(device: string) {
  const { eraseOldCopies, webPartCopies } = await import('#platform/web/part-copies.ts');
  // Of practice people whose province is no more.
  await eraseOldCopies(device, webClock.now() - COPY_DAYS_MAX * DAY_MS).catch(() => undefined);
  return webPartCopies(device);
}

async function sheetStore() {
  return (await import('#platform/web/sheet-store.ts')).webSheetStore();
}

async function passkeys() {
  return (await import('#platform/web/passkeys.ts')).webPasskeys();
}

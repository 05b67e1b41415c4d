/** Runs in a worker: keeps and searches the registers of the page that opened it. No cryptography but its seal, no network. */
import { SCHEMAS_WITHOUT_EVAL } from './no-eval.ts';
import { serveRegisters } from '#client/registers/index-worker.ts';
import { webClock } from '#platform/web/clock.ts';
import { webAead } from '#platform/web/crypto-aead.ts';
import { webIndexFiles } from '#platform/web/index-files.ts';
import { webRandom } from '#platform/web/random.ts';

if (SCHEMAS_WITHOUT_EVAL.jitless === true) {
  serveRegisters({
    post: (message, transfer = []) => postMessage(message, { transfer: [...transfer] }),
    listen: (heard) => addEventListener('message', ({ data }) => heard(data)),
  }, Promise.resolve({ aead: webAead, random: webRandom, clock: webClock, files: webIndexFiles }));
}

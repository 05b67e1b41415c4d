/** Runs in a worker: seals and opens the files of the page that opened it, with the browser's own cryptography. */
import { SCHEMAS_WITHOUT_EVAL } from './no-eval.ts';
import { servePartWork } from '#client/parts/part-worker.ts';
import { webClock } from '#platform/web/clock.ts';
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { webPartCopies } from '#platform/web/part-copies.ts';
import { webHttpTransport } from '#platform/web/http-transport.ts';

async function ready() {
  return { crypto: await webCrypto(), random: webRandom, clock: webClock, transport: webHttpTransport, copies: webPartCopies };
}

if (SCHEMAS_WITHOUT_EVAL.jitless === true) {
  servePartWork({
    post: (message, transfer = []) => postMessage(message, { transfer: [...transfer] }),
    listen: (heard) => addEventListener('message', ({ data }) => heard(data)),
  }, ready());
}

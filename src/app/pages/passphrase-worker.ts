/** Runs in a worker: stretches passphrases and does the device's half of OPAQUE for the page that opened it. */
import { servePassphrases } from '#client/keyring/passphrase-worker.ts';
import { webStretch } from '#platform/web/stretching.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';

servePassphrases({
  post: (message, transfer = []) => postMessage(message, { transfer: [...transfer] }),
  listen: (heard) => addEventListener('message', ({ data }) => heard(data)),
}, loadOpaque().then(({ client }) => ({ ...client, stretch: webStretch })));

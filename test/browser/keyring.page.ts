/** OPAQUE and the slots of a keyring in this browser: against a station's half that runs in Node, and rings both ways. */
import { hex } from '#core/bytes.ts';
import type { KeyringStore } from '#core/outside.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import { webCrypto, webRandom } from '#platform/web/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { bytesOf } from '../vectors/checks/outcome.ts';

export interface KeyringErrand {
  /** A ring that Node sealed, its device's secret, and what opens it. */
  readonly file: string;
  readonly deviceSecret: string;
  readonly passphrase: string;
  readonly card: string;
  readonly passkey: { readonly credential: string; readonly output: string };
  readonly exportKey: string;
}

export interface KeyringFindings {
  /** Which openers opened Node's ring. */
  readonly opened: Readonly<Record<string, string>>;
  /** The ring after a change of passphrase and a new passkey here, for Node to open. */
  readonly changed: string;
  readonly newPassphrase: string;
  /** Whether both halves of OPAQUE, played here, agree; and whether a wrong passphrase fails. */
  readonly opaque: { readonly sameExportKey: boolean; readonly proved: boolean; readonly wrong: boolean };
}

export default async function run(errand: KeyringErrand): Promise<KeyringFindings> {
  const crypto = await webCrypto();
  let file: Uint8Array | null = bytesOf(errand.file);
  const store: KeyringStore = { read: async () => file, write: async (bytes) => { file = bytes; } };
  const secret = bytesOf(errand.deviceSecret);
  const deps = { crypto, random: webRandom, store, deviceSecret: { read: async () => secret, write: async () => {} } };
  const passkey = { credential: bytesOf(errand.passkey.credential), output: bytesOf(errand.passkey.output) };
  const openers: Opener[] = [
    { kind: 'passphrase', passphrase: errand.passphrase }, { kind: 'card', card: bytesOf(errand.card) },
    { kind: 'passkey', ...passkey }, { kind: 'opaque', exportKey: bytesOf(errand.exportKey) },
  ];
  const opened: Record<string, string> = {};
  for (const opener of openers) opened[opener.kind] = (await unlockKeyring(deps, opener)).contents.name;
  const newPassphrase = 'Đồn Sốp Cộp mùa mưa';
  const ring = await unlockKeyring(deps, { kind: 'passkey', ...passkey });
  await ring.setPassphrase(newPassphrase);
  return { opened, newPassphrase, changed: hex(file!), opaque: await playOpaque(errand.passphrase) };
}

async function playOpaque(passphrase: string): Promise<KeyringFindings['opaque']> {
  const { client, server } = await loadOpaque();
  const names = { client: 'anh-may', server: 'tram/v1/00/hub' };
  const setup = server.createSetup();
  const registration = await client.startRegistration(passphrase);
  const made = await client.finishRegistration(passphrase, registration.state, server.register(setup, 'anh-may', registration.request), names);
  const logIn = async (typed: string) => {
    const started = await client.startLogIn(typed);
    const { state, response } = server.startLogIn(setup, 'anh-may', made.record, started.request, names);
    const done = await client.finishLogIn(typed, started.state, response, names);
    return done === null ? null : { ...done, isProved: server.finishLogIn(state, done.finish, names) };
  };
  const right = await logIn(passphrase.normalize('NFD'));
  return { sameExportKey: right !== null && hex(right.exportKey) === hex(made.exportKey), proved: right?.isProved === true, wrong: (await logIn('một mật khẩu khác')) === null };
}

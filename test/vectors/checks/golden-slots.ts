/** The golden keyring with every kind of slot: what was recorded once opens, and encodes to the same bytes, for as long as version 1 lives. */
import { equal, hex } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { cardGate, readCardCode } from '#client/keyring/card.ts';
import { deviceGate } from '#client/gates.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import { keyringFile } from '#wire/keyring.ts';
import { bytesOf, judge, type Outcome } from './outcome.ts';

/** slots.json, as golden/make-slots.ts writes it. */
export interface GoldenSlots {
  readonly file: string;
  readonly deviceSecret: string;
  readonly passphrase: string;
  readonly card: string;
  readonly exportKey: string;
  readonly passkey: { readonly credential: string; readonly output: string };
  readonly locator: string;
  readonly cardGate: string;
  readonly deviceGate: string;
}

export async function checkGoldenSlots(crypto: CryptoProvider, random: RandomSource, golden: GoldenSlots): Promise<Outcome> {
  const file = bytesOf(golden.file);
  const secret = bytesOf(golden.deviceSecret);
  const deps = { crypto, random, store: { read: async () => file, write: async () => {} }, deviceSecret: { read: async () => secret, write: async () => {} } };
  const card = readCardCode(crypto.hash, golden.card);
  const openers: Opener[] = [
    { kind: 'passphrase', passphrase: golden.passphrase.normalize('NFD') },
    { kind: 'opaque', exportKey: bytesOf(golden.exportKey) },
    { kind: 'passkey', credential: bytesOf(golden.passkey.credential), output: bytesOf(golden.passkey.output) },
    { kind: 'card', card },
  ];
  const checks: Record<string, () => Promise<boolean>> = {
    'decode and encode': async () => equal(keyringFile.encode(keyringFile.decode(file)), file),
    'the card\'s gate': async () => {
      const { locator, key } = await cardGate(crypto, card);
      return hex(locator) === golden.locator && hex(key.publicKey) === golden.cardGate;
    },
    'the device\'s gate': async () => {
      const { organisation } = keyringFile.decode(file);
      return hex((await deviceGate(crypto, secret, organisation)).publicKey) === golden.deviceGate;
    },
  };
  for (const opener of openers) {
    checks[`opens by ${opener.kind}`] = async () => (await unlockKeyring(deps, opener)).contents.name === 'Đặng Ngọc Khuê';
  }
  return judge(Object.entries(checks), ([name]) => name, ([, check]) => check());
}

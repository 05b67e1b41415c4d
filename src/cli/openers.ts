/** What a device is opened with: its passphrase, or its recovery card. */
import { fill } from '#core/refusal-words.ts';
import { readCardCode } from '#client/card.ts';
import type { Opener } from '#client/ring-slots.ts';
import type { CliContext } from './context.ts';
import { askSecret } from './passphrases.ts';
import type { Values } from './values.ts';

/** `either`: the card where `--card` or `--card-file` was given, otherwise the passphrase. */
export type OpenerChoice = 'passphrase' | 'card' | 'either';

/** @throws Refusal `card-mistyped`; those of askSecret */
export async function askOpener(context: CliContext, values: Values, device: string, choice: OpenerChoice = 'passphrase'): Promise<Opener> {
  const isCard = choice === 'card' || (choice === 'either' && (values.flag('card') || values.text('card-file') !== null));
  if (isCard) return { kind: 'card', card: await askCard(context, values, device) };
  const question = fill(context.words.prompt.passphrase, { name: device });
  return { kind: 'passphrase', passphrase: await askSecret(context, values, 'passphrase-file', question) };
}

/** A card's code, typed or from a file. @param device null where only the card will tell whose it is @throws Refusal `card-mistyped` */
export async function askCard(context: CliContext, values: Values, device: string | null): Promise<Uint8Array> {
  const typed = await askSecret(context, values, 'card-file', fill(context.words.keyring.askCard, device === null ? {} : { name: device }));
  return readCardCode(context.provider.hash, typed);
}

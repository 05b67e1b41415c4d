/** What a device is opened with: its passphrase, or its recovery card. */
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { readCardCode } from '#client/keyring/card.ts';
import type { Opener } from '#client/keyring/ring-slots.ts';
import type { CliContext } from './context.ts';
import { askSecret, isTyped } from './passphrases.ts';
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

/** How often a passphrase may be typed: whoever gave a file has nothing to type again. */
const TRIES = 3;

/** Asks, and opens with what was given; a passphrase that was mistyped is asked for again. @throws Refusal those of askOpener and `open` */
export async function openAsked<T>(
  context: CliContext, values: Values, device: string, choice: OpenerChoice, open: (opener: Opener) => Promise<T>,
): Promise<{ readonly opened: T; readonly opener: Opener }> {
  for (let tried = 1; ; tried++) {
    const opener = await askOpener(context, values, device, choice);
    try {
      return { opened: await open(opener), opener };
    } catch (error) {
      const mayType = error instanceof Refusal && error.code === 'passphrase-wrong' && opener.kind === 'passphrase' && isTyped(context, values, 'passphrase-file');
      if (!mayType || tried === TRIES) throw error;
      context.output.say(refusalSentence('passphrase-wrong', {}, context.locale));
    }
  }
}

/** A card's code, typed or from a file. @param device null where only the card will tell whose it is @throws Refusal `card-mistyped` */
export async function askCard(context: CliContext, values: Values, device: string | null): Promise<Uint8Array> {
  const typed = await askSecret(context, values, 'card-file', fill(context.words.keyring.askCard, device === null ? {} : { name: device }));
  return readCardCode(context.provider.hash, typed);
}

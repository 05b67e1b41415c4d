/** Makes a recovery card and tries it: a card that nobody has tried is no card. */
import { X509Certificate } from 'node:crypto';
import { fill } from '#core/refusal-words.ts';
import { makeCardCode, readCardCode } from '#client/keyring/card.ts';
import { cardLines, cardPage } from '../card-page.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { cardOf, withRing } from '../device.ts';
import { resolved } from '../homes.ts';
import { demandYes } from '../passphrases.ts';
import { pinnedRoot } from '../pinned-root.ts';
import { placedLine } from '../placed.ts';
import { stationAddress } from '../station-address.ts';
import type { Values } from '../values.ts';

export function cardMake(context: CliContext, values: Values): Promise<Outcome> {
  const out = values.text('out');
  return withRing(context, values, 'passphrase', async ({ home, ring, station }) => {
    const { provider: { hash }, random, clock, words } = context;
    const code = makeCardCode(hash, random);
    const last = cardOf(ring);
    const before = last?.number ?? null;
    // What was tried is trusted: it lies in a safe, and nobody there learns that it opens nothing any more.
    if (last !== undefined && last.tried !== undefined && !values.flag('yes')) {
      const typed = await context.prompt.ask(fill(words.keyring.askNewCard, { number: last.number }), 'shown');
      if (typed !== null) demandYes(context, typed);
    }
    const number = (before ?? 0) + 1;
    const { name, device = name } = ring.contents;
    const address = await stationAddress(context, home, station);
    const root = await pinnedRoot(context, home, null);
    const card = { code, number, name, device, address, root: root === null ? null : new X509Certificate(root).fingerprint256, made: clock.now() };
    // On paper before in the ring: a card that could not be written must not end the one before.
    if (out !== null) context.host.durable.write(resolved(out), cardPage(context, card));
    await ring.putSlot({ kind: 'card', card: readCardCode(hash, code), number });
    const said = [placedLine(context, words.keyring.cardMade, { number, ...(before !== null && { before }) }), ...(address === null ? [`${words.keyring.cardAddress} ${ring.contents.registrar === undefined ? words.keyring.cardAddressAsk : placedLine(context, words.keyring.cardAddressGive)}`] : [])];
    if (out === null) return { json: { card: number, device, address, code }, lines: [...cardLines(context, card), '', ...said] };
    const file = resolved(out);
    return { json: { card: number, device, address, file }, lines: [fill(words.keyring.cardPage, { file }), ...said] };
  });
}

export function cardTry(context: CliContext, values: Values): Promise<Outcome> {
  return withRing(context, values, 'card', async ({ ring }) => {
    const { number } = cardOf(ring)!;
    return { json: { card: number, tried: true }, lines: [fill(context.words.keyring.cardWorks, { number })] };
  });
}

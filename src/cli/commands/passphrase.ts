/** Changes a device's passphrase: opened by the present one, or by the card where it was forgotten. */
import { lockAgent } from '../agent.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withRing } from '../device.ts';
import { askNewPassphrase } from '../passphrases.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';

export function passphrase(context: CliContext, values: Values): Promise<Outcome> {
  return withRing(context, values, 'either', async ({ ring, home }) => {
    const { name, device } = ring.contents;
    await ring.setPassphrase(await askNewPassphrase(context, values, 'new-passphrase-file', name));
    await lockAgent(home);
    const { passphraseSet, cardMissing } = context.words.keyring;
    const hasCard = ring.slots.some(({ kind }) => kind === 'card');
    return {
      json: { device, revision: ring.revision },
      lines: [placedLine(context, passphraseSet, { device: device ?? name }), ...(hasCard ? [] : [placedLine(context, cardMissing)])],
    };
  });
}

/** The root's keyring of a command: found where `--root` says, opened when everything else was checked. */
import { unlockKeyring } from '#client/keyring/keyring.ts';
import type { RootOpener } from '#client/directory/registrar-errands.ts';
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from './context.ts';
import { resolved } from './homes.ts';
import { askSecret } from './passphrases.ts';
import { rootPath } from './rings.ts';
import type { Values } from './values.ts';

export function rootOpener(context: CliContext, values: Values): RootOpener {
  const { provider: crypto, random, host, words: { prompt } } = context;
  const store = host.keyring(rootPath(resolved(values.need('root'))));
  return async () => unlockKeyring({ crypto, random, store }, await askSecret(context, values, 'root-passphrase-file', fill(prompt.passphrase, { name: prompt.rootKey })));
}

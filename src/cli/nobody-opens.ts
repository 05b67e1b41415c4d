/** Recipients at which nobody may open what comes: said when it is written, signed and sent, not when it was awaited in vain. */
import { fill } from '#core/refusal-words.ts';
import { isOwn } from '#model/directories.ts';
import { officeLabel } from '#model/peer-names.ts';
import { whoMay } from '#model/rights.ts';
import type { Addressee } from '#wire/names.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

/** Of this organisation's own offices; what another one shows of its people is not whole. */
export function nobodyOpensLines({ words: { said } }: CliContext, { session }: Device, { to }: { readonly to: readonly Addressee[] }): string[] {
  const { view } = session;
  const shut = to.filter(({ office }) => isOwn(view, office) && whoMay(view, 'say opened', office.office, session.now()).length === 0);
  const persons = view.registrars().map(({ name }) => name).join(', ');
  return shut.length === 0 ? [] : [fill(said.nobodyOpens, { offices: shut.map(({ office }) => officeLabel(session, office)).join(', '), persons })];
}

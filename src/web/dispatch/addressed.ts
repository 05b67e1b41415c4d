/** To whom a dispatch goes and how urgently, in one line. */
import type { Session } from '#client/session.ts';
import { officeLabel } from '#model/peer-names.ts';
import type { Addressee } from '#wire/names.ts';
import type { Words } from '../words/shape.ts';

export function addressedText(to: readonly Addressee[], session: Session, words: Words): string {
  return to.map(({ office, role, precedence }) => `${officeLabel(session, office)} (${words.mark.role[role]}, ${words.mark.precedence[precedence]})`).join(', ');
}

/** What is sealed with keys that nobody has any more: said in the place of "wait", with who can do what now. */
import { Link } from 'react-aria-components';
import { areKeysGone, keyIn } from '#client/office-keys/gone-keys.ts';
import { mayRead, type RegisterRow } from '#client/registers/register-index.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { useEntered } from '../device/entered.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';

/** What a reading failed with, where it failed for want of keys that nobody has any more; else null. */
export function useKeysGone(): (fault: unknown) => Refusal | null {
  const { session, office } = useEntered();
  return (fault) => (fault instanceof Refusal && fault.code === 'key-missing' && areKeysGone(session, office, keyIn(fault)) ? fault : null);
}

/** What went wrong, in a sentence. */
export function useFaultText(): (fault: unknown) => string {
  const [words, locale] = [useWords(), useLocale()];
  const { session: { view }, office } = useEntered();
  const keysGone = useKeysGone();
  return (fault) => (keysGone(fault) === null ? faultSentence(fault, locale) : `${fill(words.dispatch.gone, { office: view.office(office)?.name ?? office })} ${words.dispatch.goneWaits}`);
}

/** Why a line says nothing of what it is about. @param sealed what its reading failed with */
export function useUnread(): (sealed: RefusalCode | null) => string {
  const { session, office } = useEntered();
  const words = useWords();
  return (sealed) => (sealed === 'signature-exposed' ? words.dispatch.exposed : sealed === 'key-missing' && areKeysGone(session, office) ? words.register.gone : words.register.unreadable);
}

export function useUnreadText(): (row: RegisterRow) => string {
  const words = useWords();
  const unread = useUnread();
  return (row) => (mayRead(row) ? row.sealed === null ? words.register.opening : unread(row.sealed) : words.register.sealed);
}

/** @param way what is left besides escrow, as a sentence */
export function GoneKeys({ gone, way }: { readonly gone: Refusal; readonly way: string }) {
  const { session: { view }, office } = useEntered();
  const words = useWords();
  // Keys of a week are in no escrow.
  const escrow = gone.detail['purpose'] === 'transport' ? null : view.escrow(office);
  return (
    <div className="caution gone" role="alert">
      <p><b>{fill(words.dispatch.gone, { office: view.office(office)?.name ?? office })}</b> {words.dispatch.goneWaits}</p>
      <p>{way}</p>
      {escrow !== null && (
        <p>
          {fill(words.dispatch.goneEscrow, { names: escrow.custodians.map((one) => view.person(one)?.name ?? one).join(', '), threshold: escrow.threshold })}{' '}
          <Link href={`/directory/offices/${office}`}>{words.dispatch.goneEscrowAt}</Link>
        </p>
      )}
    </div>
  );
}

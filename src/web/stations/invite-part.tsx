/**
 * New stations, for registrars: an invitation that is taken away as a file with a code for another way, and the admission
 * of who answers it, whose fingerprint is read aloud. The other side is setup/join-part.tsx.
 */
import { useCallback, useState } from 'react';
import type { ShownInvitation } from '#client/directory/sealed-invitations.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { useEntered } from '../device/entered.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { AdmitAct } from './admit-act.tsx';
import { InviteAct } from './invite-act.tsx';
import { useBook } from './use-book.ts';

/** @param onGrown the directory has another station */
export function InvitePart({ onGrown }: { readonly onGrown: () => void }) {
  const { session } = useEntered();
  return isRegistrar(session) ? <Registrars onGrown={onGrown} /> : null;
}

function Registrars({ onGrown }: { readonly onGrown: () => void }) {
  const words = useWords();
  const withBook = useBook();
  const { value: given, reload } = useLoaded(useCallback(() => withBook((book) => book.list()), [withBook]));
  const [said, setSaid] = useState('');
  return (
    <section className="net-invite" aria-labelledby="net-invite">
      <h2 id="net-invite">{words.stations.invite.title}</h2>
      <p className="soft">{words.stations.invite.what}</p>
      <div className="acts">
        <InviteAct withBook={withBook} onGiven={reload} />
        <AdmitAct withBook={withBook} onAdmitted={(station) => {
          setSaid(fill(words.stations.invite.admitted, { station }));
          reload();
          onGrown();
        }} />
      </div>
      <p className="net-said" role="status">{said}</p>
      {given !== null && given.length > 0 && <Given given={given} />}
    </section>
  );
}

function Given({ given }: { readonly given: readonly ShownInvitation[] }) {
  const words = useWords();
  const { clock } = useOutside();
  const state = ({ isUsed, invitation: { expires } }: ShownInvitation): string =>
    isUsed ? words.stations.invite.used : expires < clock.now() ? fill(words.stations.invite.lapsed, { at: dateText(expires) }) : fill(words.stations.invite.open, { at: dateText(expires) });
  return (
    <table className="net-given">
      <caption>{words.stations.invite.given}</caption>
      <thead><tr><th scope="col">{words.stations.column.site}</th><th scope="col">{words.stations.column.state}</th></tr></thead>
      <tbody>
        {given.map((one) => (
          <tr key={[...one.invitation.invitation].join()}><th scope="row">{one.invitation.site} <code>{one.invitation.station}</code></th><td>{state(one)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

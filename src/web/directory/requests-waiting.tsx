/** New devices for which a device of the same person vouches, as they lie at the station: a registrar admits each or turns it down. */
import { useState } from 'react';
import { admitVouched } from '#client/directory/people-errands.ts';
import { turnDown, type VouchedRequest } from '#client/keyring/request-shelf.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { Said, saidOfProposal } from './said.tsx';
import type { Directory } from './use-directory.ts';
import { useRequests } from './use-requests.ts';

export function RequestsWaiting({ directory: { look } }: { readonly directory: Directory }) {
  const words = useWords();
  const { session } = useEntered();
  const { requests, more, reload } = useRequests(session);
  const [said, setSaid] = useState<readonly string[]>([]);
  const admit = async ({ request }: VouchedRequest): Promise<void> => {
    setSaid([saidOfProposal(await admitVouched(session, request), words)]);
    look();
    reload();
  };
  const drop = async (one: VouchedRequest): Promise<void> => {
    const { device } = one.asked;
    const unheard = await turnDown(session, one);
    setSaid([fill(words.directory.requestDropped, { device, ...(unheard.length > 0 && { stations: unheard.join(', ') }) })]);
    reload();
  };
  return (
    <>
      {(requests.length > 0 || more > 0) && (
        <section className="folk-requests" aria-labelledby="folk-requests">
          <h2 id="folk-requests">{words.directory.requests} <span className="count">{requests.length + more}</span></h2>
          <ul>
            {requests.map((one) => {
              const { name, person, device } = one.asked;
              return (
                <li key={one.code}>
                  <p>{fill(words.directory.requestOf, { name, person, device, voucher: one.request.voucher!.device })} <span className="soft">{fill(words.directory.requestUntil, { date: dateText(one.expires) })}</span></p>
                  <div className="acts">
                    <Act ask={words.directory.requestAdmit} title={fill(words.directory.requestAdmitTitle, { device })} act={() => admit(one)}>
                      <p>{fill(words.directory.requestAdmitWhat, { device, name })}</p>
                    </Act>
                    <Act ask={words.directory.requestDrop} title={fill(words.directory.requestDropTitle, { device })} isDanger act={() => drop(one)}>
                      <p>{words.directory.requestDropWhat}</p>
                    </Act>
                  </div>
                </li>
              );
            })}
          </ul>
          {more > 0 && <p className="soft">{fill(words.directory.requestsMore, { more })}</p>}
        </section>
      )}
      <Said lines={said} />
    </>
  );
}

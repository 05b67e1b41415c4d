/** Taking a delegation back before its day: the holder's word, or a registrar's. */
import { endedDelegations } from '#client/office-keys/last-keys.ts';
import { endDelegation } from '#client/directory/people-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { lasts } from '#model/directory-ending.ts';
import type { DelegationRecord } from '#model/directory-view.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { fill, useWords } from '../words/words.ts';
import { LastKeysCaution } from './last-keys.tsx';
import { saidOfProposal } from './said.tsx';
import type { Directory } from './use-directory.ts';
import type { Proposing } from './use-proposing.ts';

interface EndDelegationProps extends Pick<Proposing, 'say'> {
  readonly delegation: DelegationRecord;
  readonly directory: Directory;
}

export function EndDelegation({ delegation, directory: { view, now }, say }: EndDelegationProps) {
  const words = useWords();
  const { session } = useEntered();
  const isMine = isRegistrar(session) || session.ring.contents.person === delegation.by;
  if (!isMine || !lasts(delegation, now) || delegation.until <= now) return null;
  const name = view.person(delegation.to)?.name ?? delegation.to;
  return (
    <span className="folk-act">
      <Act ask={words.directory.takeBack} title={fill(words.directory.takeBackTitle, { code: delegation.delegation })} isDanger act={async () => {
        say([saidOfProposal(await endDelegation(session, delegation.delegation), words)]);
      }}>
        <p>{fill(words.directory.takeBackWhat, { name, title: view.position(delegation.position)?.title ?? delegation.position })}</p>
        <LastKeysCaution plans={endedDelegations([delegation.delegation])} />
      </Act>
    </span>
  );
}

/** The end of a device that was returned, replaced or is used no more; of one that others may have see exposure-acts.tsx. */
import { endDevice, planDeviceEnd } from '#client/directory/people-errands.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { actorOf } from '#client/signers.ts';
import type { Session } from '#client/session.ts';
import type { DeviceRecord } from '#model/directory-view.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { fill, useWords } from '../words/words.ts';
import { LastKeysCaution } from './last-keys.tsx';
import { saidOfEnding } from './said.tsx';
import type { Directory } from './use-directory.ts';

interface EndDeviceProps {
  readonly device: DeviceRecord;
  readonly directory: Directory;
  /** Around the work: the directory may say so already while keys are still made anew. */
  readonly doing: (work: () => Promise<readonly string[]>) => Promise<void>;
}

export function EndDevice({ device: { device, person }, directory: { view }, doing }: EndDeviceProps) {
  const words = useWords();
  const { session } = useEntered();
  const isOnly = view.devices(person).every((one) => one.device === device);
  return (
    <span className="folk-act">
      <Act ask={words.acts.deviceEnd} title={fill(words.acts.deviceEndTitle, { device })} isDanger
        act={() => doing(async () => saidOfEnding(await endDevice(session, device, 'left'), session.view, words))}>
        <p>{fill(words.acts.deviceEndWhat, { device })}</p>
        {isOnly && <p className="caution">{fill(words.acts.deviceEndOnly, { name: view.person(person)?.name ?? person })}</p>}
        <p>{words.acts.deviceEndLost}</p>
        <LastKeysCaution plans={planDeviceEnd(device, 'left')} />
        <p>{words.acts.never}</p>
      </Act>
    </span>
  );
}

/** By a registrar, not of the device that they hold in their hands, nor of another registrar's. */
export function mayEndDevice(session: Session, { device, person }: DeviceRecord): boolean {
  const own = actorOf(session.ring);
  const isOthers = own.person !== person && session.view.registrars().some((one) => one.person === person);
  return isRegistrar(session) && device !== own.device && !isOthers;
}

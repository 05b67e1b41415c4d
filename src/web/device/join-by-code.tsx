/** A new device of a person who has one already: what their old device scans or types, and how far it has come. */
import { useCallback } from 'react';
import { inFours } from '#core/crockford.ts';
import { Fault } from '../kit/fault.tsx';
import { QrPicture } from '../kit/qr-picture.tsx';
import { useWords } from '../words/words.ts';
import { joiningLink } from './joining-link.ts';
import type { KeptDevice, OpenedDevice } from './kept-device.ts';
import { useLeftRequest } from './use-left-request.ts';

interface Props {
  readonly kept: KeptDevice;
  readonly opened: OpenedDevice;
  /** Why the directory could not be looked at: said where nothing nearer is wrong, since both fail together. */
  readonly lookFault: unknown;
}

export function JoinByCode({ kept, opened, lookFault }: Props) {
  const words = useWords();
  const { left, fault } = useLeftRequest(useCallback(() => kept.leaveRequest(opened), [kept, opened]));
  return (
    <>
      {left !== null && (
        <>
          <div className="join-code">
            <QrPicture text={joiningLink(location.origin, left.code)} label={words.door.ownPicture} />
            <ol className="steps">
              <li>{words.door.ownOpen}</li>
              <li>{words.door.ownCheck}</li>
              <li>{words.door.ownAdmit}</li>
            </ol>
          </div>
          <p className="join-label" id="join-label">{words.door.ownCode}</p>
          <p className="print" aria-labelledby="join-label">{inFours(left.code)}</p>
          {isLoopback() && <p className="soft">{words.door.ownLoopback}</p>}
        </>
      )}
      <p className="waiting" role="status">{fault !== null ? words.door.ownNotLeft : left === null ? words.door.ownLeaving : left.isVouched ? words.door.ownVouched : words.door.ownLeft}</p>
      <Fault error={fault ?? lookFault} />
    </>
  );
}

/** Such an address leads every other machine to itself. */
function isLoopback(): boolean {
  return location.hostname === 'localhost' || location.hostname.endsWith('.localhost') || location.hostname.startsWith('127.') || location.hostname === '[::1]';
}

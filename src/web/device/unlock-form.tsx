/** Unlocks the device that stands here: by passphrase or passkey, with the station or without it. */
import { useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import type { SlotOf } from '#wire/keyring.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Secret } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import type { StepProps } from './step.ts';
import type { DevicePlace } from './kept-device.ts';
import { LEFT_KEY } from './own-device.ts';

interface Props extends StepProps {
  readonly place: DevicePlace;
  readonly onCard: () => void;
  readonly onForgotten: () => void;
}

export function UnlockForm({ kept, place, onOpened, onCard, onForgotten }: Props) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [passphrase, setPassphrase] = useState('');
  const [passkeys, setPasskeys] = useState<readonly SlotOf<'passkey'>[]>([]);
  useEffect(() => { kept.passkeys().then(setPasskeys, () => undefined); }, [kept]);
  const [left] = useState(() => sessionStorage.getItem(LEFT_KEY));
  const unlock = (): void => run(async () => {
    const opened = await kept.unlock({ kind: 'passphrase', passphrase });
    setPassphrase('');
    onOpened(opened);
  });
  const byPasskey = (): void => run(async () => {
    const door = await outside.passkeys();
    if (door !== null) onOpened(await kept.unlock({ kind: 'passkey', ...(await door.ask(passkeys)) }));
  });
  return (
    <>
      <h1>{words.door.title}</h1>
      <p className="soft">{fill(words.door.whose, { device: place.device, name: place.name })}</p>
      {left !== null && <p className="said" role="status">{left === 'idle' ? words.door.leftIdle : words.door.leftButton}</p>}
      <Form className="door-form" onSubmit={(event) => { event.preventDefault(); unlock(); }}>
        <Secret label={words.door.passphrase} value={passphrase} onChange={setPassphrase} isFocused />
        <Fault error={fault} />
        <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.door.unlocking : words.door.unlock}</Button>
      </Form>
      {passkeys.length > 0 && <Button isDisabled={isBusy} onPress={byPasskey}>{words.door.passkey}</Button>}
      <p className="soft">{words.door.local}</p>
      <div className="door-else">
        <p>{words.door.forgot} <Button variant="quiet" onPress={onCard}>{words.door.byCard}</Button></p>
        <Forget onForget={async () => { await kept.forget(); onForgotten(); }} />
      </div>
    </>
  );
}

/** Asked once more: what is removed here is gone. */
function Forget({ onForget }: { readonly onForget: () => Promise<void> }) {
  const words = useWords();
  const [isAsked, ask] = useState(false);
  const { run } = useWork();
  if (!isAsked) return <Button variant="quiet" onPress={() => ask(true)}>{words.door.other}</Button>;
  return (
    <div className="caution" role="group" aria-label={words.door.other}>
      <div><p>{words.door.otherAsk}</p>
        <div className="acts"><Button onPress={() => ask(false)}>{words.door.keep}</Button><Button variant="danger" onPress={() => run(onForget)}>{words.door.otherDo}</Button></div></div>
    </div>
  );
}

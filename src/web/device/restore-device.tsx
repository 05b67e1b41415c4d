/** Restores a device from the sealed copy that its station keeps, by the printed card. */
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { NewSecretFields, Secret, useNewSecretFault } from '../kit/secret.tsx';
import { useWork } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';
import type { DevicePlace } from './kept-device.ts';
import type { StepProps } from './step.ts';

/** @param place the device that stands in this browser: whoever forgot its passphrase is not at another machine */
export function RestoreDevice({ kept, station, place, onOpened, onBack }: StepProps & { readonly place: DevicePlace | null }) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const [isTried, setTried] = useState(false);
  const { form, look } = useFirstFault<HTMLFormElement>();
  const [card, setCard] = useState('');
  const [secret, setSecret] = useState({ first: '', second: '' });
  const secretFault = useNewSecretFault(secret);
  const restore = (): void => {
    setTried(true);
    look();
    if (secretFault.first !== null || secretFault.second !== null) return;
    run(async () => onOpened(await kept.restore(station, card, secret.first)));
  };
  return (
    <>
      <h1>{words.door.byCard}</h1>
      <p className="soft">{place === null ? words.door.byCardWhat : fill(words.door.byCardHere, { device: place.device, name: place.name })}</p>
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); restore(); }}>
        <Secret label={words.door.card} value={card} onChange={setCard} isFocused />
        <p className="soft">{words.door.cardWhat}</p>
        <NewSecretFields label={words.door.newPassphrase} value={secret} onChange={setSecret} isTried={isTried} />
        <p className="soft">{place === null ? words.door.restoreAfter : fill(words.door.restoreAfterHere, { name: place.name })}</p>
        <Fault error={fault} />
        <div className="acts">
          <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.door.restoring : words.door.restore}</Button>
          <Button variant="quiet" onPress={onBack}>{words.door.back}</Button>
        </div>
      </Form>
    </>
  );
}

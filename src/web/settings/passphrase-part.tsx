/** Another passphrase: the present one is asked for, since a keyring that stands open is not its owner. */
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { NewSecretFields, Secret, useNewSecretFault } from '../kit/secret.tsx';
import { useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';
import type { PartProps } from './slots-part.tsx';

const EMPTY = { first: '', second: '' };

export function PassphrasePart({ own, onChanged }: PartProps) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const [now, setNow] = useState('');
  const [next, setNext] = useState(EMPTY);
  const [isTried, setTried] = useState(false);
  const [isSet, setDone] = useState(false);
  const nextFault = useNewSecretFault(next);
  const change = (): void => {
    setTried(true);
    setDone(false);
    if (nextFault.first !== null || nextFault.second !== null) return;
    run(async () => {
      await own.kept.changePassphrase(own.opened, now, next.first);
      setNow('');
      setNext(EMPTY);
      setTried(false);
      setDone(true);
      onChanged();
    });
  };
  return (
    <section aria-labelledby="set-passphrase">
      <h2 id="set-passphrase">{words.settings.passphrase}</h2>
      <Form className="door-form" onSubmit={(event) => { event.preventDefault(); change(); }}>
        <Secret label={words.settings.passphraseNow} value={now} onChange={setNow} />
        <NewSecretFields label={words.settings.passphraseNew} value={next} onChange={setNext} isTried={isTried} />
        <Fault error={fault} />
        <Button type="submit" isDisabled={isBusy}>{isBusy ? words.settings.passphraseChanging : words.settings.passphraseDo}</Button>
      </Form>
      {isSet && <p role="status" className="done">{words.settings.passphraseSet}</p>}
    </section>
  );
}

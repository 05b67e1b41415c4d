/** A new device: its keys are made here, and a registrar is asked for certificates. */
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { LIMITS } from '#wire/limits.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useFirstFault } from '../kit/first-fault.ts';
import { NAME_CHARACTERS_MAX } from '../kit/name-lengths.ts';
import { NewSecretFields, useNewSecretFault } from '../kit/secret.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { useWords } from '../words/words.ts';
import type { StepProps } from './step.ts';

/** @param onKept the device was made and stands here, but the station could not be asked further */
export function MakeDevice({ kept, station, onOpened, onBack, onKept }: StepProps & { readonly onKept: () => void }) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  const [isTried, setTried] = useState(false);
  const { form, look } = useFirstFault<HTMLFormElement>();
  const [person, setPerson] = useState('');
  const [name, setName] = useState('');
  const [ownCode, setOwnCode] = useState<string | null>(null);
  const [sealFor, setSealFor] = useState('');
  const [secret, setSecret] = useState({ first: '', second: '' });
  const secretFault = useNewSecretFault(secret);
  const { clock } = useOutside();
  // Day, month, hour and minute: somebody's second browser would else suggest the code of the first, which the registrar refuses.
  const [mark] = useState(() => dateText(clock.now()).replace(/^(\d\d)\/(\d\d)\/\d{4} (\d\d):(\d\d)$/, '$1$2$3$4'));
  const device = ownCode ?? (person === '' ? '' : `${person.slice(0, 18)}-web-${mark}`);
  const codeFault = (code: string): string | null => (isCode(code) ? null : words.door.codeShape);
  const faults = {
    person: codeFault(person), device: codeFault(device), sealFor: sealFor === '' ? null : codeFault(sealFor), name: name.trim() === '' ? words.door.nameEmpty : null,
  };
  const isRight = Object.values({ ...faults, ...secretFault }).every((one) => one === null);
  const make = (): void => {
    setTried(true);
    look();
    if (!isRight) return;
    run(async () => {
      try {
        onOpened(await kept.make(station, { person, device, name: name.normalize('NFC').trim(), passphrase: secret.first, ...(sealFor === '' ? {} : { sealFor }) }));
      } catch (error) {
        // Whoever pressed again would make another, with other keys, and the first would be lost.
        if ((await kept.place()) === null) throw error;
        onKept();
      }
    });
  };
  const shown = (one: string | null): string | null => (isTried ? one : null);
  return (
    <>
      <h1>{words.door.makeNew}</h1>
      <p className="soft">{words.door.noneWhat}</p>
      <Form ref={form} className="door-form" onSubmit={(event) => { event.preventDefault(); make(); }}>
        <Text isVerbatim maxLength={LIMITS.codeBytes} label={words.door.person} hint={words.door.personWhat} value={person} onChange={setPerson} fault={shown(faults.person)} />
        <Text isVerbatim label={words.door.name} hint={words.door.nameWhat} value={name} onChange={setName} fault={shown(faults.name)} maxLength={NAME_CHARACTERS_MAX} />
        <Text isVerbatim maxLength={LIMITS.codeBytes} label={words.door.deviceCode} hint={words.door.deviceCodeWhat} value={device} onChange={setOwnCode} fault={shown(faults.device)} />
        <Text isVerbatim maxLength={LIMITS.codeBytes} label={words.door.sealFor} hint={words.door.sealForWhat} value={sealFor} onChange={setSealFor} fault={shown(faults.sealFor)} />
        <NewSecretFields label={words.door.newPassphrase} value={secret} onChange={setSecret} isTried={isTried} />
        <Fault error={fault} />
        <div className="acts">
          <Button variant="primary" type="submit" isDisabled={isBusy}>{isBusy ? words.door.making : words.door.make}</Button>
          <Button variant="quiet" onPress={onBack}>{words.door.back}</Button>
        </div>
      </Form>
    </>
  );
}

function isCode(code: string): boolean {
  return CODE_SHAPE.test(code) && code.length <= LIMITS.codeBytes;
}

/** A passkey as one more way to open: never the only one. */
import { useEffect, useState } from 'react';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { Text } from '../kit/field.tsx';
import { useOutside, useWork } from '../kit/use-outside.ts';
import type { PasskeyDoor } from '../outside.ts';
import { useWords } from '../words/words.ts';
import type { PartProps } from './slots-part.tsx';

const PRF_INPUT_BYTES = 32;
const LABEL_CHARACTERS_MAX = 60;

export function PasskeyPart({ own, onChanged }: PartProps) {
  const words = useWords();
  const outside = useOutside();
  const { isBusy, fault, run } = useWork();
  const [door, setDoor] = useState<PasskeyDoor | null>(null);
  const [label, setLabel] = useState<string>(words.settings.passkeySample);
  const [isAdded, setAdded] = useState(false);
  useEffect(() => { outside.passkeys().then(setDoor, () => undefined); }, [outside]);
  const { session, place } = own.opened;
  const add = ({ relyingParty, make }: PasskeyDoor): void => run(async () => {
    const prfInput = session.random.bytes(PRF_INPUT_BYTES);
    const made = await make({ organisation: session.view.organisation.name, device: place.device, name: place.name, prfInput });
    await session.ring.putSlot({ kind: 'passkey', ...made, prfInput, relyingParty, label: label.normalize('NFC').trim() || words.settings.passkeySample });
    made.output.fill(0);
    await session.keepCopy().catch(() => undefined);
    setAdded(true);
    onChanged();
  });
  return (
    <section aria-labelledby="set-passkey">
      <h2 id="set-passkey">{words.settings.passkey}</h2>
      <p className="soft">{words.settings.passkeyWhat}</p>
      {door === null ? <p className="soft">{words.settings.passkeyNone}</p> : (
        <>
          <Text label={words.settings.passkeyName} value={label} onChange={setLabel} maxLength={LABEL_CHARACTERS_MAX} />
          <Fault error={fault} />
          <Button isDisabled={isBusy} onPress={() => add(door)}>{words.settings.passkeyAdd}</Button>
        </>
      )}
      {isAdded && <p role="status" className="done">{words.settings.passkeyAdded}</p>}
    </section>
  );
}

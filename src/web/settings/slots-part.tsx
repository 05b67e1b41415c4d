/** The ways to open this keyring, each with since when; one that is not wanted any more is removed for good. */
import { useState } from 'react';
import { equal } from '#core/bytes.ts';
import { isOwnWay } from '#client/keyring/keyring.ts';
import type { Slot } from '#wire/keyring.ts';
import type { OwnDevice } from '../device/own-device.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';

export interface PartProps {
  readonly own: OwnDevice;
  readonly onChanged: () => void;
}

export function SlotsPart({ own, round, onChanged }: PartProps & { readonly round: number }) {
  const words = useWords();
  const { fault, run } = useWork();
  const [said, setSaid] = useState('');
  const { session } = own.opened;
  const { slots } = session.ring;
  const nameOf = (slot: Slot): string => {
    if (slot.kind === 'card') return fill(words.settings.way.card, { number: slot.number });
    return slot.kind === 'passkey' ? fill(words.settings.way.passkey, { label: slot.label }) : words.settings.way[slot.kind];
  };
  const remove = (slot: Slot): void => run(async () => {
    await session.ring.removeSlots((one) => equal(one.lock.publicKey, slot.lock.publicKey));
    await session.keepCopy().catch(() => undefined);
    setSaid(fill(words.settings.removed, { what: nameOf(slot) }));
    onChanged();
  });
  return (
    <section aria-labelledby="set-ways" data-round={round}>
      <h2 id="set-ways">{words.settings.ways}</h2>
      <ul className="slots" aria-labelledby="set-ways">
        {slots.map((slot) => (
          <li key={`${slot.kind} ${slot.created}`}>
            <b>{nameOf(slot)}</b>
            <span className="soft">{fill(words.settings.since, { date: dateText(slot.created) })}{slot.kind === 'card' && `; ${slot.tried === undefined ? words.settings.untried : fill(words.settings.tried, { date: dateText(slot.tried) })}`}</span>
            {!slots.some((other) => other !== slot && isOwnWay(other)) ? <span className="soft">{words.settings.lastWay}</span> : <Confirm ask={words.settings.remove} label={fill(words.settings.removeWhat, { what: nameOf(slot) })} title={fill(words.settings.removeTitle, { what: nameOf(slot) })} what={words.settings.removeCosts} isDanger onConfirm={() => remove(slot)} />}
          </li>
        ))}
      </ul>
      {!slots.some((slot) => slot.kind === 'card' && isOwnWay(slot)) && <p className="caution">{words.settings.noCard}</p>}
      <Fault error={fault} />
      {said !== '' && <p role="status" className="done">{said}</p>}
    </section>
  );
}

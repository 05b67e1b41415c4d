/** Has the station write what waits for a neighbour onto sticks: what goes, by precedence and size, and how large a stick is. */
import { useState } from 'react';
import { HIGHEST_FIRST, type Precedence } from '#wire/names.ts';
import { VOLUME_BYTES } from '#wire/api/bundles.ts';
import { useEntered } from '../device/entered.ts';
import { Act } from '../kit/act-dialog.tsx';
import { Choice, Text, Tick } from '../kit/field.tsx';
import { fill, useWords } from '../words/words.ts';

const MIB = 2 ** 20;
/** What a stick takes, as it is sold; the last is what a FAT file system takes in one file. */
const STICK_BYTES = { '16': VOLUME_BYTES.least, '64': 64 * MIB, '512': 512 * MIB, '1024': 1_024 * MIB, '2048': 2_048 * MIB, '4096': VOLUME_BYTES.most } as const;
type Stick = keyof typeof STICK_BYTES;
const MOST_CHARACTERS = 7;
export function CarryAct({ peer, site, onBegun }: { readonly peer: string; readonly site: string; readonly onBegun: () => void }) {
  const words = useWords();
  const { session } = useEntered();
  const [going, setGoing] = useState<ReadonlySet<Precedence>>(new Set(HIGHEST_FIRST));
  const [mib, setMib] = useState('');
  const [size, setSize] = useState<Stick>('4096');
  const [isAgain, setAgain] = useState(false);
  const bytesMax = mib.trim() === '' ? null : /^[1-9]\d*$/.test(mib.trim()) ? Number(mib) * MIB : Number.NaN;
  const isShaped = bytesMax === null || Number.isSafeInteger(bytesMax);
  const write = async (): Promise<void> => {
    await session.api.call('writeBundle', { body: {
      peer, volumeBytes: STICK_BYTES[size], again: isAgain,
      ...(going.size < HIGHEST_FIRST.length ? { precedences: HIGHEST_FIRST.filter((one) => going.has(one)) } : {}),
      ...(bytesMax === null ? {} : { bytesMax }),
    } });
    onBegun();
  };
  const tick = (one: Precedence) => (isGoing: boolean): void => setGoing((before) => new Set(HIGHEST_FIRST.filter((other) => (other === one ? isGoing : before.has(other)))));
  return (
    <Act ask={words.courier.write.ask} title={fill(words.courier.write.title, { site })} act={going.size > 0 && isShaped ? write : null}>
      <p className="soft">{words.courier.write.what}</p>
      <fieldset className="carry-which">
        <legend>{words.courier.write.which}</legend>
        {HIGHEST_FIRST.map((one) => <Tick key={one} label={words.mark.precedence[one]} value={going.has(one)} onChange={tick(one)} />)}
        {going.size === 0 && <p className="fault-line" role="status">{words.courier.write.isNone}</p>}
      </fieldset>
      <Choice label={words.courier.write.stick} value={size} choices={words.courier.write.sticks} onChange={setSize} />
      <Text isVerbatim label={words.courier.write.most} hint={words.courier.write.mostHint} value={mib} onChange={setMib} fault={isShaped ? null : words.courier.write.mostShape} maxLength={MOST_CHARACTERS} />
      <Tick label={words.courier.write.again} value={isAgain} onChange={setAgain} />
    </Act>
  );
}

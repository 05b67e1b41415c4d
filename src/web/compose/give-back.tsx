/** Gives a draft back to its author: why, in a few words, and what then becomes of it. */
import { useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { LIMITS } from '#wire/limits.ts';
import { Button } from '../kit/button.tsx';
import { Text } from '../kit/field.tsx';
import { Frame } from '../kit/frame.tsx';
import { useWords } from '../words/words.ts';

export function GiveBack({ isBusy, onReturn }: { readonly isBusy: boolean; readonly onReturn: (reason: string) => void }) {
  const words = useWords();
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const said = reason.normalize('NFC').trim();
  const isLong = new TextEncoder().encode(said).length > LIMITS.returnReasonBytes;
  const fault = isLong ? words.drafts.reasonLong : isTried && said === '' ? words.drafts.reasonEmpty : null;
  const give = (close: () => void): void => {
    setTried(true);
    if (said === '' || isLong) return;
    close();
    onReturn(said);
  };
  return (
    <DialogTrigger>
      <Button isDisabled={isBusy}>{words.drafts.giveBack}</Button>
      <Frame title={words.drafts.giveBackTitle}>
        {(close) => (
          <>
            <p>{words.drafts.giveBackWhat}</p>
            <Text label={words.drafts.reason} value={reason} onChange={setReason} lines={4} fault={fault} />
            <div className="acts"><Button onPress={close}>{words.back}</Button><Button variant="primary" onPress={() => give(close)}>{words.drafts.giveBack}</Button></div>
          </>
        )}
      </Frame>
    </DialogTrigger>
  );
}

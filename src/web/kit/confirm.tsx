/** A button whose press is asked about once: for what cannot be taken back. */
import { DialogTrigger } from 'react-aria-components';
import { useWords } from '../words/words.ts';
import { Button } from './button.tsx';
import { Frame } from './frame.tsx';

export interface ConfirmProps {
  /** On the button, and on the one that does it. */
  readonly ask: string;
  readonly title: string;
  /** What will be, and what it costs. */
  readonly what: string;
  readonly isDanger?: boolean;
  /** It is what is to be done next here. */
  readonly isNext?: boolean;
  /** What the button is called for who does not see beside what it stands. */
  readonly label?: string;
  readonly onConfirm: () => void;
}

export function Confirm({ ask, title, what, isDanger = false, isNext = false, label, onConfirm }: ConfirmProps) {
  const words = useWords();
  const variant = isDanger ? 'danger' as const : isNext ? 'primary' as const : 'plain' as const;
  return (
    <DialogTrigger>
      <Button variant={variant} {...(label !== undefined && { 'aria-label': label })}>{ask}</Button>
      <Frame title={title} isAlert>
        {(close) => (
          <>
            <p>{what}</p>
            <div className="acts"><Button onPress={close}>{words.back}</Button><Button variant={isDanger ? 'danger' : 'primary'} onPress={() => { close(); onConfirm(); }}>{ask}</Button></div>
          </>
        )}
      </Frame>
    </DialogTrigger>
  );
}

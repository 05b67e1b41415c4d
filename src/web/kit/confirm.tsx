/** A button whose press is asked about once: for what cannot be taken back. */
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words/words.ts';
import { Button } from './button.tsx';

export interface ConfirmProps {
  /** On the button, and on the one that does it. */
  readonly ask: string;
  readonly title: string;
  /** What will be, and what it costs. */
  readonly what: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => void;
}

export function Confirm({ ask, title, what, isDanger = false, onConfirm }: ConfirmProps) {
  const words = useWords();
  const variant = isDanger ? 'danger' as const : 'plain' as const;
  return (
    <DialogTrigger>
      <Button variant={variant}>{ask}</Button>
      <ModalOverlay className="scrim" isDismissable>
        <Modal className="modal small">
          <Dialog className="dialog" role="alertdialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                <p>{what}</p>
                <div className="acts"><Button onPress={close}>{words.back}</Button><Button variant={isDanger ? 'danger' : 'primary'} onPress={() => { close(); onConfirm(); }}>{ask}</Button></div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

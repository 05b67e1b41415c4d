/** What each key does. */
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../kit/button.tsx';
import { useWords } from '../words/words.ts';

export function KeyboardSheet({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const { key } = words.frame;
  const lines = [['Ctrl K', key.palette], ['?', key.sheet], ['Tab', key.tab], ['Enter', key.enter], ['↑ ↓ ← →', key.arrows], ['Esc', key.escape]] as const;
  return (
    <ModalOverlay className="scrim" isOpen isDismissable onOpenChange={(isOpen) => { if (!isOpen) onClose(); }}>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title">{words.frame.keysTitle}</Heading>
          <dl className="keys">{lines.map(([name, what]) => <div key={name}><dt><kbd>{name}</kbd></dt><dd>{what}</dd></div>)}</dl>
          <div className="acts"><Button variant="primary" onPress={onClose}>{words.close}</Button></div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

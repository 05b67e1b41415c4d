/** The one frame of what is asked or shown above a page: its title, its width, how it is put away. */
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

export interface FrameProps {
  readonly title: string;
  /** For what is looked at; else it is as wide as what is read and answered. */
  readonly isWide?: boolean;
  /** It has to be answered, and is read out at once. */
  readonly isAlert?: boolean;
  /** Whether a press beside it puts it away. */
  readonly isDismissable?: boolean;
  /** Where no trigger opens it: it is open, and this is called when it is put away. */
  readonly onClose?: () => void;
  readonly children: (close: () => void) => ReactNode;
}

export function Frame({ title, isWide = false, isAlert = false, isDismissable = true, onClose, children }: FrameProps) {
  const open = onClose === undefined ? {} : { isOpen: true, onOpenChange: (isOpen: boolean) => { if (!isOpen) onClose(); } };
  return (
    <ModalOverlay className="scrim" isDismissable={isDismissable} {...open}>
      <Modal className={isWide ? 'modal' : 'modal small'}>
        <Dialog className="dialog" role={isAlert ? 'alertdialog' : 'dialog'}>
          {({ close }) => <><Heading slot="title">{title}</Heading>{children(close)}</>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

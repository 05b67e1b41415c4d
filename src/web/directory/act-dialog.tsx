/** An act on the directory: a button, what it will do in words, what has to be said for it, and what came of it. */
import type { ReactNode } from 'react';
import { Button as AriaButton, ComboBox, Dialog, DialogTrigger, Form, Heading, Input, Label, ListBox, ListBoxItem, Modal, ModalOverlay, Popover } from 'react-aria-components';
import { matches } from '#model/fold.ts';
import { Button } from '../kit/button.tsx';
import { Fault } from '../kit/fault.tsx';
import { useWork } from '../kit/use-outside.ts';
import { useWords } from '../words/words.ts';

export interface ActProps {
  /** On the button, and on the one that does it. */
  readonly ask: string;
  readonly title: string;
  readonly isDanger?: boolean;
  /** Null while something is lacking: then nothing can be done yet. */
  readonly act: (() => Promise<void>) | null;
  readonly children: ReactNode;
}

export function Act({ ask, title, isDanger = false, act, children }: ActProps) {
  const words = useWords();
  const { isBusy, fault, run } = useWork();
  return (
    <DialogTrigger>
      <Button variant={isDanger ? 'danger' : 'plain'}>{ask}</Button>
      <ModalOverlay className="scrim" isDismissable={!isBusy}>
        <Modal className="modal folk-modal">
          <Dialog className="dialog">
            {({ close }) => (
              <Form className="folk-form" onSubmit={(event) => {
                event.preventDefault();
                if (act !== null) run(async () => { await act(); close(); });
              }}>
                <Heading slot="title">{title}</Heading>
                {children}
                <Fault error={fault} />
                <div className="acts">
                  <Button isDisabled={isBusy} onPress={close}>{words.back}</Button>
                  <Button variant={isDanger ? 'danger' : 'primary'} type="submit" isDisabled={isBusy || act === null}>{isBusy ? words.directory.doing : ask}</Button>
                </div>
              </Form>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

export interface PickOneProps {
  readonly label: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly under: string }[];
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** One of many, found by typing without diacritics. */
export function PickOne({ label, items, value, onChange }: PickOneProps) {
  const words = useWords();
  return (
    <ComboBox className="field" defaultItems={items} defaultFilter={matches} selectedKey={value} onSelectionChange={(key) => onChange(key === null ? null : String(key))} menuTrigger="focus">
      <Label>{label}</Label>
      <div className="folk-pick-one"><Input /><AriaButton className="folk-pick-open" aria-label={words.directory.showAll}><span aria-hidden="true" className="chevron" /></AriaButton></div>
      <Popover className="popover">
        <ListBox<PickOneProps['items'][number]> className="folk-options">{({ id, name, under }) => <ListBoxItem id={id} textValue={under === '' ? name : `${name}, ${under}`} className="option">{name} <span className="soft">{under}</span></ListBoxItem>}</ListBox>
      </Popover>
    </ComboBox>
  );
}

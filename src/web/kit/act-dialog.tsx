/** An act that says first what it will do: a button, what it will do in words, what has to be said for it, and what came of it. */
import type { ReactNode } from 'react';
import { DialogTrigger, Form } from 'react-aria-components';
import { Button } from './button.tsx';
import { Fault } from './fault.tsx';
import { Frame } from './frame.tsx';
import { useWork } from './use-outside.ts';
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
      <Frame title={title} isDismissable={!isBusy}>
        {(close) => (
          <Form className="folk-form" onSubmit={(event) => {
            event.preventDefault();
            if (act !== null) run(async () => { await act(); close(); });
          }}>
            {children}
            <Fault error={fault} />
            <div className="acts">
              <Button isDisabled={isBusy} onPress={close}>{words.back}</Button>
              <Button variant={isDanger ? 'danger' : 'primary'} type="submit" isDisabled={isBusy || act === null}>{isBusy ? words.directory.doing : ask}</Button>
            </div>
          </Form>
        )}
      </Frame>
    </DialogTrigger>
  );
}

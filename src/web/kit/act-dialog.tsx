/** An act that says first what it will do: a button, what it will do in words, what has to be said for it, and what came of it. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { DialogTrigger, Form } from 'react-aria-components';
import { Button } from './button.tsx';
import { Fault } from './fault.tsx';
import { Frame } from './frame.tsx';
import { useWork, type Work } from './use-outside.ts';
import { useWords } from '../words/words.ts';

interface ActNames {
  /** On the button, and on the one that does it. */
  readonly ask: string;
  readonly title: string;
  readonly isDanger?: boolean;
  /** Its frame stands open from the first: somebody was led to it. */
  readonly isBegun?: boolean;
}

export interface ActProps extends ActNames {
  /** Null while something is lacking: then nothing can be done yet. */
  readonly act: (() => Promise<void>) | null;
  readonly children: ReactNode;
}

export function Act({ act, children, ...names }: ActProps) {
  return <ActFrame {...names}>{(opened) => <ActForm opened={opened} act={act}>{children}</ActForm>}</ActFrame>;
}

/** What an act's form has of the frame that it stands in. */
export interface OpenedAct extends ActNames {
  readonly close: () => void;
  readonly work: Work;
}

/** @param children mounted as the frame opens: what is typed there, secrets too, is dropped when it closes, done or not */
export function ActFrame({ children, ...names }: ActNames & { readonly children: (opened: OpenedAct) => ReactNode }) {
  const work = useWork();
  const { ask, title, isDanger = false, isBegun = false } = names;
  return (
    <DialogTrigger defaultOpen={isBegun}>
      <Button variant={isDanger ? 'danger' : 'plain'}>{ask}</Button>
      <Frame title={title} isDismissable={!work.isBusy}>{(close) => children({ ...names, close, work })}</Frame>
    </DialogTrigger>
  );
}

/** While something is still asked that whoever acts has to read, nothing is done. */
const HeldContext = createContext<(change: 1 | -1) => void>(() => undefined);

/** @param isAsking whether what stands in the form still waits for what has to be said there */
export function useHeld(isAsking: boolean): void {
  const hold = useContext(HeldContext);
  useEffect(() => {
    if (!isAsking) return undefined;
    hold(1);
    return () => hold(-1);
  }, [isAsking, hold]);
}

/** The button that does it keeps the focus while it works: after a refusal whoever uses the keyboard still stands in the frame. */
export function ActForm({ opened: { ask, isDanger = false, close, work: { isBusy, fault, run } }, act, children }: Pick<ActProps, 'act' | 'children'> & { readonly opened: OpenedAct }) {
  const words = useWords();
  const [held, setHeld] = useState(0);
  const [hold] = useState(() => (change: 1 | -1) => setHeld((before) => before + change));
  const isReady = act !== null && held === 0;
  return (
    <Form className="folk-form" onSubmit={(event) => {
      event.preventDefault();
      if (isReady) run(async () => { await act(); close(); });
    }}>
      <HeldContext value={hold}>{children}</HeldContext>
      <Fault error={fault} />
      <div className="acts">
        <Button isDisabled={isBusy} onPress={close}>{words.back}</Button>
        <Button variant={isDanger ? 'danger' : 'primary'} type="submit" isDisabled={!isReady && !isBusy} aria-disabled={isBusy}>{isBusy ? words.directory.doing : ask}</Button>
      </div>
    </Form>
  );
}

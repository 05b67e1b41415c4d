/** A request that comes as a file, and its fingerprint by another way, from the mouth of who made it. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Refusal } from '#core/refusals.ts';
import { Button } from './button.tsx';
import { Fault } from './fault.tsx';
import { Text } from './field.tsx';
import { useWork } from './use-outside.ts';

export interface RequestFile<Asked> {
  /** What the file asks for; null before one was read. */
  readonly asked: Asked | null;
  /** What was heard. */
  readonly print: string;
  readonly hear: (print: string) => void;
  readonly pick: (files: FileList | null) => void;
  readonly fault: ReturnType<typeof useWork>['fault'];
  /** It was done with. */
  readonly forget: () => void;
}

/** Forty digits in groups of four, and room for more between them. */
const PRINT_CHARACTERS_MAX = 60;

/** Refusals of what is no such file. */
const OTHERS: ReadonlySet<string> = new Set(['cbor-malformed', 'pages-certificate']);

/** @param read throws Refusal for what is no such request */
export function useRequestFile<Asked>(read: (bytes: Uint8Array) => Asked | Promise<Asked>): RequestFile<Asked> {
  const reading = useWork();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [print, setPrint] = useState('');
  const pick = (files: FileList | null): void => reading.run(async () => {
    const [file] = files ?? [];
    if (file === undefined) return;
    setAsked(null);
    setAsked(await read(new Uint8Array(await file.arrayBuffer())));
  });
  const forget = (): void => {
    setAsked(null);
    setPrint('');
  };
  return { asked, print, hear: setPrint, pick, fault: reading.fault, forget };
}

/** @param isNone what is said of a file that is no such request: which one to choose */
export function RequestPicker({ file: { pick, fault }, label, isNone }: { readonly file: RequestFile<unknown>; readonly label: string; readonly isNone: string }) {
  const isOther = fault instanceof Refusal && OTHERS.has(fault.code);
  return (
    <>
      <FileTrigger onSelect={pick}><Button>{label}</Button></FileTrigger>
      {isOther ? <p className="fault" role="alert">{isNone}</p> : <Fault error={fault} />}
    </>
  );
}

export function HeardPrint({ file: { print, hear }, label }: { readonly file: RequestFile<unknown>; readonly label: string }) {
  return <Text label={label} value={print} onChange={hear} maxLength={PRINT_CHARACTERS_MAX} />;
}

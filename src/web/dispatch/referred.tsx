/** The dispatch that another answers or speaks of: by number, subject, office and date, where this office may read it. */
import { useCallback } from 'react';
import { Link } from 'react-aria-components';
import type { ReadDispatch } from '#client/dispatch/incoming.ts';
import type { RegisterPlace } from '#client/registers/register-book.ts';
import type { Session } from '#client/session.ts';
import { printable, printableText } from '#core/printable.ts';
import { officeLabel } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { dateText } from '../kit/writing.ts';
import { useRegisters } from '../register/books.ts';
import { useWords } from '../words/words.ts';
import { type ShownDispatch, showDispatch } from './shown-dispatch.ts';

/** Null where it may not be read, is not here, or cannot be opened now: whoever names it is read all the same. */
export async function readReferred(session: Session, place: RegisterPlace, office: string, dispatch: string, signal: AbortSignal): Promise<ReadDispatch | null> {
  return showDispatch(session, place, office, dispatch, signal).then(({ read }) => read, () => null);
}

/** In the line of a sheet that names it; what cannot be read here by the number that the office's register has. @param dispatch 64 hexadecimal digits */
export function Referred({ dispatch }: { readonly dispatch: string }) {
  const place = useRegisters();
  const { session, office } = useEntered();
  const { value } = useLoaded(useCallback((signal: AbortSignal) => showDispatch(session, place, office, dispatch, signal).catch(() => null), [session, place, office, dispatch]));
  const from = useFrom();
  const numbered = useNumbered();
  const read = value?.read ?? null;
  return (
    <>
      <Link href={`/dispatch/${dispatch}`}>{read === null ? numbered(value) ?? dispatch.slice(0, 12) : `${symbolOf(read)}: ${printable(read.core.subject)}`}</Link>
      {read !== null && <span className="line soft">{from(read)}</span>}
    </>
  );
}

function useNumbered(): (shown: ShownDispatch | null) => string | null {
  const { session, office } = useEntered();
  const words = useWords();
  return (shown) => {
    const number = shown?.row?.number ?? null;
    if (shown === null || number === null) return null;
    return shown.direction === 'out' ? `${number.number}/${session.view.office(office)!.symbol}` : `${words.receive.number} ${number.number}`;
  };
}

/** Above the sheet on which an answer to it, or a word about it, is written. */
export function ReferredCard({ read, isAnswer }: { readonly read: ReadDispatch; readonly isAnswer: boolean }) {
  const words = useWords();
  const from = useFrom();
  return (
    <section className="referred" aria-labelledby="referred-title">
      <h2 id="referred-title">{isAnswer ? words.sign.answers : words.compose.about} <Link href={`/dispatch/${read.dispatch}`}>{symbolOf(read)}</Link></h2>
      <p><b>{printable(read.core.subject)}</b></p>
      <p className="soft">{from(read)}</p>
      {read.core.text.trim() !== '' && <details><summary>{words.compose.referredText}</summary><div className="letter">{printableText(read.core.text)}</div></details>}
    </section>
  );
}

function symbolOf({ seal: { number, symbol } }: ReadDispatch): string {
  return printable(`${number.number}/${symbol}`);
}

function useFrom(): (read: ReadDispatch) => string {
  const { session } = useEntered();
  return ({ core, seal }) => `${officeLabel(session, core.from)}, ${dateText(seal.time)}`;
}

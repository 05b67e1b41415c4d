/** What somebody began to write on this device and did not submit: said on the desk, with the way back to it. */
import { useCallback, useMemo } from 'react';
import { Link } from 'react-aria-components';
import { SealedSheet } from '#client/sealed-sheet.ts';
import type { Session } from '#client/session.ts';
import { eraseTypedFiles } from '#client/dispatch/typed-files.ts';
import type { NamedStore } from '#core/outside.ts';
import { keptOrder, sheetOf } from '../compose/order.ts';
import { useEntered } from '../device/entered.ts';
import { Confirm } from '../kit/confirm.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { useOutside } from '../kit/use-outside.ts';
import { fill, useWords } from '../words/words.ts';

/** A sheet that may have been begun. */
interface Sheet {
  readonly kind: 'new' | 'change' | 'reply';
  readonly what: string;
  readonly at: string;
}

/** @param drafts those that stand on the desk: each may be under change @param arrivals each may be under answer */
export function Unsent({ drafts, arrivals }: { readonly drafts: readonly string[]; readonly arrivals: readonly string[] }) {
  const { session, office } = useEntered();
  const { sheetStore } = useOutside();
  const words = useWords();
  const [changed, answered] = [drafts.join(' '), arrivals.join(' ')];
  const sheets = useMemo<readonly Sheet[]>(() => [
    { kind: 'new', what: sheetOf(office, null), at: '/compose' },
    ...codes(changed).map((draft): Sheet => ({ kind: 'change', what: sheetOf(office, draft), at: `/compose/${draft}` })),
    ...codes(answered).map((dispatch): Sheet => ({ kind: 'reply', what: sheetOf(office, dispatch), at: `/compose?reply=${dispatch}` })),
  ], [office, changed, answered]);
  const { value, reload } = useLoaded(useCallback(async () => begun(session, await sheetStore(), sheets), [session, sheetStore, sheets]));
  if (value === null || value.length === 0) return null;
  const throwAway = async (what: string): Promise<void> => {
    const store = await sheetStore();
    await withSheet(session, store, what, (sheet) => sheet.erase());
    await eraseTypedFiles(session, store, what);
    reload();
  };
  return (
    <section className="listed" id="unsent" aria-labelledby="unsent-title">
      <h2 id="unsent-title">{words.desk.unsent} <span className="count">{value.length}</span></h2>
      <ul className="unsent">
        {value.map(({ kind, what, at, subject }) => {
          const name = subject === '' ? words.desk.unsentNameless : subject;
          return (
            <li key={what}>
              <span className="unsent-what"><b>{name}</b> <span className="soft">{words.desk.unsentKind[kind]}</span></span>
              <span className="acts">
                <Link className="button primary" href={at} aria-label={fill(words.desk.goOnWhat, { name })}>{words.desk.goOn}</Link>
                <Confirm ask={words.desk.throwAway} title={words.desk.throwAwayTitle} what={fill(words.desk.throwAwayWhat, { name })} isDanger onConfirm={() => void throwAway(what)} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function codes(joined: string): string[] {
  return joined.split(' ').filter((one) => one !== '');
}

/** Those on which something stands, with their subjects. */
async function begun(session: Session, store: NamedStore, sheets: readonly Sheet[]): Promise<(Sheet & { readonly subject: string })[]> {
  const found: (Sheet & { readonly subject: string })[] = [];
  for (const one of sheets) {
    const text = await withSheet(session, store, one.what, (sheet) => sheet.read());
    const order = text === null ? null : keptOrder(text);
    if (order !== null && `${order.subject}${order.text}`.trim() !== '') found.push({ ...one, subject: order.subject.trim() });
  }
  return found;
}

async function withSheet<T>(session: Session, store: NamedStore, what: string, work: (sheet: SealedSheet) => Promise<T>): Promise<T> {
  const sheet = new SealedSheet(session, store, what);
  return work(sheet).finally(() => sheet.close());
}

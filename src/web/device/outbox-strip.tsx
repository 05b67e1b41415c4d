/** Says what waits for the link, and sends it when the station is back: whoever asked to send has nothing more to do. */
import { useEffect } from 'react';
import { Link } from 'react-aria-components';
import type { Session } from '#client/session.ts';
import { Refusal } from '#core/refusals.ts';
import { Button } from '../kit/button.tsx';
import { useOutside } from '../kit/use-outside.ts';
import { dateText } from '../kit/writing.ts';
import { faultSentence, fill, useLocale, useWords } from '../words/words.ts';
import { useWaiting, type Waiting } from './outbox.ts';
import type { OwnDevice } from './own-device.ts';

const AGAIN_MS = 5_000;

export function OutboxStrip({ session, own }: { readonly session: Session; readonly own: OwnDevice | null }) {
  const [words, locale] = [useWords(), useLocale()];
  const seen = useWaiting(session);
  useSending(seen, own);
  if (seen === null || seen.waiting.length === 0) return null;
  const { outbox, waiting } = seen;
  const stuck = waiting.filter(({ refused }) => refused !== null);
  return (
    <section className="connection outbox" aria-label={words.outbox.title}>
      <div className="outbox-list" role="status">
        {stuck.length < waiting.length && <p>{fill(words.outbox.waits, { count: waiting.length - stuck.length })}</p>}
        {stuck.length > 0 && <p>{fill(words.outbox.stuck, { count: stuck.length })}</p>}
        <ul>
          {waiting.map(({ draft, subject, asked, refused }) => (
            <li key={draft}>
              <span><Link href={`/drafts/${draft}`}>{subject}</Link> <time className="soft">{fill(words.outbox.asked, { time: dateText(asked) })}</time>{refused !== null && <span className="line">{faultSentence(new Refusal(refused), locale)}</span>}</span>
              <Button variant="quiet" aria-label={fill(words.outbox.withdrawOne, { subject })} onPress={() => void outbox.withdraw(draft)}>{words.outbox.withdraw}</Button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** As soon as the link says that the station answers, and again every while: a link that is cut is not always seen to come back. */
function useSending(seen: Waiting | null, own: OwnDevice | null): void {
  const { clock } = useOutside();
  const isWaiting = seen?.waiting.some(({ refused }) => refused === null) ?? false;
  const outbox = seen?.outbox;
  useEffect(() => {
    if (outbox === undefined || !isWaiting) return undefined;
    let isWanted = true;
    let cancel = (): void => undefined;
    const round = async (): Promise<void> => {
      cancel();
      if (own === null || own.isBegun) await outbox.sendWaiting().catch(() => 0);
      if (isWanted) cancel = clock.after(AGAIN_MS, () => void round());
    };
    void round();
    const end = own?.opened.link.listen(() => { if (own.opened.link.state === 'reached') void round(); });
    return () => {
      isWanted = false;
      cancel();
      end?.();
    };
  }, [outbox, isWaiting, own, clock]);
}

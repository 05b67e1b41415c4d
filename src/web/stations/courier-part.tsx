/** Mail by courier: what was written onto sticks and is under way, sticks that are read, and what is still missing. */
import type { Bundles, BundlesSeen } from './use-bundles.ts';
import { oneOrMany } from '#client/bundles.ts';
import { useEntered } from '../device/entered.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';
import { ReadSticks } from './read-sticks.tsx';
import { WrittenBundle } from './written-bundle.tsx';

/** Of those of which nothing waits, the newest. */
const DONE_SHOWN = 3;

export function CourierPart({ station, bundles: { seen, lookAgain } }: { readonly station: string; readonly bundles: Bundles }) {
  const words = useWords();
  const { session: { view } } = useEntered();
  const siteOf = (peer: string): string => view.station(peer)?.site ?? view.agreement(peer)?.name ?? peer;
  const done = seen?.written.filter(isOver).slice(0, DONE_SHOWN) ?? [];
  const shown = seen?.written.filter((one) => !isOver(one) || done.includes(one)) ?? [];
  return (
    <section className="courier" aria-labelledby="courier">
      <h2 id="courier">{words.courier.title}</h2>
      <p className="soft">{words.courier.what}</p>
      <ReadSticks siteOf={siteOf} onRead={lookAgain} />
      {seen !== null && seen.lacking.length > 0 && (
        <div className="caution">
          <h3>{words.courier.lackingTitle}</h3>
          <ul>
            {seen.lacking.map(({ peer, number, written, lacking }) => (
              <li key={`${peer} ${number}`}>{fill(written === null ? words.courier.notSeen : words.courier.begun, { number, site: siteOf(peer), ...oneOrMany('volume', 'volumes', lacking), time: written === null ? '' : dateText(written) })}</li>
            ))}
          </ul>
        </div>
      )}
      {shown.length > 0 && (
        <>
          <h3>{words.courier.writtenTitle}</h3>
          <ul className="courier-list">{shown.map((one) => <WrittenBundle key={one.bundle} station={station} record={one} site={siteOf(one.peer)} onChanged={lookAgain} />)}</ul>
        </>
      )}
    </section>
  );
}

function isOver({ state }: BundlesSeen['written'][number]): boolean {
  return state === 'done' || state === 'withdrawn';
}

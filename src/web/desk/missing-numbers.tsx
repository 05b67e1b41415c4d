/** Numbers of neighbours that have not come, on the desk: somebody waits for what stands behind them. */
import { useCallback } from 'react';
import { Link } from 'react-aria-components';
import { missingSaid } from '#client/link-board.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { stationLabel } from '#model/peer-names.ts';
import { useEntered } from '../device/entered.ts';
import { type Happened, useLive } from '../device/live.ts';
import { useLoaded } from '../kit/use-loaded.ts';
import { fill, useWords } from '../words/words.ts';

export function MissingNumbers() {
  const { session } = useEntered();
  const words = useWords();
  const { value, reload } = useLoaded(useCallback(() => session.api.call('links', {}), [session]), MINUTE_MS);
  useLive(reload, concerns);
  return (value?.links ?? []).map(({ peer, missing }) => missing !== undefined && (
    <p key={peer} className="caution" role="status">{fill(words.desk.missing, { ...missingSaid(missing), site: stationLabel(session, peer) })} <Link href="/stations">{words.desk.toMissing}</Link></p>
  ));
}

function concerns({ kind }: Happened): boolean {
  return kind === 'link' || kind === 'arrived';
}

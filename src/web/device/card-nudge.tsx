/** Whoever has no recovery card is told so wherever they are, until they have one. */
import { Link } from 'react-aria-components';
import { isOwnWay } from '#client/keyring.ts';
import { useSpot } from '../frame/router.tsx';
import { useWords } from '../words/words.ts';
import type { OwnDevice } from './own-device.ts';

export function CardNudge({ own }: { readonly own: OwnDevice }) {
  const words = useWords();
  const { path } = useSpot();
  const hasCard = own.opened.session.ring.slots.some((slot) => slot.kind === 'card' && isOwnWay(slot));
  if (hasCard || path === '/settings') return null;
  return <div className="connection"><p>{words.settings.noCard}</p><Link href="/settings">{words.settings.toCard}</Link></div>;
}

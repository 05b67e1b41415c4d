/** Whoever has no recovery card is told so wherever they are, until they have one. */
import { Link } from 'react-aria-components';
import { isOwnWay } from '#client/keyring/keyring.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { useSpot } from '../frame/router.tsx';
import { useWords } from '../words/words.ts';
import type { OwnDevice } from './own-device.ts';

export function CardNudge({ own }: { readonly own: OwnDevice }) {
  const words = useWords();
  const { path } = useSpot();
  const hasCard = own.opened.session.ring.slots.some((slot) => slot.kind === 'card' && isOwnWay(slot));
  // On the desk of who keeps the directory it is one of what comes next.
  const isOnDesk = (path === '/' || path === '/desk') && isRegistrar(own.opened.session);
  if (hasCard || isOnDesk || path === '/settings') return null;
  return <div className="connection"><p>{words.settings.noCard}</p><Link href="/settings">{words.settings.toCard}</Link></div>;
}

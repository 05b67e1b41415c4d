/** Service messages: what was said of this dispatch, what this one says of another, and what may be said. */
import { Link } from 'react-aria-components';
import { type RelationWords, RELATION_WORDS } from '#core/relation-words.ts';
import { hex } from '#core/bytes.ts';
import { officeLabel } from '#model/peer-names.ts';
import type { Relation } from '#wire/names.ts';
import { useEntered } from '../device/entered.ts';
import { dateText } from '../kit/writing.ts';
import { useLocale, useWords } from '../words/words.ts';
import type { ShownDispatch } from './shown-dispatch.ts';

/** After these the dispatch is not to be acted upon as it stands. */
const WARNING: readonly Relation[] = ['corrects', 'replaces', 'cancels', 'recalls'];
/** In the order in which they are offered. */
const OWN: readonly Relation[] = ['chases', 'corrects', 'replaces', 'cancels', 'recalls'];

export function Related({ shown: { trace } }: { readonly shown: ShownDispatch }) {
  const { session } = useEntered();
  const said = useSaid();
  const { reference, relation } = trace.header;
  return (
    <>
      {relation !== undefined && reference !== undefined && <p className="soft"><Link href={`/dispatch/${hex(reference)}`}>{said[relation].name}</Link></p>}
      {trace.related.map((one) => (
        <p key={one.dispatch} className={WARNING.includes(one.relation) ? 'caution' : 'soft'} role="status">
          <span><b>{said[one.relation].said}</b>: <Link href={`/dispatch/${one.dispatch}`}>{officeLabel(session, one.from)}, {dateText(one.time)}</Link></span>
        </p>
      ))}
    </>
  );
}

/** Links that begin a service message: of what this office sent, or of what came to it by mistake. */
export function FollowUps({ shown: { dispatch, direction } }: { readonly shown: ShownDispatch }) {
  const { session, office } = useEntered();
  const words = useWords();
  const said = useSaid();
  if (!session.may('save a draft', office)) return null;
  const offered = direction === 'out' ? OWN : (['misrouted'] as const);
  return (
    <details className="follow-ups">
      <summary>{words.dispatch.followUp}</summary>
      <ul>{offered.map((relation) => <li key={relation}><Link href={`/compose?about=${dispatch}&as=${relation}`}>{said[relation].name}</Link></li>)}</ul>
    </details>
  );
}

function useSaid(): RelationWords {
  return RELATION_WORDS[useLocale()];
}

/** By whom a draft was given back, when and why: before the draft itself, and while it is changed. */
import { returnOf } from '#client/dispatch/returning.ts';
import type { OpenDraft } from '#client/dispatch/draft.ts';
import { printableText } from '#core/printable.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { dateText } from '../kit/writing.ts';
import { fill, useWords } from '../words/words.ts';

export function GivenBack({ open, view }: { readonly open: OpenDraft; readonly view: Pick<DirectoryView, 'person'> }) {
  const words = useWords();
  const returned = returnOf(open);
  if (returned === null) return null;
  const { person, time, reason } = returned;
  return <div className="caution"><div><p><b>{fill(words.drafts.returnedBy, { name: view.person(person)?.name ?? person })}</b> <time className="soft">{dateText(time)}</time></p><p className="reason">{printableText(reason)}</p></div></div>;
}

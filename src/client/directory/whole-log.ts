/** The own directory log as a station hands it out, entry by entry: for who passes it on, or shows a part of it. */
import { fromBase64url, utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Session } from '../session.ts';

export interface WholeLog {
  readonly entries: readonly Uint8Array[];
  /** A signed note over all of them. */
  readonly checkpoint: Uint8Array;
}

/** @throws Refusal `directory-inconsistent` where the station answers nonsense */
export async function wholeLog(session: Session, signal?: AbortSignal): Promise<WholeLog> {
  const entries: Uint8Array[] = [];
  for (;;) {
    const answer = await session.api.call('directory', { query: { from: entries.length }, signal });
    for (const text of answer.entries) entries.push(fromBase64url(text) ?? malformed());
    if (entries.length >= answer.size || answer.entries.length === 0) return { entries, checkpoint: utf8(answer.checkpoint) };
  }
}

function malformed(): never {
  throw new Refusal('directory-inconsistent', { reason: 'answer' });
}

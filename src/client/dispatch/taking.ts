/**
 * Files of a dispatch that are about to be written to this machine, where nothing of Trạm keeps them any more: told to the
 * station first. What cannot be told is not written. Source: docs/decisions/0078.
 */
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { CorePart } from '#wire/core.ts';
import { isAway } from '../away.ts';
import type { Session } from '../session.ts';

/** Whose copy of what is read. */
export interface Holding {
  /** 64 hexadecimal digits. */
  readonly dispatch: string;
  /** The office of ours that reads it. */
  readonly office: string;
}

/**
 * Has the station put into its ledger that these parts are taken to this machine; one call for all of them. An answer that
 * was lost may leave an entry of what was not written in the end, never the other way round.
 * @throws Refusal `download-unrecorded` without the station; `not-entitled`, `dispatch-unknown`, `dispatch-expired`, `part-unknown`
 */
export async function recordDownloads({ api }: Pick<Session, 'api'>, { dispatch, office }: Holding, parts: readonly Pick<CorePart, 'root'>[], signal?: AbortSignal): Promise<void> {
  if (parts.length === 0) return;
  try {
    await api.call('recordDownloads', { path: { dispatch }, body: { office, roots: parts.map(({ root }) => hex(root)) }, signal });
  } catch (error) {
    if (isAway(error)) throw new Refusal('download-unrecorded', {}, { cause: error });
    throw error;
  }
}

export interface Taken {
  readonly at: number;
  /** Root of the part, in hexadecimal. */
  readonly part: string;
  /** Names of today's directory, else the codes; null once they were erased. */
  readonly person: string | null;
  readonly device: string | null;
}

/** Who took files of a dispatch to which machine, the newest first. @throws Refusal `not-entitled`, `dispatch-unknown`, `dispatch-expired` */
export async function downloadsOf({ api, view }: Pick<Session, 'api' | 'view'>, { dispatch, office }: Holding, signal?: AbortSignal): Promise<Taken[]> {
  const { downloads } = await api.call('downloads', { path: { dispatch }, query: { office }, signal });
  return downloads.map(({ at, part, person, device }) => ({ at, part, person: person === null ? null : view.person(person)?.name ?? person, device }));
}

/**
 * Requests of devices that were taken back or turned down after somebody had vouched for them: whoever has the bytes could
 * bring them again, so the station remembers them for as long as a voucher for them counts, by a clock that may have leapt;
 * and the word itself until each station that has the request could be told. Source: docs/decisions/0140.
 */
import { DAY_MS, type Instant } from '#core/clock.ts';
import type { Db, Tx } from '#station/kernel/store.ts';
import type { PeopleTables } from './store.ts';

type Ended = PeopleTables['device_request_ended'];

/** Beyond the time from which no voucher counts: a clock that leapt ahead comes back. */
const FORGET_MS = 30 * DAY_MS;
/** Of one person; who ends more has their own first ones forgotten, and those of nobody else. */
export const ENDED_EACH = 64;

export async function isEnded(db: Db<PeopleTables>, code: string): Promise<boolean> {
  return (await db.selectFrom('device_request_ended').select('code').where('code', '=', code).executeTakeFirst()) !== undefined;
}

/** Takes the request from the shelf and remembers that it is over. */
export async function endRequest(tx: Tx<PeopleTables>, ended: Ended): Promise<void> {
  await tx.deleteFrom('device_request').where('code', '=', ended.code).execute();
  const others = await tx.selectFrom('device_request_ended').select('code')
    .where('person', '=', ended.person).where('code', '!=', ended.code).orderBy('until').orderBy('code').execute();
  for (const { code } of others.slice(0, Math.max(0, others.length - ENDED_EACH + 1))) {
    await tx.deleteFrom('device_request_ended').where('code', '=', code).execute();
  }
  await tx.insertInto('device_request_ended').values(ended).onConflict((conflict) => conflict.column('code').doNothing()).execute();
}

/** The codes of what some station has not been told yet. */
export async function untoldIn(db: Db<PeopleTables>, now: Instant): Promise<string[]> {
  const rows = await db.selectFrom('device_request_ended').select('code').where('untold', 'is not', null).where('until', '>=', now).orderBy('code').execute();
  return rows.map(({ code }) => code);
}

export interface Untold {
  readonly word: Uint8Array;
  readonly untold: string;
}

/** @returns null where everybody was told by now */
export async function untoldOf(tx: Tx<PeopleTables>, code: string): Promise<Untold | null> {
  const row = await tx.selectFrom('device_request_ended').select(['word', 'untold']).where('code', '=', code).executeTakeFirst();
  return row === undefined || row.word === null || row.untold === null ? null : { word: row.word, untold: row.untold };
}

/** @param stations to which no way leads even now; none: nobody needs the word any more */
export async function stillUntold(tx: Tx<PeopleTables>, code: string, stations: readonly string[]): Promise<void> {
  const rest = stations.length === 0 ? { word: null, untold: null } : { untold: stations.join(' ') };
  await tx.updateTable('device_request_ended').set(rest).where('code', '=', code).execute();
}

export async function isAnyToForget(db: Db<PeopleTables>, now: Instant): Promise<boolean> {
  return (await db.selectFrom('device_request_ended').select('code').where('until', '<', now - FORGET_MS).limit(1).executeTakeFirst()) !== undefined;
}

export async function forgetEnded(tx: Tx<PeopleTables>, now: Instant): Promise<void> {
  await tx.deleteFrom('device_request_ended').where('until', '<', now - FORGET_MS).execute();
}

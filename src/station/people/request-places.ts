/**
 * The places on the shelf of device requests: so many for each person, and so many in all. Who fills theirs pushes out
 * their own oldest; where all are taken, who has the most gives one up. What is vouched for is never pushed out.
 */
import { DAY_MS, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { askedIn, readDeviceRequest, staleFrom } from '#model/device-requests.ts';
import type { Tx } from '#station/kernel/store.ts';
import type { PeopleTables } from './store.ts';

/** A registrar may be away for some days. */
export const VOUCHED_MS = 7 * DAY_MS;
/** Of one person, that nobody has vouched for: twice what their budget lets in at once, so that none is pushed out at once. */
export const PLACES_EACH = 8;
/** Some 11 MB as they are, 32 MiB at most. */
export const PLACES = 1_024;
/** Of one person in VOUCHED_MS, of what was left here, and as many of what was brought: neither takes the other's places. */
export const VOUCHED_EACH = 4;
export const VOUCHED_MAX = 128;
/** Of what one neighbour brought for a registrar here, which takes none of the places above. */
export const BROUGHT_EACH = 64;

/**
 * Until when a request stands that was vouched for at that time: no longer than a voucher counts, and as long as that where it
 * was sent on, so that it can be taken back as long as it may lie elsewhere.
 */
export function expiryOf({ bytes, left_at, sent }: Pick<PeopleTables['device_request'], 'bytes' | 'left_at' | 'sent'>): Instant {
  const stale = staleFrom(askedIn(readDeviceRequest(bytes)));
  return sent === null ? Math.min(left_at + VOUCHED_MS, stale) : stale;
}

/** Makes room for one more request of that person that nobody has vouched for. */
export async function makePlace(tx: Tx<PeopleTables>, person: string): Promise<void> {
  const held = await tx.selectFrom('device_request').select(['code', 'person']).where('voucher', 'is', null).orderBy('left_at').orderBy('code').execute();
  const own = held.filter((one) => one.person === person);
  const gone = own.length >= PLACES_EACH ? own[0] : held.length >= PLACES ? oldestOfMost(held) : undefined;
  if (gone !== undefined) await tx.deleteFrom('device_request').where('code', '=', gone.code).execute();
}

/**
 * What was sent on lies here longer, so that it can be taken back, and takes no place then.
 * @param row vouched for at `left_at`; `brought` by which neighbour, null where it was left and vouched for here
 * @throws Refusal `requests-full` where that person, or all that came that way together, have too many that are vouched for, beside this one
 */
export async function demandVouchedPlace(tx: Tx<PeopleTables>, { person, code, brought, left_at }: Pick<PeopleTables['device_request'], 'person' | 'code' | 'brought' | 'left_at'>): Promise<void> {
  const held = await tx.selectFrom('device_request').select(['person', 'brought'])
    .where('voucher', 'is not', null).where('code', '!=', code).where('left_at', '>', left_at - VOUCHED_MS).execute();
  const own = held.filter((one) => one.person === person && (one.brought === null) === (brought === null)).length;
  if (own >= VOUCHED_EACH) throw new Refusal('requests-full', { most: VOUCHED_EACH });
  const most = brought === null ? VOUCHED_MAX : BROUGHT_EACH;
  if (held.filter((one) => one.brought === brought).length >= most) throw new Refusal('requests-full', { most });
}

/** @param held the oldest first */
function oldestOfMost<R extends { readonly person: string }>(held: readonly R[]): R | undefined {
  const counts = new Map<string, number>();
  for (const { person } of held) counts.set(person, (counts.get(person) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return held.find(({ person }) => counts.get(person) === most);
}

/** What connects the station: the directory's age, neighbours that answer, queues that move. */
import { equal, hex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { waitingOn } from '#client/link-board.ts';
import { agreementsAt } from '#model/agreements.ts';
import type { TlsCarrierOptions } from '#platform/node/tls-carrier.ts';
import { NO_WAY } from '#station/dispatch/retry.ts';
import { COURIER_MS_MAX } from '#station/links/courier/bundles.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { encodePrivateKey } from '#x509/private-key.ts';
import type { StationIdentity } from '../station-folder.ts';
import type { Facts, Find } from './facts.ts';
import { metricOf } from './folder-checks.ts';
import { reachedOf, strandedAt } from './stranded.ts';

const SILENT_MS = 7 * DAY_MS;
/** Both sides watch a border: a silence of hours is somebody's business. */
const BORDER_SILENT_MS = 6 * HOUR_MS;
const STUCK_MS = DAY_MS;
const FLASH_MS = 5 * MINUTE_MS;

export async function checkDirectory({ directory, directoryReason, identity, db, outside }: Facts, find: Find): Promise<void> {
  if (directory === null) return find(directoryReason === null ? 'directory-missing' : 'directory-inconsistent', { reason: directoryReason ?? '' });
  if (identity === null || directory.sequencer.station === identity.station) return;
  const met = await db?.one<{ met: number | null }>('select max(last_met) as met from link_state');
  const ageMs = outside.now() - (met?.met ?? directory.organisation.created);
  if (ageMs > SILENT_MS) find('directory-stale', { days: Math.floor(ageMs / DAY_MS) });
}

export async function checkLinks(facts: Facts, find: Find): Promise<void> {
  const { directory, identity, outside, db } = facts;
  if (directory === null || identity === null) return;
  const { station } = identity;
  const links = directory.links().filter(({ caller, answerer }) => caller === station || answerer === station);
  for (const { caller, answerer, address } of links) {
    const peer = caller === station ? answerer : caller;
    if (await isUp(facts, peer)) continue;
    const row = await db?.one<{ met: number | null }>('select last_met as met from link_state where peer = ?', peer);
    const met = row?.met ?? null;
    const silentMs = outside.now() - (met ?? directory.organisation.created);
    if (caller !== station || address === null) {
      if (silentMs > SILENT_MS) find('neighbour-silent', { peer, days: Math.floor(silentMs / DAY_MS) });
      else if (facts.running !== null && met !== null) find('neighbour-away', { peer, minutes: Math.max(1, Math.ceil(silentMs / MINUTE_MS)) });
    } else {
      await dial(facts, identity, { peer, address }, find);
    }
  }
}

/** Exchange stations of other organisations that meet at this one, under an agreement that has begun and not ended. */
export async function checkBorders(facts: Facts, find: Find): Promise<void> {
  const { directory, identity, outside, db } = facts;
  if (directory === null || identity === null || db === null || !(await db.has('peer_directory'))) return;
  const now = outside.now();
  const counting = agreementsAt(directory, identity.station).filter(({ from, until }) => from <= now && (until === null || now < until));
  for (const { peer, organisation, from, until } of counting) {
    const shown = await db.one<{ size: number }>('select size from peer_directory where organisation = ?', hex(organisation));
    if (shown === null) find('border-unseen', { peer });
    else if (!(await isUp(facts, peer))) {
      const row = await db.one<{ met: number | null }>('select last_met as met from link_state where peer = ?', peer);
      const silentMs = now - (row?.met ?? from);
      if (silentMs > BORDER_SILENT_MS) find('border-silent', { peer, hours: Math.floor(silentMs / HOUR_MS) });
    }
    const refused = (await db.has('peer_refusal')) ? await db.one<{ code: string }>('select code from peer_refusal where organisation = ?', hex(organisation)) : null;
    if (refused !== null) find('border-forked', { peer, reason: refused.code });
    if (until !== null && until - now < facts.days * DAY_MS) find('agreement-lapsing', { peer, days: Math.floor((until - now) / DAY_MS) });
  }
}

/** A link that is up is not dialled: the neighbour would take the new connection for the old one's successor. */
async function isUp({ running, outside }: Facts, peer: string): Promise<boolean> {
  return running !== null && (await metricOf(outside, running.url, `tram_link_up{peer="${peer}"}`)) === 1;
}

async function dial({ outside, directory }: Facts, identity: StationIdentity, { peer, address }: { peer: string; address: string }, find: Find): Promise<void> {
  try {
    await outside.dial(tlsOf(identity, directory!), peer, address);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason = 'no-answer' } = error.detail;
    if (error.code === 'peer-refused') find('neighbour-refused', { peer, address });
    else find('neighbour-unreachable', { peer, address, reason });
  }
}

function tlsOf({ certificates, secrets }: StationIdentity, directory: NonNullable<Facts['directory']>): TlsCarrierOptions {
  const { link, issuer, root } = certificates;
  return {
    identity: { privateKey: encodePrivateKey({ algorithm: 'ml-dsa-65', secret: secrets.link }, new Uint8Array(0)), chain: [link, issuer], root },
    identify: (shown) => directory.stations().find((one) => equal(one.link, shown))?.station ?? null,
  };
}

export async function checkQueues(facts: Facts, find: Find): Promise<void> {
  const { db, outside } = facts;
  const rows = (await db?.rows<{ peer: string; rank: number; count: number; oldest: number }>(
    'select peer, rank, count(*) as count, min(queued_at) as oldest from link_queue group by peer, rank order by peer, rank')) ?? [];
  for (const { peer, rank, count, oldest } of rows) {
    const ageMs = outside.now() - oldest;
    if (rank === PRECEDENCE_RANK.flash && ageMs > FLASH_MS) find('flash-waits', { peer, count, minutes: Math.floor(ageMs / MINUTE_MS) });
    else if (ageMs > STUCK_MS) find('queue-stuck', { peer, count, hours: Math.floor(ageMs / HOUR_MS) });
  }
  for (const { station, held } of await strandedAt(facts)) {
    find('no-way', { station, count: waitingOn({ queued: held }), ...(held.flash > 0 && { flash: held.flash }) });
  }
  await checkBundles(facts, find);
  await checkOutcomes(facts, find);
}

/** Sticks that are perhaps lost, with what waits and lies on no later one: that goes again with the next that somebody writes. */
async function checkBundles({ db, identity, outside }: Facts, find: Find): Promise<void> {
  if (db === null || identity === null || (await db.one("select name from schema_migration where name = '0165-withdrawn'")) === null) return;
  const { incarnation } = identity;
  const items = 'link_bundle b join link_bundle_item i on i.bundle = b.bundle join link_queue q on q.peer = b.peer and q.channel = i.channel';
  const later = 'select 1 from link_bundle n join link_bundle_item o on o.bundle = n.bundle where n.peer = b.peer and n.incarnation = b.incarnation and n.number > b.number and o.channel = i.channel';
  const come = await db.rows<{ peer: string; last: number }>(`select b.peer as peer, max(b.number) as last from link_bundle b join link_bundle_item i on i.bundle = b.bundle join link_sent s on s.peer = b.peer and s.incarnation = b.incarnation and s.channel = i.channel where b.incarnation = ? and s.withdrawn is null group by b.peer`, incarnation);
  const open = await db.rows<{ peer: string; number: number; written: number; count: number }>(
    `select b.peer as peer, b.number as number, b.written as written, count(*) as count from ${items} where b.incarnation = ? and not exists (${later}) group by b.peer, b.number, b.written order by b.peer, b.number`, incarnation);
  for (const { peer, number, written, count } of open) {
    const ageMs = outside.now() - written;
    const isOvertaken = come.some((one) => one.peer === peer && one.last > number);
    if (isOvertaken || ageMs >= COURIER_MS_MAX) find('bundle-missing', { peer, number, count: Number(count), ...(ageMs >= DAY_MS && { days: Math.floor(ageMs / DAY_MS) }) });
  }
}

/** What was sent from here and has no outcome: its time is over, or a station on the way would not take it. It may have arrived all the same. */
async function checkOutcomes(facts: Facts, find: Find): Promise<void> {
  const { db, outside } = facts;
  const open = "from outgoing_recipient r join outgoing o on o.id = r.id where r.outcome is null";
  const over = await db?.one<{ count: number; oldest: number }>(`select count(*) as count, min(o.expires) as oldest ${open} and r.refusal is null and o.expires <= ?`, outside.now());
  if (Number(over?.count ?? 0) > 0) find('outcome-unknown', { count: Number(over!.count), ...since(outside.now() - over!.oldest) });
  const refused = (await db?.rows<{ refusal: string; office: string; count: number }>(`select r.refusal, r.office, count(*) as count ${open} and r.refusal is not null group by r.refusal, r.office order by r.refusal`)) ?? [];
  // For whom no way leads on nobody refused it (no-way); where one does, a neighbour said so.
  const reached = reachedOf(facts, refused.map(({ office }) => office));
  for (const [reason, rows] of Map.groupBy(refused, ({ refusal }) => refusal)) {
    const count = rows.filter(({ office }) => reason !== NO_WAY || reached.includes(office)).reduce((sum, one) => sum + Number(one.count), 0);
    if (count > 0) find('outcome-refused', { count, reason });
  }
}

/** In the unit that people would say it in. */
function since(ms: number): { minutes: number } | { hours: number } {
  return ms < HOUR_MS ? { minutes: Math.floor(ms / MINUTE_MS) } : { hours: Math.floor(ms / HOUR_MS) };
}

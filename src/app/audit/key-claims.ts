/**
 * Claims about office keys: a transport key is destroyed where the ledger says so and nowhere else, has no wrap left, and
 * nothing that arrived stands open for it; re-wrapped stanzas are of what arrived. Source: docs/protocol/keyring.md.
 */
import { hex } from '#core/bytes.ts';
import { stanza as stanzaCodec } from '#wire/envelope.ts';
import { isMomentOf } from './facts.ts';
import type { AuditRun } from './run.ts';

export function auditKeys(run: AuditRun): void {
  const gone = auditDestroyed(run);
  const claim = run.tally.claim('key-wraps');
  for (const { office, purpose, number, place } of run.db.rows('key_wrap')) {
    if (purpose === 'transport' && gone.has(`${office} transport-${number}`)) claim.missing(place, 'wraps a key that was destroyed');
  }
  auditRewraps(run);
}

/** @returns `office transport-number` of each */
function auditDestroyed({ db, tally, facts, directory }: AuditRun): Set<string> {
  const claim = tally.claim('keys-destroyed');
  const events = new Map(facts.of('key-destroyed').map((fact) => [`${fact.fields.office?.office} ${fact.fields.code}`, fact]));
  const gone = new Set<string>();
  for (const { office, number, time, ledger, place } of db.rows('key_destroyed')) {
    const item = claim.item(place);
    const key = `${office} transport-${number}`;
    const fact = events.get(key);
    gone.add(key);
    if (!item.demand(fact !== undefined, 'no event destroyed it')) continue;
    item.demand(ledger === fact!.index, `was destroyed by ledger_entry:${fact!.index}`);
    item.demand(isMomentOf(time, fact), 'its time is not that of its event');
    const isKey = directory === null || directory.state.officeKeys(office, 'transport').some((one) => one.number === number);
    item.demand(isKey, 'is a key that is in no directory');
  }
  for (const [key, { index }] of events) {
    if (!gone.has(key)) claim.missing(`key_destroyed:${key.replace(' transport-', '/')}`, `is missing: ledger_entry:${index} destroyed it`);
  }
  return gone;
}

function auditRewraps({ db, tally, directory }: AuditRun): void {
  const claim = tally.claim('re-wraps');
  const deliveries = new Set<string>();
  for (const { id, office } of db.rows('delivery')) deliveries.add(`${hex(id)} ${office}`);
  for (const row of db.rows('arrival_stanza')) {
    const item = claim.item(row.place);
    item.demand(deliveries.has(`${hex(row.id)} ${row.office}`), 'is of what never arrived');
    const decoded = item.attempt('is no stanza', () => stanzaCodec.decode(row.stanza));
    if (decoded === null) continue;
    const { key } = decoded;
    item.demand(key.office.office === row.office && key.sealing === row.sealing, 'is for another office or sealing');
    item.demand(key.purpose === 'storage', 'is not for a storage key');
    const state = directory?.state ?? null;
    if (state === null) continue;
    item.demand(state.officeKeys(row.office, 'storage').some(({ number }) => number === key.number), 'is for a key that is in no directory');
    item.demand(state.device(row.device) !== null, 'was made by a device that is in no directory');
  }
}

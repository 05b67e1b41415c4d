/** Claims about what devices left here for the day of recovery: sealed copies of keyrings, and attempts at them. */
import { equal, hex } from '#core/bytes.ts';
import { keyringFile } from '#wire/keyring.ts';
import type { AuditRun } from './run.ts';

const INSTANT_MAX = 253_402_300_799_999;

/** Sealed copies of keyrings: of their form, of somebody known, and not older than what the device has shown since. */
export function auditRingCopies({ db, tally, directory, provider: { hash: { sha256 } } }: AuditRun): void {
  const claim = tally.claim('ring-copies');
  const view = directory?.state ?? null;
  for (const row of db.rows('ring_copy')) {
    const item = claim.item(row.place);
    const file = item.attempt('is no sealed keyring', () => keyringFile.decode(row.bytes));
    item.demand(view === null || view.device(row.device) !== null, 'is of a device that is in no directory');
    item.demand(row.gate.length === 32, 'its gate is no key');
    if (file === null) continue;
    const card = file.openings?.find((slot) => slot.kind === 'card');
    const opaque = file.openings?.find((slot) => slot.kind === 'opaque');
    item.demand(file.revision === row.revision && file.openings !== undefined, 'its revision or form is not that of its row');
    item.demand(view === null || equal(file.organisation, view.organisation.id), 'is of another organisation');
    const isCard = card === undefined ? row.card === null && row.card_gate === null
      : row.card === hex(card.locator) && row.card_gate !== null && equal(row.card_gate, card.gate);
    item.demand(isCard, 'its card is not that of its row');
    const { opaque_record: record } = row;
    item.demand(record === null || (opaque !== undefined && equal(sha256(record), opaque.record)), 'its record is of no slot');
  }
  for (const { device, attempts, next, place } of db.rows('opaque_attempt')) {
    claim.check(place, attempts >= 1 && next <= INSTANT_MAX && (view === null || view.device(device) !== null), 'is of a device that is in no directory');
  }
  for (const { number, setup, place } of db.rows('opaque_setup')) claim.check(place, number === 1 && setup.length === 128, 'is not what a station has one of');
}

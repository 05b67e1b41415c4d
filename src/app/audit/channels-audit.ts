/** Channel numbers: without gaps in what was sent, none twice in what was taken, as the link's state says. */
import { hex } from '#core/bytes.ts';
import type { Auditing } from './dispatch-audit.ts';

export function auditChannels({ copy, findings, events }: Auditing): void {
  const claim = findings.claim('channel-numbers');
  const sent = new Map<string, number>();
  const taken = new Map<string, Set<number>>();
  for (const { kind, index, incarnation, fields } of events) {
    const { peer, channel, peerIncarnation } = fields;
    if (peer === undefined || channel === undefined) continue;
    const place = `ledger_entry:${index}`;
    if (kind === 'sent') {
      const key = `${peer}/${hex(incarnation)}`;
      claim.check(channel === (sent.get(key) ?? 0) + 1, place, `channel number ${channel} does not follow ${sent.get(key) ?? 0}`);
      sent.set(key, channel);
    }
    if (kind !== 'custody-taken' || peerIncarnation === undefined) continue;
    const key = `${peer}/${hex(peerIncarnation)}`;
    const numbers = taken.get(key) ?? new Set<number>();
    claim.check(!numbers.has(channel), place, `channel number ${channel} was taken before`);
    taken.set(key, numbers.add(channel));
  }
  for (const row of copy.all('select peer, incarnation, last_sent from link_state')) {
    const key = `${String(row['peer'])}/${hex(row['incarnation'] as Uint8Array)}`;
    const known = sent.get(key) ?? 0;
    claim.check(known === row['last_sent'], `link_state:${String(row['peer'])}`, `last sent ${String(row['last_sent'])}, the events say ${known}`);
  }
}

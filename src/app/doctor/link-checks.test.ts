/** What the doctor says of neighbours and of peers, of links and agreements as they are put before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { FindingName } from '#core/findings.ts';
import type { RefusalDetail } from '#core/refusals.ts';
import { foundTestOrganisation, HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { seal } from '../../../test/fixtures/submissions.ts';
import { well } from '../../../test/scenario/examined-office.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import type { Facts } from './facts.ts';
import { checkBorders, checkLinks, checkQueues } from './link-checks.ts';

test('a neighbour that calls this running station and is not connected now', async () => {
  const now = Date.UTC(2026, 10, 23);
  const look = async (met: number | null, up: number, running: object | null = { url: 'http://127.0.0.1:1' }): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const directory = { links: () => [{ caller: 'don', answerer: 'hub', address: null }], organisation: { created: now - HOUR_MS } };
    const outside = { ...well, now: () => now, ask: async () => ({ status: 200, text: `tram_link_up{peer="don"} ${up}\n` }) };
    await checkLinks({ directory, identity: { station: 'hub' }, db: { one: async () => ({ met }) }, days: 30, running, outside } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(now - 120_000, 0), ['neighbour-away']);
  assert.deepEqual(await look(now - 120_000, 1), []);
  assert.deepEqual(await look(null, 0), [], 'it has never come yet');
  assert.deepEqual(await look(now - 120_000, 0, null), [], 'a station that is stopped meets nobody');
  assert.deepEqual(await look(now - 8 * DAY_MS, 0), ['neighbour-silent']);
});

test('a peer that has shown nothing, one that is silent, one that shows another log, an agreement that ends soon', async () => {
  const now = Date.UTC(2026, 10, 23);
  const agreement = { peer: 'bo-doi', organisation: new Uint8Array(16), station: 'hub', endedBy: null, from: now - 10 * DAY_MS, until: now + 5 * DAY_MS };
  const look = async (shown: { size: number } | null, met: number | null, changed: object = {}, forked: { code: string } | null = null): Promise<FindingName[]> => {
    const said: FindingName[] = [];
    const db = { has: async () => true, one: async (sql: string) => (sql.includes('peer_directory') ? shown : sql.includes('peer_refusal') ? forked : { met }) };
    const directory = { agreements: () => [{ ...agreement, ...changed }] };
    await checkBorders({ directory, identity: { station: 'hub' }, db, days: 30, running: null, outside: { ...well, now: () => now } } as unknown as Facts, (finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(null, null), ['border-unseen', 'agreement-lapsing']);
  assert.deepEqual(await look({ size: 9 }, now - HOUR_MS, { until: null }), []);
  assert.deepEqual(await look({ size: 9 }, now - 7 * HOUR_MS, { until: null }), ['border-silent']);
  assert.deepEqual(await look({ size: 9 }, now - HOUR_MS, { until: null }, { code: 'directory-inconsistent' }), ['border-forked']);
  for (const none of [{ station: 'khac' }, { endedBy: 3 }, { until: now - 1 }, { from: now + 1 }]) assert.deepEqual(await look(null, null, none), []);
});

test('what no way leads on with is named with the station and how much is FLASH, and is no refusal on the way', async () => {
  const org = await foundTestOrganisation();
  const [flash, letter] = [seal(org, { precedence: 'flash' }), seal(org)];
  const rows = [flash, letter].map(({ id, header }) => ({ id, office: 'muong-leo', header: headerCodec.encode(header), taken: 1 }));
  const look = async (): Promise<[FindingName, RefusalDetail][]> => {
    const said: [FindingName, RefusalDetail][] = [];
    const db = { has: async () => false, one: async () => null, rows: async (sql: string) => (sql.includes('dispatch_stanza') ? rows : sql.includes('outgoing_recipient') ? [{ refusal: 'no-route', office: 'muong-leo', count: 2 }] : []) };
    await checkQueues({ directory: org.state, identity: { station: HUB }, db, days: 30, running: null, outside: well } as unknown as Facts, (...finding) => void said.push(finding));
    return said;
  };
  assert.deepEqual(await look(), [['outcome-refused', { count: 2, reason: 'no-route' }]], 'a way leads there, and a neighbour refuses it');
  await org.add([{ kind: 'end', body: { what: 'link', code: POST, other: RELAY, reason: 'left' } }]);
  assert.deepEqual(await look(), [['no-way', { station: POST, count: 2, flash: 1 }]]);
});

test('how long ago the oldest expired is said in minutes where it is not yet an hour', async () => {
  const look = async (agoMs: number): Promise<RefusalDetail[]> => {
    const said: RefusalDetail[] = [];
    const db = { has: async () => false, one: async (sql: string) => (sql.includes('min(o.expires)') ? { count: 1, oldest: DAY_MS - agoMs } : null), rows: async () => [] };
    await checkQueues({ directory: null, identity: null, db, days: 30, running: null, outside: { ...well, now: () => DAY_MS } } as unknown as Facts, (_, detail) => void said.push(detail));
    return said;
  };
  assert.deepEqual(await look(70_000), [{ count: 1, minutes: 1 }]);
  assert.deepEqual(await look(3 * HOUR_MS + 1), [{ count: 1, hours: 3 }]);
});

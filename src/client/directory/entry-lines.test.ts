/** Two entries that differ in anything that matters read differently: keys by their fingerprints, ends by their dates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { ENTRY_WORDS } from '#core/entry-words.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { readEntry } from './entry-lines.ts';
import { fingerprintOf } from '#model/proofs.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
const line = async (plan: EntryPlan, language: 'vi' | 'en' = 'vi'): Promise<string> => {
  const [bytes] = await practice.sign([plan]);
  return readEntry({ provider: nodeCrypto, timeZone: 'Asia/Ho_Chi_Minh', words: ENTRY_WORDS[language] }, practice.state, bytes!).line;
};

test('a swapped office key is seen', async () => {
  const [mine, theirs] = [nodeRandom.bytes(1_216), nodeRandom.bytes(1_216)];
  const key = (publicKey: Uint8Array): EntryPlan => ({ kind: 'office-key', body: { office: 'vp', purpose: 'storage', number: 2, from: NOW, kem: 1, publicKey } });
  assert.ok((await line(key(mine))).includes(`khóa công khai ${fingerprintOf(nodeCrypto, mine)}`));
  assert.ok((await line(key(theirs), 'en')).includes(`public key ${fingerprintOf(nodeCrypto, theirs)}`));
  assert.notEqual(await line(key(mine)), await line(key(theirs)));
});

test('so are certificates, either of a pair, seals, and the key of a device', async () => {
  const { certificates } = await practice.identity('person', 'Đặng Ngọc Khuê');
  const other = await practice.identity('person', 'Đặng Ngọc Khuê');
  const kem = nodeRandom.bytes(1_216);
  const device = (twin: typeof certificates, key = kem): EntryPlan => ({ kind: 'device', body: { device: 'khue-may', person: 'khue', certificates: twin, kem: key } });
  const seal = (twin: typeof certificates): EntryPlan => ({ kind: 'position', body: { position: 'pct', office: 'vp', title: 'Phó Chủ tịch', rights: ['receive'], seal: twin } });
  const lines = await Promise.all([
    device(certificates), device(other.certificates), device({ ...certificates, p256: other.certificates.p256 }), device(certificates, nodeRandom.bytes(1_216)),
    seal(certificates), seal({ ...certificates, mldsa: other.certificates.mldsa }),
  ].map((plan) => line(plan)));
  assert.equal(new Set(lines).size, lines.length);
});

test('custodians with the number that suffices, and the time of an end, are shown', async () => {
  const escrow = await line({ kind: 'escrow', body: { office: 'vp', number: 1, threshold: 2, custodians: ['anh', 'dang-ky-mot', 'khue'] } });
  assert.match(escrow, /số người đủ để mở 2 · anh, dang-ky-mot, khue/);
  const end: EntryPlan = { kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'left' } };
  assert.match(await line(end), /hết hiệu lực từ .*23\/11\/2026/);
  practice.now = NOW - 30 * DAY_MS;
  assert.match(await line(end, 'en'), /ends .*2026/);
  assert.doesNotMatch(await line(end), /23\/11\/2026/);
});

test('beside what changes stands what stands now: a seal that is exchanged or taken away, the keys of a station, a name', async () => {
  const here = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await here.addOffice('vp', 'tram-tinh');
  await here.addPosition('vp-vt', 'vp', ['dispatch', 'receive']);
  await here.addPerson('anh');
  const nowOf = async (plan: EntryPlan): Promise<string | null> => {
    const [bytes] = await here.sign([plan]);
    return readEntry({ provider: nodeCrypto, timeZone: 'Asia/Ho_Chi_Minh', words: ENTRY_WORDS.en }, here.state, bytes!).now;
  };
  const { title, rights, seal } = here.state.position('vp-vt')!;
  const body = { position: 'vp-vt', office: 'vp', title, rights: [...rights] };
  const other = (await here.identity('office-seal', title)).certificates;
  const sealNow = `now: office seal ${fingerprintOf(nodeCrypto, concat(seal!.certificates.p256, seal!.certificates.mldsa))}`;
  assert.equal(await nowOf({ kind: 'position', body: { ...body, seal: other } }), sealNow);
  assert.equal(await nowOf({ kind: 'position', body }), sealNow);
  assert.equal(await nowOf({ kind: 'position', body: { ...body, seal: seal!.certificates } }), null);
  assert.equal(await nowOf({ kind: 'position', body: { ...body, position: 'moi', seal: other } }), null);
  const { station, site, certificates, link, logKeys } = here.state.station('tram-tinh')!;
  const same = { station, site, certificates, link, logKeys };
  assert.equal(await nowOf({ kind: 'station', body: same }), null);
  assert.match((await nowOf({ kind: 'station', body: { ...same, certificates: other } }))!, /^now: certificates /);
  assert.match((await nowOf({ kind: 'person', body: { person: 'anh', name: 'Lò Văn Minh' } }))!, /^now: /);
});

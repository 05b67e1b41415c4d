/** The people room behind its HTTP routes: the log, sessions, wraps, and the wrong person at each door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url, concat, fromBase64url, fromHex, hex, uint64be, utf8 } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { officeKeyWrap } from '#wire/keyring.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import type { PeopleTables } from './store.ts';
import { filled, NOW, open, province, refused, refuses, serve } from './testing.test.ts';

const practice = await province();
const OFFICE: EntryPlan = { kind: 'office', body: { office: 'cong-an', name: 'Công an tỉnh', symbol: 'CAT-PV01', station: 'tram-tinh' } };

function wrap(device: string, office = 'van-phong', fill = 0, number = 1): string {
  return base64url(officeKeyWrap.encode({
    office, purpose: 'transport', number, device, encapsulation: new Uint8Array(1_120).fill(fill), ciphertext: new Uint8Array(48),
  }));
}

test('the sequencer gives entries their index, durably, and replicas follow', async () => {
  const disk = newDisk();
  const hub = await filled(practice, 'tram-tinh', disk);
  const post = await filled(practice, 'muong-leo');
  let grown = 0;
  post.people.onGrown(() => grown++);
  const entries = await practice.sign([OFFICE]);
  const size = practice.state.point.size + 1;
  assert.deepEqual(await hub.people.propose(entries), { outcome: 'sequenced', size });
  assert.deepEqual(await hub.people.propose(entries), { outcome: 'sequenced', size }, 'the same again changes nothing');
  assert.deepEqual(hub.events, ['directory-grown', 'directory-grown']);
  await post.people.receive(await hub.people.entriesFrom(size - 1));
  assert.equal(post.people.view().office('cong-an')?.name, 'Công an tỉnh');
  assert.equal(grown, 1);
  assert.deepEqual(await post.people.propose(await practice.sign([OFFICE])), { outcome: 'sent', size });
  assert.equal(post.forwarded[0]?.sequencer, 'tram-tinh');
  await hub.store.close();
  const again = await open(practice, 'tram-tinh', disk);
  assert.deepEqual(again.people.view().point, post.people.view().point);
  assert.deepEqual(again.people.checkpoint(), hub.people.checkpoint());
});

test('what no log would take is not sent on, and little of what this one cannot judge', async () => {
  const post = await filled(practice, 'muong-leo');
  const [good] = await practice.sign([OFFICE]);
  const forged = good!.with(good!.length - 1, good!.at(-1)! ^ 1);
  await refuses('directory-entry-refused', post.people.propose([forged]));
  await refuses('directory-entry-refused', post.people.propose(await practice.sign([{ kind: 'link', body: { caller: 'tram-tinh', answerer: 'tram-tinh' } }])));
  assert.deepEqual(post.forwarded, []);
  // Of whoever is no registrar yet, as far as this log knows.
  const served = await serve(post);
  const device = practice.devices.get('la-may')!;
  const { json: { token } } = await served.logIn(device);
  const send = async (office: string) => {
    const entries = await practice.sign([{ kind: 'office', body: { ...OFFICE.body, office } as never }], [device.signer]);
    return served.call('POST', '/directory', { token, body: { entries: entries.map(base64url) } });
  };
  for (let i = 0; i < 64; i++) assert.equal((await send(`o-${i}`)).json.outcome, 'sent');
  refused('proposals-full', await send('o-64'));
  // A neighbour's notes have places of their own, and one neighbour none of another's.
  const unknown = async (office: string) => practice.sign([{ kind: 'office', body: { ...OFFICE.body, office } as never }], [device.signer]);
  for (let i = 0; i < 64; i++) await post.people.propose(await unknown(`n-${i}`), 'tram-y');
  await refuses('proposals-full', post.people.propose(await unknown('n-64'), 'tram-y'));
  assert.equal((await post.people.propose(await unknown('n-65'), 'tram-z')).outcome, 'sent');
  post.forwarded.splice(64);
  assert.equal((await post.people.propose([good!])).outcome, 'sent', 'a good one is not held up');
  assert.equal((await post.people.propose([good!])).outcome, 'sent');
  assert.equal(post.forwarded.length, 65, 'nor sent twice');
  post.clock.advance(3_600_000);
  const { json: again } = await served.logIn(device);
  const late = await practice.sign([{ kind: 'office', body: { ...OFFICE.body, office: 'o-65' } as never }], [device.signer]);
  assert.equal((await served.call('POST', '/directory', { token: again.token, body: { entries: late.map(base64url) } })).json.outcome, 'sent');
});

test('proposals at one time each get their place', async () => {
  const hub = await filled(practice);
  const plans = ['mot', 'hai', 'ba', 'bon'].map((office): EntryPlan => ({ kind: 'office', body: { ...OFFICE.body, office } as never }));
  const signed = await practice.sign(plans);
  await Promise.all(signed.map((entry) => hub.people.propose([entry])));
  assert.equal(hub.people.view().point.size, practice.state.point.size + 4);
});

test('a refused entry takes its whole proposal with it', async () => {
  const hub = await filled(practice);
  const bad: EntryPlan = { kind: 'link', body: { caller: 'tram-tinh', answerer: 'khong-co' } };
  await refuses('directory-entry-refused', hub.people.propose(await practice.sign([OFFICE, bad])));
  assert.equal(hub.people.view().office('cong-an'), null);
  await refuses('cbor-malformed', hub.people.propose([utf8('rác')]));
  assert.equal((await hub.people.propose(await practice.sign([OFFICE]))).outcome, 'sequenced', 'and nothing is stuck');
});

test('rolled back, split, forged and foreign logs are refused', async () => {
  const post = await filled(practice, 'muong-leo');
  const { size } = practice.state.point;
  const older = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await refuses('directory-rolled-back', post.people.receive({ from: 0, entries: older.entries, checkpoint: await older.checkpoint() }));
  const one = await filled(practice);
  const other = await filled(practice);
  await one.people.propose(await practice.sign([OFFICE]));
  await other.people.propose(await practice.sign([{ kind: 'person', body: { person: 'hai', name: 'Hai' } }]));
  await post.people.receive(await one.people.entriesFrom(size));
  await refuses('directory-inconsistent', post.people.receive(await other.people.entriesFrom(size)));
  await refuses('directory-inconsistent', post.people.receive(await other.people.entriesFrom(size + 1)));
  await one.people.propose(await practice.sign([{ kind: 'person', body: { person: 'ba', name: 'Ba' } }]));
  const offer = await one.people.entriesFrom(size);
  await refuses('directory-inconsistent', post.people.receive({ ...offer, entries: offer.entries.slice(0, -1) }));
  await refuses('directory-inconsistent', post.people.receive({ ...offer, from: size + 5 }));
  const forged = offer.checkpoint.slice();
  forged[forged.length - 20] = forged[forged.length - 20] === 65 ? 66 : 65;
  await refuses('directory-signature-wrong', post.people.receive({ ...offer, checkpoint: forged }));
  const fresh = await open(practice, 'muong-leo');
  assert.ok(fresh.people.isEmpty);
  assert.throws(() => fresh.people.view(), (error) => error instanceof Refusal && error.code === 'data-folder-empty');
  await refuses('directory-inconsistent', fresh.people.receive({ from: 0, entries: older.entries, checkpoint: await older.checkpoint() }));
});

test('a new term is taken up by the station that it names, and fences the old one', async () => {
  const hub = await filled(practice);
  const post = await filled(practice, 'muong-leo');
  const { keys } = practice.stations.get('muong-leo')!.log;
  const term: EntryPlan = { kind: 'term', body: { number: 2, station: 'muong-leo', logKeys: keys } };
  const entries = await practice.sign([term], [practice.founded.root.signer]);
  await refuses('not-sequencer', hub.people.propose(entries));
  assert.equal((await post.people.propose(entries)).outcome, 'sequenced');
  assert.ok(post.people.isSequencer);
  await hub.people.receive(await post.people.entriesFrom(0));
  assert.ok(!hub.people.isSequencer);
  assert.equal((await hub.people.propose(await practice.sign([OFFICE]))).outcome, 'sent');
});

test('a changed entry or checkpoint on the disk stops the start', async () => {
  for (const table of ['directory_entry', 'directory_checkpoint'] as const) {
    const disk = newDisk();
    const hub = await filled(practice, 'tram-tinh', disk);
    await hub.store.of<PeopleTables>().commit(async (tx) => {
      const entry = practice.entries[5]!;
      const bytes = entry.with(200, entry[200]! ^ 1);
      if (table === 'directory_entry') await tx.updateTable(table).set({ bytes }).where('entry_index', '=', 5).execute();
      else await tx.deleteFrom(table).execute();
    });
    await hub.store.close();
    await refuses('database-damaged', open(practice, 'tram-tinh', disk));
  }
});

test('anyone may read the directory and who the station is', async () => {
  const hub = await serve(await filled(practice));
  const station = await hub.call('GET', '/station');
  assert.equal(station.json.founding, hex(practice.founded.founding));
  assert.deepEqual(fromHex(station.json.organisation), practice.founded.organisation);
  const all = await hub.call('GET', '/directory');
  assert.equal(all.json.size, practice.entries.length);
  assert.deepEqual(fromBase64url(all.json.entries[3]!), practice.entries[3]);
  const tail = await hub.call('GET', `/directory?from=${practice.entries.length - 1}`);
  assert.equal(tail.json.entries.length, 1);
  assert.equal((await hub.call('GET', '/directory?from=99999')).json.entries.length, 0);
  refused('request-malformed', await hub.call('GET', '/directory?from=-1'));
});

test('a device proves itself once for each challenge', async () => {
  const hub = await serve(await filled(practice));
  const anh = practice.devices.get('anh-may')!;
  const good = await hub.logIn(anh);
  assert.equal(good.json.person, 'anh');
  assert.match(good.json.token, /^[A-Za-z0-9_-]{43}$/);
  refused('proof-wrong', await hub.logIn(anh, { device: 'khue-may' }));
  refused('proof-wrong', await hub.logIn(anh, { challenge: base64url(nodeRandom.bytes(32)) }));
  refused('proof-wrong', await hub.logIn(anh, { signature: 'AAAA' }));
  refused('request-malformed', await hub.logIn(anh, { signature: '*' }));
  refused('device-unknown', await hub.logIn(anh, { device: 'khong-co' }));
  assert.equal((await hub.logIn(anh)).status, 200, 'failures lock nobody out');
});

test('a challenge answered twice, or late, proves nothing', async () => {
  const hub = await serve(await filled(practice));
  const anh = practice.devices.get('anh-may')!;
  const { json } = await hub.call('GET', '/session/challenge');
  const item = concat(utf8('tram/v1/session\0tram-tinh\0anh-may\0'), fromBase64url(json.challenge)!, uint64be(1));
  const signature = base64url(signatureCodec.encode(await signOne(nodeCrypto, anh.signer, 'session', item, nodeRandom)));
  const body = { device: 'anh-may', challenge: json.challenge, signature, keyringRevision: 1 };
  assert.equal((await hub.call('POST', '/session', { body })).status, 200);
  const timer = setInterval(() => hub.clock.advance(10_000), 20);
  refused('proof-wrong', await hub.call('POST', '/session', { body }));
  hub.clock.advance(3 * 60_000);
  refused('proof-wrong', await hub.call('POST', '/session', { body }));
  clearInterval(timer);
});

test('sessions end: logged out, idle, or with their device', async () => {
  const own = await province();
  const room = await filled(own);
  const hub = await serve(room);
  const anh = own.devices.get('anh-may')!;
  const wraps = (token?: string) => hub.call('GET', '/offices/van-phong/wraps', token === undefined ? {} : { token });
  refused('session-missing', await wraps());
  refused('session-missing', await hub.call('DELETE', '/session'));
  refused('session-missing', await hub.call('POST', '/offices/van-phong/wraps', { body: { wraps: [wrap('anh-may')] } }));
  refused('session-expired', await wraps('A'.repeat(43)));
  const { json: { token } } = await hub.logIn(anh);
  const { json: { token: second } } = await hub.logIn(anh);
  assert.equal((await wraps(token)).status, 200);
  const [left, idle] = [(await room.people.authenticate(token))!, (await room.people.authenticate(second))!];
  assert.equal((await hub.call('DELETE', '/session', { token })).status, 204);
  assert.deepEqual([left, idle].map((caller) => room.people.mayGoOn(caller)), [false, true]);
  refused('session-expired', await wraps(token));
  assert.equal((await wraps(second)).status, 200, 'only the one that was ended');
  hub.clock.advance(29 * 60_000);
  assert.equal((await wraps(second)).status, 200);
  hub.clock.advance(31 * 60_000);
  refused('session-expired', await wraps(second));
  assert.equal(room.people.mayGoOn(idle), true, 'a call that takes long is not idle');
  const { json: { token: third } } = await hub.logIn(anh);
  await room.people.propose(await own.sign([{ kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'compromised' } }]));
  refused('session-expired', await wraps(third));
  assert.equal(room.people.mayGoOn(idle), false, 'nor does it outlive its device');
  refused('device-ended', await hub.logIn(anh));
});

test('an older keyring than the station has seen is refused', async () => {
  const hub = await serve(await filled(practice));
  const anh = practice.devices.get('anh-may')!;
  assert.equal((await hub.logIn(anh, { keyringRevision: 7 })).json.keyringRevision, 7);
  const older = await hub.logIn(anh, { keyringRevision: 6 });
  refused('keyring-rolled-back', older);
  assert.deepEqual(older.json.detail, { revision: 6, leastRevision: 7 });
  assert.equal((await hub.logIn(anh, { keyringRevision: 8 })).json.keyringRevision, 8);
  assert.equal((await hub.logIn(practice.devices.get('khue-may')!, { keyringRevision: 1 })).status, 200);
});

test('a revision that the device did not sign is not remembered', async () => {
  const hub = await serve(await filled(practice));
  const anh = practice.devices.get('anh-may')!;
  const { json } = await hub.call('GET', '/session/challenge');
  const item = concat(utf8('tram/v1/session\0tram-tinh\0anh-may\0'), fromBase64url(json.challenge)!, uint64be(1));
  const signature = base64url(signatureCodec.encode(await signOne(nodeCrypto, anh.signer, 'session', item, nodeRandom)));
  const timer = setInterval(() => hub.clock.advance(10_000), 20);
  const body = { device: 'anh-may', challenge: json.challenge, signature, keyringRevision: 1_000_000 };
  refused('proof-wrong', await hub.call('POST', '/session', { body }));
  clearInterval(timer);
  assert.equal((await hub.logIn(anh)).status, 200, 'the device is not locked out');
});

test('proposals need a session, and a session is no signature', async () => {
  const hub = await serve(await filled(practice));
  const entries = (await practice.sign([OFFICE])).map(base64url);
  refused('session-missing', await hub.call('POST', '/directory', { body: { entries } }));
  const { json: { token } } = await hub.logIn(practice.devices.get('la-may')!);
  const own = (await practice.sign([OFFICE], [practice.devices.get('la-may')!.signer])).map(base64url);
  refused('directory-entry-refused', await hub.call('POST', '/directory', { token, body: { entries: own } }));
  assert.equal((await hub.call('POST', '/directory', { token, body: { entries } })).json.outcome, 'sequenced');
});

test('wraps: only for the office, its devices, and who may', async () => {
  const hub = await serve(await filled(practice));
  const tokens = new Map<string, string>();
  for (const person of ['anh', 'khue', 'la']) tokens.set(person, (await hub.logIn(practice.devices.get(`${person}-may`)!)).json.token);
  const put = (person: string, wraps: string[], office = 'van-phong') =>
    hub.call('POST', `/offices/${office}/wraps`, { token: tokens.get(person)!, body: { wraps } });
  const get = (person: string, office = 'van-phong') => hub.call('GET', `/offices/${office}/wraps`, { token: tokens.get(person)! });
  assert.equal((await put('anh', [wrap('anh-may'), wrap('khue-may')])).status, 204);
  assert.deepEqual((await get('khue')).json.wraps, [wrap('khue-may')], 'each device gets its own');
  refused('not-entitled', await get('la'));
  refused('not-entitled', await put('la', [wrap('la-may')]));
  refused('not-entitled', await put('anh', [wrap('la-may')]));
  refused('device-unknown', await put('anh', [wrap('khong-co')]));
  refused('request-malformed', await put('anh', [wrap('anh-may', 'don-bien-phong')]));
  refused('office-unknown', await put('anh', [wrap('anh-may', 'don-bien-phong')], 'don-bien-phong'));
  refused('cbor-malformed', await put('anh', ['AAAA']));
  refused('key-missing', await put('khue', [wrap('anh-may', 'van-phong', 9, 4_000_000_000)]));
  refused('key-missing', await put('anh', [wrap('khue-may', 'van-phong', 9, 4_000_000_000)]));
  refused('key-missing', await put('anh', [wrap('khue-may'), wrap('khue-may', 'van-phong', 9, 66)]));
  await put('khue', [wrap('anh-may', 'van-phong', 9)]);
  assert.deepEqual((await get('anh')).json.wraps, [wrap('anh-may')], 'who does not make keys replaces none');
  await put('anh', [wrap('khue-may', 'van-phong', 9)]);
  assert.deepEqual((await get('khue')).json.wraps, [wrap('khue-may', 'van-phong', 9)]);
});

test('the sequencer takes nothing dated far ahead, and no end or move of long ago', async () => {
  const own = await province();
  const hub = await filled(own);
  const signedAt = async (now: number, plan: EntryPlan) => {
    own.now = now;
    return own.sign([plan]);
  };
  const end: EntryPlan = { kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'compromised' } };
  await refuses('directory-entry-refused', hub.people.propose(await signedAt(NOW + 2 * DAY_MS, end)));
  await refuses('directory-entry-refused', hub.people.propose(await signedAt(NOW - 41 * DAY_MS, end)));
  await refuses('directory-entry-refused', hub.people.propose(await signedAt(NOW - 99 * DAY_MS, OFFICE)));
  assert.equal((await hub.people.propose(await signedAt(NOW - DAY_MS / 2, end))).outcome, 'sequenced');
});

/**
 * Keys of offices over months: periods roll by themselves and are destroyed, a clerk leaves, a post loses its keys, a
 * device is taken. One real station in memory, real cryptography, and a clock that the story moves.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import { affectedBy, compromiseOffice } from '#client/office-keys/compromise.ts';
import { openDispatch, readDispatch, readEnvelope } from '#client/dispatch/incoming.ts';
import { createKeyring, type OpenKeyring } from '#client/keyring/keyring.ts';
import { openLetter } from '#client/dispatch/opening.ts';
import { openWraps } from '#client/office-keys/office-keys.ts';
import { readRegister } from '#client/registers/register.ts';
import { Session } from '#client/session.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { type EntryPlan, makeEntries } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { nodeHttpTransport, type NodeHttpTransport } from '#platform/node/http-transport.ts';
import { createStation, type Station } from '#station/compose.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { silentLog } from '#station/kernel/log.ts';
import { memoryDisk } from '#station/kernel/memory-disk.ts';
import type { PeopleTables } from '#station/people/store.ts';
import type { Right } from '#wire/directory.ts';
import { envelope as envelopeCodec, header as headerCodec } from '#wire/envelope.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../client/practice-office.ts';

const STATION = 'tram-tinh';
const WEEK_MS = 7 * DAY_MS;
const CLERK: readonly Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'];
const SIGNS: readonly Right[] = ['approve', 'sign'];

/** One station with two offices: `van-phong` writes, `don` receives. */
class Province {
  now = NOW;
  readonly clock = { ...nodeClock, now: () => this.now };
  readonly rings = new Map<string, OpenKeyring>();
  practice!: PracticeOrganisation;
  station!: Station;
  #server!: HttpServer<unknown>;
  #port = 0;
  readonly #transports: NodeHttpTransport[] = [];

  async open(): Promise<this> {
    this.practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000, cheap: true });
    await this.practice.addOffice('van-phong', STATION, 'Văn phòng', 'UBND-VP');
    await this.practice.addOffice('don', STATION, 'Đồn Sốp Cộp', 'ĐBP-SC');
    for (const [position, office, rights] of [['van-thu', 'van-phong', CLERK], ['ky', 'van-phong', SIGNS], ['truc', 'don', CLERK], ['truc-2', 'don', CLERK]] as const) {
      await this.practice.addPosition(position, office, rights);
    }
    for (const [person, name, ...held] of [['anh', 'Nguyễn Thị Ánh', 'van-thu'], ['khue', 'Đặng Ngọc Khuê', 'ky'], ['minh', 'Lò Văn Minh', 'truc'], ['hac', 'Lò Văn Hặc', 'truc-2']] as const) {
      await this.practice.addPerson(person, name);
      for (const position of held) await this.practice.hold(person, position);
      await this.device(person, held);
    }
    const { signer, log } = this.practice.stations.get(STATION)!;
    this.station = await createStation({
      station: STATION, founding: this.practice.founded.founding, incarnation: nodeRandom.bytes(16), disk: memoryDisk(), clock: this.clock,
      random: nodeRandom, provider: nodeCrypto, signer, logSigner: log.signer, log: silentLog, version: '0.0.0',
      simulation: { authority: this.practice.authority }, network: { dial: () => Promise.reject(new Error('nobody to dial')) },
    });
    await this.station.people.receive({ from: 0, entries: this.practice.entries, checkpoint: await this.practice.checkpoint() });
    await this.station.start();
    const { station, clock } = this;
    this.#server = new HttpServer({ routes: station.routes, authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device, clock, random: nodeRandom, log: silentLog });
    ({ port: this.#port } = await this.#server.listen('127.0.0.1', 0));
    return this;
  }

  async close(): Promise<void> {
    for (const transport of this.#transports) transport.close();
    await this.#server.stop();
    await this.station.stop();
  }

  /** The keyring of a person's device, without any office key: those come by themselves. */
  async device(person: string, positions: readonly string[], name = `${person}-may`): Promise<OpenKeyring> {
    const { keys, kemSecret } = this.practice.devices.get(name)!;
    const seals = positions.flatMap((position) => {
      const seal = this.practice.seals.get(position);
      return seal === undefined ? [] : [{ position, seal: seal.keys.secret }];
    });
    const ring = await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, {
      organisation: this.practice.founded.organisation, person, device: name, name: person, signing: keys.secret, kem: kemSecret,
      seals, officeKeys: [], created: NOW,
    }, CHEAP);
    this.rings.set(person, ring);
    return ring;
  }

  /** A person sits down to work. */
  async work(person: string, ring = this.rings.get(person)!): Promise<Session> {
    const transport = nodeHttpTransport(`http://127.0.0.1:${this.#port}`);
    this.#transports.push(transport);
    const session = new Session({ crypto: nodeCrypto, random: nodeRandom, clock: this.clock, transport, ring, authority: this.practice.authority });
    await session.begin();
    return session;
  }

  /** A registrar decides. */
  async decide(...plans: readonly EntryPlan[]): Promise<void> {
    const { founded } = this.practice;
    const order = { organisation: founded.organisation, created: this.now, after: this.station.people.view().point, random: nodeRandom };
    await this.station.people.propose(await makeEntries(nodeCrypto, [founded.registrar.signer], plans, order));
  }

  async send(subject: string): Promise<string> {
    const [anh, khue] = [await this.work('anh'), await this.work('khue')];
    const order = {
      office: 'van-phong', recipients: [{ to: { office: 'don' }, role: 'action' as const, precedence: 'immediate' as const }],
      documentType: 'Công điện', subject, text: 'Trực 24/24.', classification: 'confidential' as const, exercise: true, attachments: [],
    };
    const written = await writeMany(anh, 'van-phong', [order]);
    const signed = await endorseAll(khue, 'van-phong', await endorseAll(khue, 'van-phong', written, 'approve'), 'sign');
    const [sent] = await sendMany(anh, 'van-phong', signed);
    return sent !== undefined && 'dispatch' in sent ? sent.dispatch : assert.fail(String(sent));
  }

  /** Everything that a thief of the station's folder has towards a device's keys, opened with that device's ring. */
  async stolenSecrets(ring: OpenKeyring): Promise<Map<string, Uint8Array>> {
    const rows = await this.station.store.of<PeopleTables>().read((db) => db.selectFrom('key_wrap').selectAll().execute());
    const view = this.station.people.view();
    const opened = await openWraps(nodeCrypto, ring, view, rows.map(({ bytes }) => bytes));
    return new Map([...ring.contents.officeKeys, ...opened].map(({ office, purpose, number, secret }) => [`${office} ${purpose} ${number}`, secret]));
  }

  /** The envelope as the folder keeps it: with or without the office's own stanza. */
  async stolenEnvelope(dispatch: string, person: string): Promise<Uint8Array> {
    return this.station.dispatch.traces.envelope({ person }, dispatch, 'don');
  }
}

async function opens(envelope: Uint8Array, secrets: ReadonlyMap<string, Uint8Array>, isTransportOnly: boolean): Promise<boolean> {
  const { kept, ...sealed } = envelopeCodec.decode(envelope);
  const whole = isTransportOnly ? sealed : { ...sealed, ...(kept !== undefined && { kept }) };
  try {
    await openLetter(nodeCrypto, whole, { organisation: headerCodec.decode(sealed.header).from.organisation, office: 'don' }, (purpose, number) => secrets.get(`don ${purpose} ${number}`) ?? null);
    return true;
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'key-missing' || error.code === 'cannot-open')) return false;
    throw error;
  }
}

describe('weeks pass', () => {
  let province: Province;
  before(async () => (province = await new Province().open()));
  after(() => province.close());

  it('an office that has no keys makes them when its clerk sits down, some weeks ahead, and gives them to the others', async () => {
    const minh = await province.work('minh');
    assert.deepEqual(minh.kept.map(({ office, made, rolled, undone }) => [office, made, rolled, undone]), [['don', 5, false, []]]);
    const hac = await province.work('hac');
    assert.deepEqual(hac.kept.map(({ made, given }) => [made, given]), [[0, 0]], 'nothing is left to make or to give');
    for (const { purpose, number, secret } of minh.ring.contents.officeKeys) assert.deepEqual(hac.ring.officeKey('don', purpose, number), secret);
    await province.work('anh');
  });

  it('periods roll by themselves, what came is re-wrapped unopened, and an old period is destroyed', async () => {
    const dispatch = await province.send('Nước sông Mã lên nhanh');
    assert.equal((await province.work('hac')).kept[0]!.rewrapped, 1);
    assert.equal((await province.work('minh')).kept[0]!.rewrapped, 0, 'once');
    const copy = await province.stolenEnvelope(dispatch, 'hac');
    assert.ok(await opens(copy, await province.stolenSecrets(province.rings.get('hac')!), true), 'while the period lasts, what came opens');
    for (let week = 1; week <= 5; week++) {
      province.now += WEEK_MS;
      await province.work('minh');
      await province.work('hac');
    }
    const view = (await province.work('hac')).view;
    assert.equal(view.currentKey('don', 'transport', province.now)!.number, 6);
    assert.equal(view.officeKeys('don', 'transport').filter(({ from }) => from > province.now).length, 3);
    for (const person of ['minh', 'hac']) {
      const ring = province.rings.get(person)!;
      assert.equal(ring.officeKey('don', 'transport', 1), null, 'each device drops what is destroyed');
      const secrets = await province.stolenSecrets(ring);
      assert.ok(!(await opens(copy, secrets, true)), 'nobody opens the stanza that came any more, whatever they copied');
      assert.ok(await opens(await province.stolenEnvelope(dispatch, 'hac'), secrets, false), 'and the register stays readable');
    }
    const opened = await openDispatch(await province.work('hac'), dispatch, 'don');
    assert.equal(opened.core.subject, 'Nước sông Mã lên nhanh');
  });

  it('a station that says of a key in use that it is destroyed takes it from no device', async () => {
    const hac = await province.work('hac');
    const { number } = hac.view.currentKey('don', 'transport', province.now)!;
    const call = hac.api.call.bind(hac.api);
    hac.api.call = (async (name: never, asked: never) => {
      const answer = (await call(name, asked)) as { destroyed?: unknown[] };
      return (name as string) === 'officeKeys' ? { ...answer, destroyed: [{ number, time: province.now }] } : answer;
    }) as typeof hac.api.call;
    await hac.takeOfficeKeys();
    assert.notEqual(hac.ring.officeKey('don', 'transport', number), null);
  });
});

describe('a clerk leaves', () => {
  let province: Province;
  before(async () => (province = await new Province().open()));
  after(() => province.close());

  it('and opens nothing that is sent an hour later, while the successor reads the old register', async () => {
    await province.work('minh');
    await province.work('hac');
    await province.work('anh');
    const old = await province.send('Trước khi đi');
    await province.work('minh');
    const leaver = province.rings.get('hac')!;
    await province.decide({ kind: 'end', body: { what: 'holder', code: 'hac', other: 'truc-2', reason: 'left' } });
    province.now += HOUR_MS;
    const [kept] = (await province.work('minh')).kept;
    assert.deepEqual([kept!.rolled, kept!.undone], [true, []]);
    assert.equal((await province.work('minh')).kept[0]!.rolled, false, 'once');
    const late = await province.send('Sau khi đi');
    await province.work('minh');
    const stolen = await province.stolenSecrets(leaver);
    assert.ok(await opens(await province.stolenEnvelope(old, 'minh'), stolen, false), 'what they could read they may have copied');
    for (const isTransportOnly of [true, false]) {
      assert.ok(!(await opens(await province.stolenEnvelope(late, 'minh'), stolen, isTransportOnly)));
    }
    await assert.rejects(province.work('hac').then((session) => readEnvelope(session, late, 'don', new Uint8Array(1))), Refusal);
    await succeed(province);
    const lan = await province.work('lan');
    const { lines } = await readRegister(lan, 'don', 'in');
    const opened = await Promise.all(lines.map(({ dispatch }) => readDispatch(lan, dispatch, 'don')));
    assert.deepEqual(opened.map(({ core }) => core.subject), ['Sau khi đi', 'Trước khi đi']);
  });
});

describe('a compromise is declared', () => {
  let province: Province;
  before(async () => (province = await new Province().open()));
  after(() => province.close());

  it('by who makes keys and nobody else, and the list names exactly what the keys open', async () => {
    const minh = await province.work('minh');
    await province.work('hac');
    await province.work('anh');
    const [first, second] = [await province.send('Trước khi lộ một'), await province.send('Trước khi lộ hai')];
    await assert.rejects(compromiseOffice(await province.work('khue'), 'van-phong', { reason: 'compromised' }), (error) => error instanceof Refusal && error.code === 'office-keys-not-entitled');
    assert.deepEqual(await affectedBy(minh, 'don'), []);
    const { ended } = await compromiseOffice(minh, 'don', { reason: 'compromised' });
    await minh.keepOffice('don');
    assert.deepEqual(ended, ['transport-1', 'transport-2', 'transport-3', 'transport-4', 'storage-1']);
    const late = await province.send('Sau khi lộ');
    const hac = await province.work('hac');
    const affected = await affectedBy(hac, 'don');
    assert.deepEqual(affected.map(({ dispatch }) => dispatch).toSorted(), [first, second].toSorted());
    assert.ok(affected.every(({ keys }) => keys.includes('transport-1')));
    assert.equal((await openDispatch(hac, late, 'don')).core.subject, 'Sau khi lộ');
    assert.equal((await openDispatch(hac, first, 'don')).core.subject, 'Trước khi lộ một', 'what was sealed before stays readable');
  });
});

/** Lò Thị Lan takes the position, with a device of her own. */
async function succeed(province: Province): Promise<void> {
  const { practice } = province;
  const [identity, kemSecret] = [await practice.identity('person', 'Lò Thị Lan'), await nodeCrypto.kem.generateSecret()];
  const kem = await nodeCrypto.kem.publicKey(kemSecret);
  practice.devices.set('lan-may', { ...identity, device: 'lan-may', person: 'lan', kemSecret });
  await province.decide(
    { kind: 'person', body: { person: 'lan', name: 'Lò Thị Lan' } },
    { kind: 'device', body: { device: 'lan-may', person: 'lan', certificates: identity.certificates, kem } },
    { kind: 'holder', body: { person: 'lan', position: 'truc-2', from: province.now } },
  );
  await province.device('lan', []);
  await province.work('minh');
}

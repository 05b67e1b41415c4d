/**
 * A letter that nobody can open any more. A storm cuts the post off for five weeks; meanwhile its clerk works on, and the key
 * to which the last letter was sealed is destroyed. The post says so, the province seals the letter again, and the post
 * reads it: the same letter, the same numbers, once. Two real stations on folders, real cryptography, and a clock that the
 * story moves.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { auditFolder } from '#app/audit/index.ts';
import { identityOf, writeConfiguration, writeIdentity } from '#app/station-folder.ts';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import { openDispatch, readDispatch } from '#client/dispatch/incoming.ts';
import { createKeyring, type OpenKeyring } from '#client/keyring/keyring.ts';
import { readInbox, readRegister } from '#client/registers/register.ts';
import { resealDispatch } from '#client/office-keys/resealing.ts';
import { Session } from '#client/session.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { sayUnreadable } from '#client/dispatch/unreadable.ts';
import { DAY_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { makeEntries } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { nodeHttpTransport, type NodeHttpTransport } from '#platform/node/http-transport.ts';
import { createStation, type Station } from '#station/compose.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { silentLog } from '#station/kernel/log.ts';
import type { Right } from '#wire/directory.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../client/practice-office.ts';
import { isOnPostgresql, newFolderDisk } from '../fixtures/disks.ts';
import { until } from '../fixtures/until.ts';
import { SimulatedNetwork } from '../sim/network.ts';
import { SeededRandom } from '../sim/seed.ts';
import type { SimulatedTime } from '../sim/time.ts';

const [HUB, POST] = ['tram-tinh', 'tram-don'];
const CLERK: readonly Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'];
const RECEIVES: readonly Right[] = ['receive', 'hand-over'];
const SIGNS: readonly Right[] = ['approve', 'sign'];

const POSTS: readonly (readonly [position: string, office: string, rights: readonly Right[]])[] = [
  ['van-thu', 'van-phong', CLERK], ['ky', 'van-phong', SIGNS], ['truc', 'don', CLERK], ['phien', 'don', RECEIVES], ['huyen-truc', 'huyen', CLERK],
];
const PERSONS: readonly (readonly [person: string, name: string, position: string, station: string])[] = [
  ['anh', 'Nguyễn Thị Ánh', 'van-thu', HUB], ['khue', 'Đặng Ngọc Khuê', 'ky', HUB],
  ['minh', 'Lò Văn Minh', 'truc', POST], ['hac', 'Lò Văn Hặc', 'phien', POST], ['on', 'Vì Văn Ổn', 'huyen-truc', HUB],
];

/** What somebody might do to a folder to hide, or to make up, that something was sealed again. */
const PLANTED: readonly (readonly [station: string, damage: string])[] = [
  [POST, 'update delivery set sealing = 0 where sealing = 1'],
  [POST, "update delivery set state = 'unreadable' where sealing = 1"],
  [POST, "delete from receipt where kind = 'unreadable'"],
  [POST, "delete from ledger_entry where kind = 'redelivered'"],
  [HUB, "update outgoing_recipient set outcome = 'unreadable' where office = 'don'"],
  [HUB, "update outgoing_recipient set outcome = null where office = 'don'"],
  [HUB, 'delete from dispatch_stanza where sealing = 1'],
  [HUB, 'delete from dispatch where sealing = 1'],
  [HUB, 'update dispatch set resealed = null where sealing = 1'],
];

interface Site {
  readonly station: Station;
  readonly folder: string;
  readonly server: HttpServer<unknown>;
  readonly port: number;
  readonly close: () => Promise<void>;
}

class Province {
  now = NOW;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'reseal-'));
  readonly clock = { ...nodeClock, now: () => this.now };
  readonly network: SimulatedNetwork;
  readonly rings = new Map<string, OpenKeyring>();
  readonly sites = new Map<string, Site>();
  practice!: PracticeOrganisation;
  readonly #transports: NodeHttpTransport[] = [];

  constructor() {
    const start = nodeClock.monotonicMs();
    const time = { get elapsedMs() { return nodeClock.monotonicMs() - start; }, after: nodeClock.after };
    this.network = new SimulatedNetwork(time as unknown as SimulatedTime, new SeededRandom('storm'));
  }

  async open(): Promise<this> {
    this.practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000, station: HUB });
    await this.practice.addStation(POST, 'Đồn');
    await this.practice.connect(POST, HUB, `${HUB}:1`);
    await this.practice.addOffice('van-phong', HUB, 'Văn phòng', 'UBND-VP');
    await this.practice.addOffice('huyen', HUB, 'Huyện', 'UBND-H');
    await this.practice.addOffice('don', POST, 'Đồn Sốp Cộp', 'ĐBP-SC');
    for (const [position, office, rights] of POSTS) await this.practice.addPosition(position, office, rights);
    for (const [person, name, position] of PERSONS) {
      await this.practice.addPerson(person, name);
      await this.practice.hold(person, position);
      await this.#device(person, name, position);
    }
    for (const code of [HUB, POST]) await this.#start(code);
    return this;
  }

  async #device(person: string, name: string, position: string): Promise<void> {
    const { keys, kemSecret } = this.practice.devices.get(`${person}-may`)!;
    const seal = this.practice.seals.get(position);
    this.rings.set(person, await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, {
      organisation: this.practice.founded.organisation, person, device: `${person}-may`, name, signing: keys.secret, kem: kemSecret,
      seals: seal === undefined ? [] : [{ position, seal: seal.keys.secret }], officeKeys: [], created: NOW,
    }, CHEAP));
  }

  async #start(code: string): Promise<void> {
    const { signer, log, keys, link } = this.practice.stations.get(code)!;
    const folder = path.join(this.folder, code);
    const incarnation = nodeRandom.bytes(16);
    const { state } = this.practice;
    const { disk, url } = await newFolderDisk(folder);
    writeIdentity(folder, identityOf(state.station(code)!, state.organisation, { signing: keys.secret, link: link.secret, logs: log.secrets }, incarnation));
    writeConfiguration(folder, { apiPort: 1, linkPort: 2, database: url ?? undefined });
    const station = await createStation({
      station: code, founding: this.practice.founded.founding, incarnation, disk, clock: this.clock, random: nodeRandom,
      provider: nodeCrypto, signer, logSigner: log.signer, log: silentLog, version: '0.0.0', diskReserveBytes: 0,
      simulation: { authority: this.practice.authority }, network: { dial: (peer) => this.network.dial(code, peer) },
    });
    await station.people.receive({ from: 0, entries: this.practice.entries, checkpoint: await this.practice.checkpoint() });
    this.network.listen(code, (carrier) => station.links.answer(carrier));
    await station.start();
    const server = new HttpServer({ routes: station.routes, authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device, clock: this.clock, random: nodeRandom, log: silentLog });
    const { port } = await server.listen('127.0.0.1', 0);
    const close = async (): Promise<void> => {
      await server.stop();
      await station.stop();
      await disk.close();
    };
    this.sites.set(code, { station, folder, server, port, close });
  }

  async close(): Promise<void> {
    for (const transport of this.#transports) transport.close();
    for (const site of this.sites.values()) await site.close();
    this.sites.clear();
  }

  /** A person sits down to work at their station. */
  async work(person: string): Promise<Session> {
    const [, , , code] = PERSONS.find(([one]) => one === person)!;
    const transport = nodeHttpTransport(`http://127.0.0.1:${this.sites.get(code)!.port}`);
    this.#transports.push(transport);
    const ring = this.rings.get(person)!;
    const session = new Session({ crypto: nodeCrypto, random: nodeRandom, clock: this.clock, transport, ring, authority: this.practice.authority });
    await session.begin();
    return session;
  }

  async send(subject: string, to: readonly string[] = ['don']): Promise<string> {
    const [anh, khue] = [await this.work('anh'), await this.work('khue')];
    const order = {
      office: 'van-phong', recipients: to.map((office) => ({ to: { office }, role: 'action' as const, precedence: 'immediate' as const })),
      documentType: 'Công điện', subject, text: 'Trực 24/24.', classification: 'confidential' as const, exercise: true, attachments: [],
    };
    const signed = await endorseAll(khue, 'van-phong', await endorseAll(khue, 'van-phong', await writeMany(anh, 'van-phong', [order]), 'approve'), 'sign');
    const [sent] = await sendMany(anh, 'van-phong', signed);
    return sent !== undefined && 'dispatch' in sent ? sent.dispatch : assert.fail(String(sent));
  }

  async stateAtHome(dispatch: string): Promise<[string, string][]> {
    const { life, forged } = await traceDispatch(await this.work('anh'), dispatch);
    assert.equal(forged, 0);
    return life.offices.map(({ office, state }) => [office.office, state]);
  }

  directorySize(code: string): number {
    return this.sites.get(code)!.station.people.view().point.size;
  }
}

const isRefused = (code: RefusalCode) => (error: unknown): boolean => error instanceof Refusal && error.code === code;

describe('a storm of five weeks', () => {
  let province: Province;
  let before12: string;
  let letter: string;
  before(async () => (province = await new Province().open()));
  after(async () => {
    await province.close();
    rmSync(province.folder, { recursive: true, force: true });
  });

  it('both offices work; a letter comes and is opened', async () => {
    for (const person of ['anh', 'on', 'minh', 'hac']) await province.work(person);
    await until(async () => province.directorySize(HUB) > 40 && province.directorySize(HUB) === province.directorySize(POST));
    await province.work('minh');
    await until(async () => province.directorySize(HUB) === province.directorySize(POST) && (await province.work('hac')).view.officeKeys('don', 'transport').length >= 4);
    before12 = await province.send('Công điện số 11');
    await until(async () => (await readInbox(await province.work('hac'), 'don')).length === 1);
    assert.equal((await openDispatch(await province.work('minh'), before12, 'don')).number.number, 1);
    // The clock is about to be put forward by days: nothing may be on its way home then, whose row and event would lie apart.
    await until(async () => (await province.stateAtHome(before12)).every(([, state]) => state === 'opened'));
  });

  it('the link is cut; a letter waits on the way, sealed to the key of that week, while the post works on and destroys that key', async () => {
    province.network.cut(HUB, POST);
    letter = await province.send('Công điện số 12.pdf', ['don', 'huyen']);
    for (const days of [8, 8, 8, 10]) {
      province.now += days * DAY_MS;
      await province.work('minh');
    }
    const minh = await province.work('minh');
    assert.equal(minh.ring.officeKey('don', 'transport', 1), null, 'the key of that week is gone');
    assert.deepEqual(await province.stateAtHome(letter), [['don', 'underway'], ['huyen', 'arrived']]);
  });

  it('the storm is over: the letter comes, nobody can open it, and who only receives does not say so', async () => {
    province.network.mend(HUB, POST);
    await until(async () => (await readInbox(await province.work('hac'), 'don')).some(({ dispatch }) => dispatch === letter));
    const hac = await province.work('hac');
    assert.deepEqual(hac.kept.map(({ unreadable }) => unreadable), [0], 'another device may have the key');
    await assert.rejects(openDispatch(hac, letter, 'don'), isRefused('key-missing'));
  });

  it('whoever makes the office\'s keys says so by itself, and only of that letter', async () => {
    const [kept] = (await province.work('minh')).kept;
    assert.deepEqual([kept!.unreadable, kept!.undone], [1, []]);
    assert.equal((await province.work('minh')).kept[0]!.unreadable, 0, 'once');
    await assert.rejects(sayUnreadable(await province.work('minh'), before12, 'don'), isRefused('opens-here'));
    await until(async () => (await province.sites.get(HUB)!.station.dispatch.resealing.unreadable({ person: 'anh' }, 'van-phong')).length === 1);
  });

  it('no other office seals it again, and nobody without the right', async () => {
    await assert.rejects(resealDispatch(await province.work('on'), 'huyen', letter, ['don']), Refusal);
    await assert.rejects(resealDispatch(await province.work('khue'), 'van-phong', letter), isRefused('not-entitled'));
  });

  it('the province\'s clerk sits down and has sealed it again, for that office alone, without being asked', async () => {
    const [kept] = (await province.work('anh')).kept;
    assert.deepEqual([kept!.resealed, kept!.undone], [1, []]);
    assert.equal((await province.work('anh')).kept[0]!.resealed, 0, 'once');
    await assert.rejects(resealDispatch(await province.work('anh'), 'van-phong', letter), isRefused('nothing-unreadable'));
  });

  it('the post opens it more than thirty days after it was written: the same letter, the next number, one line', async () => {
    await until(async () => (await readInbox(await province.work('hac'), 'don')).some(({ dispatch, state }) => dispatch === letter && state === 'arrived'));
    const opened = await openDispatch(await province.work('hac'), letter, 'don');
    assert.deepEqual([opened.core.subject, opened.number.number, opened.head.sealing.number], ['Công điện số 12.pdf', 2, 1]);
    assert.ok(province.now - opened.core.created > 30 * DAY_MS);
    assert.deepEqual(opened.checks.filter(({ name }) => name === 're-seal').map(({ who }) => who), ['van-phong']);
    const { lines } = await readRegister(await province.work('minh'), 'don', 'in');
    assert.deepEqual(lines.map(({ dispatch, number, state }) => [dispatch, number?.number, state]), [[letter, 2, 'opened'], [before12, 1, 'opened']]);
    await until(async () => (await province.stateAtHome(letter)).some(([office, state]) => office === 'don' && state === 'opened'));
    assert.deepEqual(await province.stateAtHome(letter), [['don', 'opened'], ['huyen', 'arrived']]);
    const sent = await readRegister(await province.work('anh'), 'van-phong', 'out');
    assert.deepEqual(sent.lines.map(({ dispatch, number }) => [dispatch, number?.number]), [[letter, 2], [before12, 1]]);
  });

  it('whoever watches was told of it by ids, each by their right, and the figures count it', async () => {
    const kinds = async (person: string): Promise<string[]> => {
      const said: string[] = [];
      const stop = new AbortController();
      for await (const event of (await province.work(person)).events({ after: 0, signal: stop.signal })) {
        if (!('dispatch' in event) || event.dispatch !== letter) continue;
        const what = event.receipt ?? event.kind;
        if (['unreadable', 're-sealed', 'redelivered', 'opened'].includes(what)) said.push(what);
        if (what === 'opened') break;
      }
      stop.abort();
      return said;
    };
    assert.deepEqual(await kinds('anh'), ['unreadable', 're-sealed', 'opened']);
    assert.deepEqual(await kinds('hac'), ['unreadable', 'redelivered', 'opened']);
    const figures = async (code: string): Promise<string> => province.sites.get(code)!.station.health.metrics();
    assert.match(await figures(HUB), /^tram_receipts_total\{kind="unreadable"\} 1$/m);
    assert.match(await figures(HUB), /^tram_dispatches_resealed_total 1$/m);
    assert.match(await figures(POST), /^tram_dispatches_redelivered_total 1$/m);
  });

  it('who reads it at home still does, and what was re-wrapped stays readable', async () => {
    assert.equal((await readDispatch(await province.work('anh'), letter, 'van-phong')).core.subject, 'Công điện số 12.pdf');
    await province.work('minh');
    assert.equal((await readDispatch(await province.work('minh'), letter, 'don')).core.subject, 'Công điện số 12.pdf');
  });

  it('a person may say so too, where no device is certain, and name whom to seal to again', async () => {
    const third = await province.send('Công điện số 13');
    await until(async () => (await readInbox(await province.work('hac'), 'don')).some(({ dispatch }) => dispatch === third));
    await assert.rejects(resealDispatch(await province.work('anh'), 'van-phong', third, ['huyen']), isRefused('not-addressed-here'));
    const again = await resealDispatch(await province.work('anh'), 'van-phong', third, ['don']);
    assert.deepEqual([again.sealing, again.offices, again.left], [1, ['don'], []]);
    assert.equal((await openDispatch(await province.work('minh'), third, 'don')).number.number, 3);
  });

  it('under a seal that others have, the sealing again counts no more, and it is said that this is what is to be done anew', async () => {
    province.now += DAY_MS;
    const { practice, now, sites } = province;
    const order = { organisation: practice.founded.organisation, created: now, after: sites.get(HUB)!.station.people.view().point, random: nodeRandom };
    const end = { kind: 'end', body: { what: 'position', code: 'van-thu', reason: 'stolen' } } as const;
    await sites.get(HUB)!.station.people.propose(await makeEntries(nodeCrypto, [practice.founded.registrar.signer], [end], order));
    await until(async () => province.directorySize(HUB) === province.directorySize(POST));
    await assert.rejects(readDispatch(await province.work('hac'), letter, 'don'), (error: Refusal) => {
      assert.deepEqual([error.code, error.detail['purpose'], error.detail['who'], error.detail['resealed']], ['signature-exposed', 're-seal', 'Văn phòng', letter.slice(0, 12)]);
      return true;
    });
  });

  it('and both folders audit', async () => {
    await province.close();
    for (const code of [HUB, POST]) assert.deepEqual((await auditFolder(path.join(province.folder, code))).faults, []);
    // What is planted in a folder's own database; a server's is damaged by other tests.
    for (const [code, damage] of isOnPostgresql ? [] : PLANTED) {
      const copy = path.join(province.folder, 'copy');
      rmSync(copy, { recursive: true, force: true });
      cpSync(path.join(province.folder, code), copy, { recursive: true });
      const database = new DatabaseSync(path.join(copy, 'tram.db'));
      const { changes } = database.prepare(damage).run();
      database.close();
      assert.ok(changes > 0, damage);
      assert.notDeepEqual((await auditFolder(copy)).faults, [], damage);
    }
  });
});

/** The root signs and is locked again before anything leaves the device; the new registrar's keys are handed over before the directory is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { type DirectoryState, foldEntries } from '#model/directory.ts';
import { type PracticeDevice, PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { Keyring } from '#wire/keyring.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { createKeyring, type OpenKeyring } from '../keyring/keyring.ts';
import { isRegistrar } from './registrar-desk.ts';
import { acceptIssuer, addRegistrar, endRegistrar, requestRegistrar, rootOfFile, type RootOpener } from './registrar-errands.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../../../test/client/practice-office.ts';
import type { Session } from '../session.ts';

const FIRST = 'dang-ky-mot';

async function rootFileOf(practice: PracticeOrganisation): Promise<Uint8Array> {
  const store = memoryStore();
  const { founded: { organisation, root } } = practice;
  (await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store }, PASSPHRASE, { organisation, name: 'Khóa gốc', root: root.keys.secret, seals: [], officeKeys: [], created: NOW }, CHEAP)).lock();
  return (await store.read())!;
}

/** A device at its station, which folds what is proposed as a log would. */
class Desk {
  readonly did: string[] = [];
  fails: Refusal | null = null;
  contents: Keyring;
  readonly session: Session;
  readonly #log: { view: DirectoryState };

  constructor(log: { view: DirectoryState }, { device, person, keys, kemSecret }: PracticeDevice, more: Partial<Keyring> = {}) {
    this.#log = log;
    this.contents = { organisation: log.view.organisation.id, person, device, name: person, signing: keys.secret, kem: kemSecret, seals: [], officeKeys: [], created: NOW, ...more };
    const clock = { now: () => NOW };
    this.session = {
      crypto: nodeCrypto, random: nodeRandom, clock, now: clock.now, api: { call: this.#propose }, directory: { sync: async () => {} },
      ring: this.#ring(),
    } as unknown as Session;
    Object.defineProperty(this.session, 'view', { get: () => log.view });
  }

  #ring(): Pick<OpenKeyring, 'contents' | 'change'> {
    const contents = (): Keyring => this.contents;
    return { get contents() { return contents(); }, change: async (how) => { this.contents = how(this.contents); } };
  }

  readonly #propose = async (route: string, { body }: { body: { entries: readonly string[] } }) => {
    this.did.push(route);
    if (this.fails !== null) throw this.fails;
    this.#log.view = (await foldEntries(nodeCrypto, this.#log.view, body.entries.map((one) => fromBase64url(one)!)))!;
    return { outcome: 'sequenced' as const, size: this.#log.view.point.size };
  };

  /** The root's file, whose locking is written down. */
  root(file: Uint8Array, passphrase = PASSPHRASE): RootOpener {
    const open = rootOfFile(this.session, file, passphrase);
    return async () => {
      const ring = await open();
      const lock = ring.lock.bind(ring);
      ring.lock = () => { lock(); this.did.push('locked'); };
      return ring;
    };
  }
}

async function house() {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
  const [first, second] = [await practice.addPerson(FIRST, 'Đặng Ngọc Khuê'), await practice.addPerson('anh')];
  const log = { view: practice.state };
  const { founded } = practice;
  const one = new Desk(log, first, { registrar: founded.registrar.keys.secret, issuer: founded.issuer.keys.secret });
  const other = new Desk(log, second);
  return { one, other, log, root: await rootFileOf(practice) };
}

const refuses = (code: string, work: Promise<unknown>): Promise<void> => assert.rejects(work, (error: unknown) => error instanceof Refusal && error.code === code);

test('a second registrar is one once the root signed, has the issuer\'s keys, and ends by the root', async () => {
  const { one, other, log, root } = await house();
  const { request, fingerprint } = await requestRegistrar(other.session);
  assert.equal(isRegistrar(other.session), false, 'who asked signs nothing yet');
  let grant = new Uint8Array(0);
  const order = { request: readDeviceRequest(request), fingerprint, root: one.root(root), deliver: async (bytes: Uint8Array) => { one.did.push('delivered'); grant = bytes.slice(); } };
  const added = await addRegistrar(one.session, order);
  assert.deepEqual(one.did, ['locked', 'delivered', 'propose']);
  assert.deepEqual([added.person, added.outcome, log.view.registrars().map(({ person }) => person).toSorted()], ['anh', 'sequenced', ['anh', FIRST]]);
  assert.equal(isRegistrar(other.session), true);
  await acceptIssuer(other.session, grant);
  assert.deepEqual(other.contents.issuer, one.contents.issuer);
  await refuses('device-unknown', acceptIssuer(one.session, grant));
  await refuses('person-unknown', endRegistrar(one.session, one.root(root), 'khong-co', 'left'));
  await endRegistrar(other.session, other.root(root), FIRST, 'left');
  assert.deepEqual([isRegistrar(one.session), isRegistrar(other.session)], [false, true]);
});

test('what fails after the grant was handed over loses nothing: the same file is good once the directory has it', async () => {
  const { one, other, log, root } = await house();
  const { request, fingerprint } = await requestRegistrar(other.session);
  const grants: Uint8Array[] = [];
  const order = { request: readDeviceRequest(request), fingerprint, root: one.root(root), deliver: async (bytes: Uint8Array) => void grants.push(bytes.slice()) };
  one.fails = new Refusal('station-unreachable');
  await refuses('station-unreachable', addRegistrar(one.session, order));
  assert.deepEqual([one.did, grants.length, log.view.registrars().length], [['locked', 'propose'], 1, 1]);
  one.fails = null;
  await addRegistrar(one.session, order);
  await acceptIssuer(other.session, grants[0]!);
  assert.deepEqual([log.view.registrars().length, other.contents.issuer], [2, one.contents.issuer]);
});

test('another fingerprint, passphrase, root or device gives nothing and proposes nothing, and what was opened is locked', async () => {
  const { one, other, root } = await house();
  const { request, fingerprint } = await requestRegistrar(other.session);
  const delivered: Uint8Array[] = [];
  const order = { request: readDeviceRequest(request), fingerprint, deliver: async (bytes: Uint8Array) => void delivered.push(bytes) };
  const wrong = fingerprint.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
  await refuses('fingerprint-differs', addRegistrar(one.session, { ...order, fingerprint: wrong, root: one.root(root) }));
  assert.deepEqual(one.did, [], 'the root was not even opened');
  await refuses('passphrase-wrong', addRegistrar(one.session, { ...order, root: one.root(root, 'không phải mật khẩu') }));
  const elsewhere = await rootFileOf(await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW }));
  await refuses('certificate-invalid', addRegistrar(one.session, { ...order, root: one.root(elsewhere) }));
  assert.deepEqual(one.did, ['locked']);
  await refuses('registrar-required', addRegistrar(other.session, { ...order, root: other.root(root) }));
  await refuses('keyring-malformed', endRegistrar(one.session, one.root(new Uint8Array(9)), FIRST, 'left'));
  one.fails = null;
  await refuses('file-missing', addRegistrar(one.session, { ...order, root: one.root(root), deliver: async () => { throw new Refusal('file-missing'); } }));
  assert.deepEqual([one.did, other.did, delivered], [['locked', 'locked'], [], []]);
});

/** What the room's tests share: a practice province, its room over a disk in memory, and that room behind HTTP. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { base64url, concat, fromBase64url, uint64be, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { PracticeOrganisation, type PracticeDevice } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { HttpServer } from '#station/kernel/http.ts';
import type { Log } from '#station/kernel/log.ts';
import { newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import { mergeMigrations } from '#station/kernel/migrate.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { openStore } from '#station/kernel/store.ts';
import { manualClock } from '#station/kernel/testing.test.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import type { PeopleDeps } from './deps.ts';
import { DeviceRequests } from './device-requests.ts';
import { createPeople, type People, peopleMigrations } from './index.ts';

export const NOW = Date.UTC(2026, 10, 23, 8);
const log = { info() {}, fault() {} } as unknown as Log;
const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

export async function province(): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addStation('muong-leo', 'Mường Lèo');
  await practice.connect('tram-tinh', 'muong-leo');
  await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  await practice.addOffice('don-bien-phong', 'muong-leo', 'Đồn biên phòng');
  await practice.addPosition('van-thu', 'van-phong');
  await practice.addPosition('chi-doc', 'van-phong', ['receive']);
  await practice.addPerson('anh', 'Nguyễn Thị Ánh');
  await practice.addPerson('khue', 'Đặng Ngọc Khuê');
  await practice.addPerson('la', 'Người Lạ');
  await practice.hold('anh', 'van-thu');
  await practice.hold('khue', 'chi-doc');
  return practice;
}

export interface Room {
  readonly people: People;
  readonly events: string[];
  readonly forwarded: { sequencer: string; entries: readonly Uint8Array[] }[];
  readonly clock: ReturnType<typeof manualClock>;
  readonly store: Awaited<ReturnType<typeof openStore>>;
}

export async function open(practice: PracticeOrganisation, station = 'tram-tinh', disk: TestDisk = newDisk(), more: Partial<PeopleDeps> = {}): Promise<Room> {
  const store = await openStore(disk, { migrations: mergeMigrations(kernelMigrations, peopleMigrations) });
  const clock = manualClock(NOW);
  const events: string[] = [];
  const forwarded: Room['forwarded'] = [];
  const people = await createPeople({
    store, clock, random: nodeRandom, provider: nodeCrypto, station, founding: practice.founded.founding, version: '0.1.0',
    authority: practice.authority,
    opaque: loadOpaque,
    logSigner: practice.stations.get(station)!.log.signer,
    incarnation: () => new Uint8Array(16).fill(5),
    ledger: { append: async (_tx, { kind }) => ({ index: events.push(kind) - 1 }) as never },
    waitingFor: async (_tx, _office, number) => (number === 1 ? 3 : 0),
    forward: async (sequencer, entries) => void forwarded.push({ sequencer, entries }),
    carryRequest: async () => true,
    ...more,
  });
  return { people, events, forwarded, clock, store };
}

export async function filled(practice: PracticeOrganisation, station?: string, disk?: TestDisk): Promise<Room> {
  const room = await open(practice, station, disk);
  await room.people.receive({ from: 0, entries: practice.entries, checkpoint: await practice.checkpoint() });
  return room;
}

/** What the answers of this room's routes may hold. */
interface Fields {
  readonly code: RefusalCode;
  readonly detail: unknown;
  readonly token: string;
  readonly person: string;
  readonly keyringRevision: number;
  readonly challenge: string;
  readonly station: string;
  readonly founding: string;
  readonly organisation: string;
  readonly size: number;
  readonly entries: readonly string[];
  readonly outcome: string;
  readonly wraps: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly json: Fields;
}

type LogInChange = Partial<Record<'device' | 'challenge' | 'signature' | 'keyringRevision', unknown>>;

export interface FarShelf {
  readonly shelf: DeviceRequests;
  readonly sent: [string, Uint8Array][];
  /** Whether a way leads anywhere. */
  hasWay: boolean;
}

/** The shelf of a station where no registrar works, and what it sends on. */
export function farShelf({ store, clock, people }: Room, provider: CryptoProvider = nodeCrypto): FarShelf {
  const carryRequest = async (_tx: unknown, station: string, request: Uint8Array): Promise<boolean> => far.hasWay && far.sent.push([station, request]) > 0;
  const far: FarShelf = { shelf: new DeviceRequests({ store, clock, provider, station: 'muong-leo', carryRequest }, () => people.view()), sent: [], hasWay: true };
  return far;
}

export interface Served extends Room {
  call(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<Answer>;
  logIn(device: PracticeDevice, change?: LogInChange): Promise<Answer>;
}

export async function serve(room: Room): Promise<Served> {
  const server = new HttpServer({
    routes: room.people.routes, authenticate: (token) => room.people.authenticate(token), mayGoOn: (caller) => room.people.mayGoOn(caller), callerOf: ({ device }) => device, clock: room.clock, random: nodeRandom, log,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  closing.push(() => server.stop());
  const call: Served['call'] = async (method, path, { body, token } = {}) => {
    const headers: Record<string, string> = { connection: 'close' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`http://127.0.0.1:${port}/api/1${path}`, {
      method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Fields };
  };
  const logIn: Served['logIn'] = async (device, change = {}) => {
    const { json } = await call('GET', '/session/challenge');
    const zero = Uint8Array.of(0);
    const revision = Number(change.keyringRevision ?? 1);
    const item = concat(
      utf8('tram/v1/session\0'), utf8(json.station), zero, utf8(device.device), zero, fromBase64url(json.challenge)!, uint64be(revision),
    );
    const proof = await signOne(nodeCrypto, device.signer, 'session', item, nodeRandom);
    const signature = base64url(signatureCodec.encode(proof));
    const body = { device: device.device, challenge: json.challenge, signature, keyringRevision: 1, ...change };
    const answer = call('POST', '/session', { body });
    // Wrong proofs are held back by the clock, which stands still here.
    const timer = setInterval(() => room.clock.advance(10_000), 20);
    return answer.finally(() => clearInterval(timer));
  };
  return { ...room, call, logIn };
}

export async function refuses(code: RefusalCode, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => error instanceof Refusal && error.code === code ? true : assert.fail(String(error)));
}

export function refused(code: RefusalCode, { json }: Answer): void {
  assert.equal(json.code, code);
}
